/* Operators of FORMAT.md §11, Transformation. */
#include "vectors.h"

static uint64_t limit(const struct stage *stage, size_t index)
{
	weir_value number = argument(stage, index);

	return weir_is_nil(number) ? 0 : (uint64_t)weir_as_int(number);
}

static weir_observable *build_map(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_map_indexed(input, call_mapper_indexed, function(stage, 2));
}

static weir_value constant(weir_value value, void *context)
{
	(void)value;
	return weir_retain(*(weir_value *)context);
}

static weir_observable *build_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value *value = run_allocate(stage->run, sizeof *value);

	*value = run_keep(stage->run, weir_retain(argument(stage, 2)));
	return weir_map(input, constant, value);
}

static weir_observable *build_pluck(const struct stage *stage)
{
	weir_observable *input = source(stage);
	size_t count = weir_length(stage->expression) - 2;
	const char **keys = run_allocate(stage->run, (count + 1) * sizeof *keys);

	for (size_t i = 0; i < count; i++) {
		weir_value key = argument(stage, i + 2);
		char *text = run_allocate(stage->run, weir_length(key) + 1);

		weir_copy_string(key, text, weir_length(key) + 1);
		keys[i] = text;
	}
	return weir_pluck_path(input, keys, count);
}

static weir_observable *build_scan(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = accumulator(stage, 2);
	weir_value seed = weir_retain(argument(stage, 3));

	if (!uses_index(f))
		return has_argument(stage, 3) ? weir_scan(input, call_accumulator, f, seed)
					      : weir_scan_first(input, call_accumulator, f);
	input = with_index(input);
	return without_index(has_argument(stage, 3) ? weir_scan(input, call_accumulator_on_pair, f, array_of(seed))
						    : weir_scan_first(input, call_accumulator_on_pair, f));
}

static weir_observable *build_reduce(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = accumulator(stage, 2);
	weir_value seed = weir_retain(argument(stage, 3));

	if (!uses_index(f))
		return has_argument(stage, 3) ? weir_reduce(input, call_accumulator, f, seed)
					      : weir_reduce_first(input, call_accumulator, f);
	input = with_index(input);
	return without_index(has_argument(stage, 3) ? weir_reduce(input, call_accumulator_on_pair, f, array_of(seed))
						    : weir_reduce_first(input, call_accumulator_on_pair, f));
}

static weir_observable *build_merge_map(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_merge_map(input, call_project, projection(stage, 2), limit(stage, 3));
}

static weir_observable *build_concat_map(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_concat_map(input, call_project, projection(stage, 2));
}

static weir_observable *build_switch_map(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_switch_map(input, call_project, projection(stage, 2));
}

static weir_observable *build_exhaust_map(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_exhaust_map(input, call_project, projection(stage, 2));
}

/* The other observable of a …MapTo, as projection. */
static struct projection *other(const struct stage *stage)
{
	return constant_projection(stage, build(stage->scope, argument(stage, 2)));
}

static weir_observable *build_merge_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_merge_map(input, call_project, other(stage), limit(stage, 3));
}

static weir_observable *build_concat_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_concat_map(input, call_project, other(stage));
}

static weir_observable *build_switch_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_switch_map(input, call_project, other(stage));
}

static weir_observable *build_merge_scan(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_merge_scan(input, call_accumulating_project, projection(stage, 2), weir_retain(argument(stage, 3)),
		limit(stage, 4));
}

static weir_observable *build_switch_scan(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_switch_scan(
		input, call_accumulating_project, projection(stage, 2), weir_retain(argument(stage, 3)));
}

static weir_observable *build_expand(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_expand(input, call_project, projection(stage, 2), limit(stage, 3));
}

static weir_observable *build_buffer_count(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_buffer_count(input, (size_t)weir_as_int(argument(stage, 2)), limit(stage, 3));
}

static weir_observable *build_buffer_time(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_buffer_time(input, frames(argument(stage, 2)),
		&(weir_buffer_time_options){
			.create_interval = frames(argument(stage, 3)), .max_size = limit(stage, 4) });
}

static weir_observable *build_pairwise(const struct stage *stage)
{
	return weir_pairwise(source(stage));
}

static weir_observable *build_window_count(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return flattened(stage,
		weir_window_count(input, limit(stage, 2), &(weir_window_count_options){ .every = limit(stage, 3) }),
		argument(stage, 4));
}

const struct operator_row transforming_operators[] = {
	{ "bufferCount", build_buffer_count },
	{ "bufferTime", build_buffer_time },
	{ "concatMap", build_concat_map, .asks_by_count = true },
	{ "concatMapTo", build_concat_map_to, .asks_by_count = true },
	{ "exhaustMap", build_exhaust_map },
	{ "expand", build_expand, .asks_by_count = true },
	{ "flatMap", build_merge_map, .asks_by_count = true },
	{ "map", build_map },
	{ "mapTo", build_map_to },
	{ "mergeMap", build_merge_map, .asks_by_count = true },
	{ "mergeMapTo", build_merge_map_to, .asks_by_count = true },
	{ "mergeScan", build_merge_scan, .asks_by_count = true },
	{ "pairwise", build_pairwise },
	{ "pluck", build_pluck },
	{ "reduce", build_reduce },
	{ "scan", build_scan },
	{ "switchMap", build_switch_map },
	{ "switchMapTo", build_switch_map_to },
	{ "switchScan", build_switch_scan },
	{ "windowCount", build_window_count },
	{ 0 },
};
