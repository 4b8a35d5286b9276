/* Combining creation functions (FORMAT.md §10) and operators of §11, Combination. */
#include "vectors.h"

static weir_observable *build_concat(const struct stage *stage)
{
	struct inputs inputs = operands(stage, 1);

	return weir_concat(inputs.items, inputs.count);
}

static weir_observable *build_merge(const struct stage *stage)
{
	struct inputs inputs = operands(stage, 1);

	return weir_merge(inputs.items, inputs.count, (uint64_t)weir_as_int(argument(stage, 2)));
}

static weir_observable *build_race(const struct stage *stage)
{
	struct inputs inputs = operands(stage, 1);

	return weir_race(inputs.items, inputs.count);
}

/* A combiner and its context; without one both are NULL. */
static weir_combiner combiner_callback(const struct function *function)
{
	return function == NULL ? NULL : call_combiner;
}

static weir_observable *build_zip(const struct stage *stage)
{
	struct inputs inputs = operands(stage, 1);
	struct function *f = combiner(stage, 2);

	return weir_zip(inputs.items, inputs.count, combiner_callback(f), f);
}

static weir_observable *build_combine_latest(const struct stage *stage)
{
	struct function *f = combiner(stage, 2);
	struct inputs inputs;

	if (weir_kind(argument(stage, 1)) == WEIR_KIND_MAP)
		return weir_combine_latest_keyed(entries(stage, 1));
	inputs = operands(stage, 1);
	return weir_combine_latest(inputs.items, inputs.count, combiner_callback(f), f);
}

static weir_observable *build_fork_join(const struct stage *stage)
{
	struct function *f = combiner(stage, 2);
	struct inputs inputs;

	if (weir_kind(argument(stage, 1)) == WEIR_KIND_MAP)
		return weir_fork_join(entries(stage, 1));
	inputs = operands(stage, 1);
	return weir_fork_join_list(inputs.items, inputs.count, combiner_callback(f), f);
}

static weir_observable *build_with_latest_from(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct inputs others = operands(stage, 2);
	struct function *f = combiner(stage, 3);

	return weir_with_latest_from(input, others.items, others.count, combiner_callback(f), f);
}

static weir_observable *build_combine_latest_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	if (inputs.count == 2)
		return weir_combine_latest_with(inputs.items[0], inputs.items[1], NULL, NULL);
	return weir_combine_latest(inputs.items, inputs.count, NULL, NULL);
}

static weir_observable *build_merge_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	if (inputs.count == 2)
		return weir_merge_with(inputs.items[0], inputs.items[1]);
	return weir_merge(inputs.items, inputs.count, 0);
}

static weir_observable *build_concat_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	if (inputs.count == 2)
		return weir_concat_with(inputs.items[0], inputs.items[1]);
	return weir_concat(inputs.items, inputs.count);
}

static weir_observable *build_zip_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	if (inputs.count == 2)
		return weir_zip_with(inputs.items[0], inputs.items[1], NULL, NULL);
	return weir_zip(inputs.items, inputs.count, NULL, NULL);
}

static weir_observable *build_race_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	if (inputs.count == 2)
		return weir_race_with(inputs.items[0], inputs.items[1]);
	return weir_race(inputs.items, inputs.count);
}

/* What the …All forms flatten: the values of S as observables, made when they arrive. */

static weir_observable *projected(const struct stage *stage)
{
	weir_observable *input = build(stage->scope, argument(stage, 1));
	weir_observable *observables = weir_map(input, call_project_to_value, projection(stage, 2));

	return stage->asks_by_count ? weir_on_overflow(observables, WEIR_OVERFLOW_BUFFER, SIZE_MAX) : observables;
}

static weir_observable *build_combine_latest_all(const struct stage *stage)
{
	weir_observable *observables = projected(stage);
	struct function *f = combiner(stage, 3);

	return weir_combine_latest_all(observables, combiner_callback(f), f);
}

static weir_observable *build_zip_all(const struct stage *stage)
{
	weir_observable *observables = projected(stage);
	struct function *f = combiner(stage, 3);

	return weir_zip_all(observables, combiner_callback(f), f);
}

static weir_observable *build_concat_all(const struct stage *stage)
{
	return weir_concat_all(projected(stage));
}

static weir_observable *build_merge_all(const struct stage *stage)
{
	return weir_merge_all(projected(stage), (uint64_t)weir_as_int(argument(stage, 3)));
}

static weir_observable *build_switch_all(const struct stage *stage)
{
	return weir_switch_all(projected(stage));
}

static weir_observable *build_exhaust_all(const struct stage *stage)
{
	return weir_exhaust_all(projected(stage));
}

static weir_observable *build_start_with(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct values values = arguments_from(stage, 2);
	weir_observable *result = weir_start_with(input, values.items, values.count);

	values.count = 0; /* consumed */
	values_free(&values);
	return result;
}

static weir_observable *build_end_with(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct values values = arguments_from(stage, 2);
	weir_observable *result = weir_end_with(input, values.items, values.count);

	values.count = 0; /* consumed */
	values_free(&values);
	return result;
}

/* partition */

static weir_value named_yes(weir_value value, void *context)
{
	(void)context;
	return array_of(weir_string_static("yes"), weir_retain(value));
}

static weir_value named_no(weir_value value, void *context)
{
	(void)context;
	return array_of(weir_string_static("no"), weir_retain(value));
}

static weir_observable *build_partition(const struct stage *stage)
{
	weir_observable *input = source(stage);
	struct function *f = function(stage, 2);
	weir_observable *no;
	weir_observable *yes = weir_partition_indexed(input, call_predicate_indexed, f, &no);

	if (weir_is_string(argument(stage, 3), "yes")) {
		weir_unref(no);
		return yes;
	}
	if (weir_is_string(argument(stage, 3), "no")) {
		weir_unref(yes);
		return no;
	}
	return weir_merge((weir_observable *[]){ weir_map(yes, named_yes, NULL), weir_map(no, named_no, NULL) }, 2, 0);
}

const struct operator_row combining_operators[] = {
	{ "combineAll", build_combine_latest_all },
	{ "combineLatest", build_combine_latest },
	{ "combineLatestAll", build_combine_latest_all },
	{ "combineLatestWith", build_combine_latest_with },
	{ "concat", build_concat },
	{ "concatAll", build_concat_all, .asks_by_count = true },
	{ "concatWith", build_concat_with },
	{ "endWith", build_end_with },
	{ "exhaust", build_exhaust_all },
	{ "exhaustAll", build_exhaust_all },
	{ "forkJoin", build_fork_join },
	{ "merge", build_merge },
	{ "mergeAll", build_merge_all, .asks_by_count = true },
	{ "mergeWith", build_merge_with },
	{ "partition", build_partition },
	{ "race", build_race },
	{ "raceWith", build_race_with },
	{ "startWith", build_start_with },
	{ "switchAll", build_switch_all },
	{ "withLatestFrom", build_with_latest_from },
	{ "zip", build_zip, .asks_by_count = true },
	{ "zipAll", build_zip_all, .asks_by_count = true },
	{ "zipWith", build_zip_with, .asks_by_count = true },
	{ 0 },
};
