/* callbacks: the user functions as weir's callbacks. See callbacks.h. */
#include "callbacks.h"

weir_value callback_map(weir_value value, void *context)
{
	(void)context;
	return weir_int(work_map(weir_as_int(value)));
}

int callback_keep(weir_value value, void *context)
{
	(void)context;
	return work_keep(weir_as_int(value));
}

weir_value callback_add(weir_value total, weir_value value, void *context)
{
	(void)context;
	return weir_int(work_add(weir_as_int(total), weir_as_int(value)));
}

weir_value callback_combine(const weir_value *values, size_t count, void *context)
{
	(void)count;
	(void)context;
	return weir_int(work_combine(weir_as_int(values[0]), weir_as_int(values[1])));
}

weir_value callback_group(weir_value value, void *context)
{
	(void)context;
	return weir_int(work_group(weir_as_int(value)));
}

weir_value callback_pair(weir_value value, void *context)
{
	(void)context;
	return weir_int(work_pair(weir_as_int(value)));
}

weir_value callback_total(weir_value values, void *context)
{
	struct weir_iterator iterator = weir_iterate(values);
	int64_t total = 0;
	weir_value item;

	(void)context;
	while (weir_iterator_next(&iterator, NULL, &item))
		total = work_add(total, weir_as_int(item));
	return weir_int(total);
}

weir_observable *callback_just(weir_value value, void *context)
{
	(void)context;
	return weir_just(weir_int(work_map(weir_as_int(value))));
}

weir_observable *callback_just_mapped(weir_value value, void *context)
{
	(void)context;
	return weir_map(weir_just(weir_int(weir_as_int(value))), callback_map, NULL);
}

void callback_next(weir_value value, void *context)
{
	work_next(context, weir_as_int(value));
}

void callback_next_batch(const weir_value *values, size_t count, void *context)
{
	for (size_t index = 0; index < count; index++)
		work_next(context, weir_as_int(values[index]));
}
