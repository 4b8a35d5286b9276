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

static weir_observable *build_map_to(const struct stage *stage)
{
	return weir_map_to(source(stage), weir_retain(argument(stage, 2)));
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

	if (uses_index(f))
		return has_argument(stage, 3) ? weir_scan_indexed(input, call_accumulator_indexed, f, seed)
					      : weir_scan_first_indexed(input, call_accumulator_indexed, f);
	return has_argument(stage, 3) ? weir_scan(input, call_accumulator, f, seed)
				      : weir_scan_first(input, call_accumulator, f);
}

static weir_observable *build_reduce(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = accumulator(stage, 2);
	weir_value seed = weir_retain(argument(stage, 3));

	if (uses_index(f))
		return has_argument(stage, 3) ? weir_reduce_indexed(input, call_accumulator_indexed, f, seed)
					      : weir_reduce_first_indexed(input, call_accumulator_indexed, f);
	return has_argument(stage, 3) ? weir_reduce(input, call_accumulator, f, seed)
				      : weir_reduce_first(input, call_accumulator, f);
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

/* The other observable of a …MapTo. */
static weir_observable *other(const struct stage *stage)
{
	return build(stage->scope, argument(stage, 2));
}

static weir_observable *build_merge_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_merge_map_to(input, other(stage), limit(stage, 3));
}

static weir_observable *build_concat_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_concat_map_to(input, other(stage));
}

static weir_observable *build_switch_map_to(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_switch_map_to(input, other(stage));
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

	return weir_expand(input, call_project_queued, projection(stage, 2), limit(stage, 3));
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

static weir_observable *build_buffer(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_buffer(input, operand(stage, 2));
}

static weir_observable *build_buffer_toggle(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_observable *openings = operand(stage, 2);

	return weir_buffer_toggle(input, openings, call_project, projection(stage, 3));
}

static weir_observable *build_buffer_when(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return weir_buffer_when(input, call_factory, projection(stage, 2));
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

static weir_observable *build_window(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return flattened(stage, weir_window(input, operand(stage, 2), 0), argument(stage, 3));
}

static weir_observable *build_window_time(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return flattened(stage,
		weir_window_time(input, frames(argument(stage, 2)),
			&(weir_window_time_options){
				.create_interval = frames(argument(stage, 3)), .max_size = limit(stage, 4) }),
		argument(stage, 5));
}

static weir_observable *build_window_toggle(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_observable *openings = operand(stage, 2);

	return flattened(
		stage, weir_window_toggle(input, openings, call_project, projection(stage, 3), 0), argument(stage, 4));
}

static weir_observable *build_window_when(const struct stage *stage)
{
	weir_observable *input = source(stage);

	return flattened(stage, weir_window_when(input, call_factory, projection(stage, 2), 0), argument(stage, 3));
}

/* groupBy has one context for its three functions. */
struct grouping {
	struct function *key, *element;
	struct projection *duration;
};

static weir_value group_key(weir_value value, void *context)
{
	return call_mapper(value, ((struct grouping *)context)->key);
}

static weir_value group_element(weir_value value, void *context)
{
	return call_mapper(value, ((struct grouping *)context)->element);
}

static weir_observable *group_duration(const weir_observable *group, void *context)
{
	return project(
		((struct grouping *)context)->duration, weir_group_key(group), (weir_observable *)(uintptr_t)group);
}

static weir_observable *build_group_by(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value given = argument(stage, 3);
	struct grouping *grouping = run_allocate(stage->run, sizeof *grouping);
	weir_group_by_options options = { .connector = connector_of(weir_get(given, "connector")) };

	grouping->key = function(stage, 2);
	if (!weir_is_nil(weir_get(given, "element"))) {
		grouping->element = function_of(stage->run, weir_get(given, "element"));
		options.element = group_element;
	}
	if (!weir_is_nil(weir_get(given, "duration"))) {
		grouping->duration = projection_of(stage->scope, weir_get(given, "duration"));
		options.duration = group_duration;
	}
	return flattened(stage, weir_group_by(input, group_key, grouping, &options), argument(stage, 4));
}

const struct operator_row transforming_operators[] = {
	{ "buffer", build_buffer },
	{ "bufferCount", build_buffer_count },
	{ "bufferTime", build_buffer_time },
	{ "bufferToggle", build_buffer_toggle },
	{ "bufferWhen", build_buffer_when },
	{ "concatMap", build_concat_map, .asks_by_count = true },
	{ "concatMapTo", build_concat_map_to, .asks_by_count = true },
	{ "exhaustMap", build_exhaust_map },
	{ "expand", build_expand, .asks_by_count = true },
	{ "flatMap", build_merge_map, .asks_by_count = true },
	{ "groupBy", build_group_by },
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
	{ "window", build_window },
	{ "windowCount", build_window_count },
	{ "windowTime", build_window_time },
	{ "windowToggle", build_window_toggle },
	{ "windowWhen", build_window_when },
	{ 0 },
};
