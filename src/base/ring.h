/* A growing ring buffer of fixed-size elements: first in, first out, amortised O(1), memory kept until finish. */
#ifndef WEIR_BASE_RING_H
#define WEIR_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

struct weir_ring {
	char *memory;
	size_t element_size;
	size_t capacity; /* a power of two, or 0 */
	size_t first;
	size_t count;
};

static inline void weir_ring_init(struct weir_ring *ring, size_t element_size)
{
	*ring = (struct weir_ring){ .element_size = element_size };
}

/* The room of a new last element, or NULL without memory (then the ring is unchanged). */
void *weir_ring_push(struct weir_ring *ring);

/* The element at `index`, 0 being the oldest; `index` < count. Valid until the next push. */
static inline void *weir_ring_at(const struct weir_ring *ring, size_t index)
{
	return ring->memory + ((ring->first + index) & (ring->capacity - 1)) * ring->element_size;
}

/* Forget the oldest element; count > 0. */
static inline void weir_ring_pop(struct weir_ring *ring)
{
	ring->first = (ring->first + 1) & (ring->capacity - 1);
	ring->count--;
}

/* Forget the newest element; count > 0. */
static inline void weir_ring_pop_last(struct weir_ring *ring)
{
	ring->count--;
}

/* Free the memory; the elements are the caller's business. The ring is empty afterwards and may be used again. */
void weir_ring_finish(struct weir_ring *ring);

#endif
