/* A growing ring buffer. See base/ring.h. */
#include "base/ring.h"

#include <stdint.h>
#include <string.h>

#include "base/allocator.h"

static bool ring_grow(struct weir_ring *ring)
{
	size_t capacity = ring->capacity == 0 ? 8 : ring->capacity * 2;

	if (capacity > SIZE_MAX / ring->element_size)
		return false;

	char *memory = weir_reallocate(ring->memory, capacity * ring->element_size);

	if (memory == NULL)
		return false;

	/* What wrapped around to the front moves behind the old end, so the order stays. */
	size_t wrapped = ring->first + ring->count > ring->capacity ? ring->first + ring->count - ring->capacity : 0;

	memcpy(memory + ring->capacity * ring->element_size, memory, wrapped * ring->element_size);
	ring->memory = memory;
	ring->capacity = capacity;
	return true;
}

void *weir_ring_push(struct weir_ring *ring)
{
	if (ring->count == ring->capacity && !ring_grow(ring))
		return NULL;
	return weir_ring_at(ring, ring->count++);
}

void weir_ring_finish(struct weir_ring *ring)
{
	weir_deallocate(ring->memory);
	weir_ring_init(ring, ring->element_size);
}
