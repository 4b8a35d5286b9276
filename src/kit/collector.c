/* Values that are collected to become an array. See kit/collector.h. */
#include "kit/collector.h"

#include <string.h>

#include "base/allocator.h"

enum {
	CAPACITY_MIN = 8,
};

bool weir_collector_grow(struct weir_collector *collector)
{
	size_t capacity = collector->capacity > 0 ? 2 * collector->capacity : CAPACITY_MIN;

	if (capacity > SIZE_MAX / 2 / sizeof(weir_value))
		return false;

	weir_value *values = weir_reallocate(collector->values, capacity * sizeof *values);

	if (values == NULL)
		return false;
	collector->values = values;
	collector->capacity = capacity;
	return true;
}

bool weir_collector_add_all(struct weir_collector *collector, const weir_value *values, size_t count)
{
	while (collector->capacity - collector->count < count) {
		if (weir_collector_grow(collector))
			continue;
		for (size_t index = 0; index < count; index++)
			weir_release(values[index]);
		return false;
	}
	if (count > 0)
		memcpy(collector->values + collector->count, values, count * sizeof *values);
	collector->count += count;
	return true;
}

weir_value weir_collector_take(struct weir_collector *collector)
{
	size_t count = collector->count;

	collector->count = 0;
	return weir_make_array(collector->values, count);
}

weir_value weir_collector_part(const struct weir_collector *collector, size_t from, size_t count)
{
	const weir_value *values = count > 0 ? collector->values + from : NULL;

	for (size_t index = 0; index < count; index++)
		weir_retain(values[index]);
	return weir_make_array(values, count);
}

static void remove_first(struct weir_collector *collector, size_t count)
{
	collector->count -= count;
	if (count > 0)
		memmove(collector->values, collector->values + count, collector->count * sizeof *collector->values);
}

void weir_collector_forget(struct weir_collector *collector, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_release(collector->values[index]);
	remove_first(collector, count);
}

weir_value weir_collector_slide(struct weir_collector *collector, size_t forget)
{
	/* What is forgotten moves into the array; what stays gets another owner. */
	for (size_t index = forget; index < collector->count; index++)
		weir_retain(collector->values[index]);

	weir_value array = weir_make_array(collector->values, collector->count);

	remove_first(collector, forget);
	return array;
}

void weir_collector_finish(struct weir_collector *collector)
{
	size_t count = collector->count;
	weir_value *values = collector->values;

	*collector = (struct weir_collector){ 0 };
	for (size_t index = 0; index < count; index++)
		weir_release(values[index]);
	weir_deallocate(values);
}
