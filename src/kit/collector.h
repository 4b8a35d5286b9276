/* Values that are collected to become an array: the engine of to_array and the buffers. */
#ifndef WEIR_KIT_COLLECTOR_H
#define WEIR_KIT_COLLECTOR_H

#include <weir/value.h>

/* Zeroed: empty. */
struct weir_collector {
	weir_value *values;
	size_t count;
	size_t capacity;
};

bool weir_collector_grow(struct weir_collector *collector);

/* Add `value`, consumed also on failure. False without memory; the others are kept. */
static inline bool weir_collector_add(struct weir_collector *collector, weir_value value)
{
	if (WEIR_UNLIKELY(collector->count == collector->capacity) && !weir_collector_grow(collector)) {
		weir_release(value);
		return false;
	}
	collector->values[collector->count++] = value;
	return true;
}

/* Add several values, each consumed also on failure. False without memory; the others are kept. */
bool weir_collector_add_all(struct weir_collector *collector, const weir_value *values, size_t count);

/* All values as an array, owned; of kind error without memory. The collector is empty afterwards and keeps its memory.
 */
weir_value weir_collector_take(struct weir_collector *collector);

/* All values as an array, owned; of kind error without memory. The first `forget` (at most all) are removed then. */
weir_value weir_collector_slide(struct weir_collector *collector, size_t forget);

/* The `count` values from `from` on as an array, owned; of kind error without memory. They stay. */
weir_value weir_collector_part(const struct weir_collector *collector, size_t from, size_t count);

/* Release the first `count` values, at most all. */
void weir_collector_forget(struct weir_collector *collector, size_t count);

/* Release all and free the memory; it may be used again. */
void weir_collector_finish(struct weir_collector *collector);

#endif
