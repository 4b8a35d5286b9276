/*
 * Pipelines drawn at random from a table of operators, over random sources, against what holds for every pipeline:
 * whatever the demand and the size of batches, the items are the same; a cancel at any step leaves nothing; two
 * subscriptions at once are equal; without memory it fails with ENOMEM, or does as if nothing had been.
 *
 * Everything follows from the seed, which a failure prints with the pipeline, made as short as it will get.
 * WEIR_TEST_SEEDS=n runs n seeds, WEIR_TEST_SEED=n only that one; WEIR_TEST_VERBOSE=1 prints each pipeline before it runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <weir/weir.h>

#include "kit/batched.h"
#include "kit/draw.h"
#include "kit/faults.h"
#include "kit/functions.h"
#include "kit/numbers.h"
#include "kit/step.h"

enum {
	SEEDS = 4000,
	STAGES_MAX = 6,
	ITEMS_KEPT = 400,
	STEPS_MAX = 5000, /* of one run: more is a pipeline that never ends */
	ALLOCATIONS_MAX = 3000,
};

#define INTS(...) \
	(const weir_value[]) \
	{ \
		__VA_ARGS__ \
	}

/* Callbacks */

/* Of anything, an integer: items may have become arrays, maps, text. */
static int64_t number_of(weir_value value)
{
	return weir_kind(value) == WEIR_KIND_INT || weir_kind(value) == WEIR_KIND_UINT ? weir_as_int(value)
										       : (int64_t)weir_length(value);
}

static weir_value add_argument(weir_value value, void *context)
{
	return weir_int(number_of(value) + *(const int64_t *)context);
}

static weir_value remainder_of(weir_value value, void *context)
{
	return weir_int(number_of(value) % (*(const int64_t *)context + 1));
}

static weir_value as_text(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("item %lld", (long long)number_of(value));
}

static int is_multiple(weir_value value, void *context)
{
	return number_of(value) % (*(const int64_t *)context + 1) == 0;
}

static int is_small(weir_value value, void *context)
{
	return number_of(value) <= *(const int64_t *)context;
}

static int is_big(weir_value value, void *context)
{
	return number_of(value) > *(const int64_t *)context;
}

static weir_value fails_at_argument(weir_value value, void *context)
{
	if (number_of(value) == *(const int64_t *)context)
		return weir_fail(ERANGE, "not this one");
	return weir_retain(value);
}

static weir_value sum(weir_value accumulated, weir_value value, void *context)
{
	(void)context;
	return weir_int((number_of(accumulated) + number_of(value)) % 1000003);
}

static weir_value both(const weir_value *values, size_t count, void *context)
{
	(void)context;
	(void)count;
	return weir_int(number_of(values[0]) * 10 + number_of(values[1]));
}

static int by_number(weir_value left, weir_value right, void *context)
{
	(void)context;
	return (number_of(left) > number_of(right)) - (number_of(left) < number_of(right));
}

static int keep_or_leave(weir_value value, weir_value *ret_item, void *context)
{
	if (!is_multiple(value, context))
		return 0;
	*ret_item = weir_retain(value);
	return 1;
}

/* None, one, two; a few of them later. */
static weir_observable *few(weir_value value, void *context)
{
	int64_t number = number_of(value);

	switch ((number % 4 + 4 + *(const int64_t *)context) % 4) {
	case 0:
		return weir_empty();
	case 1:
		return weir_just(weir_int(number));
	case 2:
		return weir_range(number, 3);
	default:
		return numbers((struct numbers){ .count = 2, .interval = weir_ms(number % 2 + 1) });
	}
}

static weir_observable *few_of(weir_value accumulated, weir_value value, void *context)
{
	return weir_just(sum(accumulated, value, context));
}

static weir_observable *one_less(weir_value value, void *context)
{
	(void)context;
	return number_of(value) > 1 ? weir_just(weir_int(number_of(value) / 2)) : weir_empty();
}

static weir_observable *same_again(weir_value value, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(value));
}

static weir_observable *prefix_then_tail(weir_value pair, void *context)
{
	return weir_start_with(same_again(weir_at(pair, 1), context), INTS(weir_retain(weir_at(pair, 0))), 1);
}

static weir_observable *when_odd(weir_value value, void *context)
{
	(void)context;
	return number_of(value) % 3 == 0 ? weir_timer(weir_ms(1)) : weir_just(weir_bool(number_of(value) % 2));
}

static weir_value step(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	*ret_state = sum(state, value, context);
	return weir_retain(state);
}

static weir_observable *itself(weir_observable *shared, void *context)
{
	(void)context;
	return weir_ref(shared);
}

static weir_observable *twice(weir_observable *ends, void *context)
{
	return weir_take(weir_ref(ends), (uint64_t)(*(const int64_t *)context % 3));
}

static weir_observable *soon(weir_value value, void *context)
{
	return weir_timer(weir_ms((number_of(value) % 3 + 3 + *(const int64_t *)context) % 3));
}

static weir_observable *handled(const weir_error *error, void *context)
{
	(void)error;
	return weir_range(*(const int64_t *)context, 2);
}

static weir_observable *made(void *context)
{
	return weir_range(*(const int64_t *)context, 3);
}

/* The table */

enum {
	TIMED = 1, /* what is emitted depends on when things come: demand changes that */
	REORDERS = 2, /* the order depends on it */
	OVERTAKEN = 4, /* an error of the source overtakes items that wait */
	HANDLES = 8, /* goes on after an error */
	FAILS = 16, /* by itself */
	SHARED = 32, /* subscriptions have to do with one another */
};

struct operator
{
	const char *name;
	weir_observable *(*apply)(weir_observable * source, int64_t * argument);
	int flags;
};

#define OPERATOR(operator_name, expression) \
	static weir_observable *apply_##operator_name(weir_observable *s, int64_t *a) \
	{ \
		(void)a; \
		return expression; \
	}
#define PAIR(other) ((weir_observable *[]){ s, other })
#define INTS(...) \
	(const weir_value[]) \
	{ \
		__VA_ARGS__ \
	}

/* Name, what it does with the source `s` and the argument `a`, from 0 to 8, and how it is. */
#define OPERATORS(ROW) \
	ROW(map, weir_map(s, add_argument, a), 0) \
	ROW(map_text, weir_map(s, as_text, NULL), 0) \
	ROW(map_remainder, weir_map(s, remainder_of, a), 0) \
	ROW(map_fails, weir_map(s, fails_at_argument, a), FAILS) \
	ROW(map_to, weir_map_to(s, weir_int(*a)), 0) \
	ROW(filter, weir_filter(s, is_multiple, a), 0) \
	ROW(handle, weir_handle(s, keep_or_leave, a), 0) \
	ROW(scan, weir_scan(s, sum, NULL, weir_int(*a)), 0) \
	ROW(scan_first, weir_scan_first(s, sum, NULL), 0) \
	ROW(reduce, weir_reduce(s, sum, NULL, weir_int(*a)), 0) \
	ROW(count, weir_count(s), 0) \
	ROW(to_array, weir_to_array(s), 0) \
	ROW(max, weir_max(s, by_number, NULL), 0) \
	ROW(every, weir_every(s, is_small, a), 0) \
	ROW(find_index, weir_find_index(s, is_big, a), 0) \
	ROW(is_empty, weir_is_empty(s), 0) \
	ROW(take, weir_take(s, (uint64_t)*a), 0) \
	ROW(take_last, weir_take_last(s, (size_t)*a), 0) \
	ROW(take_while, weir_take_while(s, is_small, a, *a % 2 == 0), 0) \
	ROW(take_until, weir_take_until(s, weir_timer(weir_ms(*a))), TIMED) \
	ROW(skip, weir_skip(s, (uint64_t)*a), 0) \
	ROW(skip_last, weir_skip_last(s, (size_t)*a), 0) \
	ROW(skip_while, weir_skip_while(s, is_small, a), 0) \
	ROW(skip_until, weir_skip_until(s, weir_timer(weir_ms(*a))), TIMED) \
	ROW(first_or, weir_first_or(s, weir_int(*a)), 0) \
	ROW(last_or, weir_last_or(s, weir_int(*a)), 0) \
	ROW(element_at_or, weir_element_at_or(s, (uint64_t)*a, weir_nil()), 0) \
	ROW(ignore_elements, weir_ignore_elements(s), 0) \
	ROW(distinct, weir_distinct(s, NULL), 0) \
	ROW(distinct_until_changed, weir_distinct_until_changed(s, NULL), 0) \
	ROW(pairwise, weir_pairwise(s), 0) \
	ROW(with_index, weir_with_index(s), 0) \
	ROW(buffer_count, weir_buffer_count(s, (size_t)*a % 4 + 1, (size_t)*a % 3 + 1), 0) \
	ROW(start_with, weir_start_with(s, INTS(weir_int(*a), weir_str("first", 5)), 2), 0) \
	ROW(end_with, weir_end_with(s, INTS(weir_int(*a), weir_nil()), 2), 0) \
	ROW(concat_with, weir_concat_with(s, weir_range(50, (uint64_t)*a)), 0) \
	ROW(default_if_empty, weir_default_if_empty(s, weir_int(*a)), 0) \
	ROW(switch_if_empty, weir_switch_if_empty(s, weir_range(*a, 2)), 0) \
	ROW(throw_if_empty, weir_throw_if_empty(s, NULL), FAILS) \
	ROW(repeat, weir_repeat(s, 2, 0), 0) \
	ROW(zip, weir_zip(PAIR(weir_range(*a, 5)), 2, both, NULL), OVERTAKEN) \
	ROW(zip_with_itself, weir_zip((weir_observable *[]){ weir_ref(s), s }, 2, both, NULL), OVERTAKEN) \
	ROW(merge_sorted, weir_merge_sorted(PAIR(weir_range(*a, 5)), 2, by_number, NULL), OVERTAKEN) \
	ROW(interleave, weir_interleave(PAIR(weir_range(*a, 5)), 2, 2), OVERTAKEN) \
	ROW(with_latest_from, \
		weir_with_latest_from(s, (weir_observable *[]){ weir_just(weir_int(*a)) }, 1, both, NULL), 0) \
	ROW(combine_latest_with, weir_combine_latest_with(s, weir_range(*a, 3), both, NULL), TIMED | OVERTAKEN) \
	ROW(merge_with, weir_merge_with(s, weir_range(50, (uint64_t)*a)), REORDERS | OVERTAKEN) \
	ROW(race_with, weir_race_with(s, weir_timer(weir_ms(*a))), TIMED) \
	ROW(sequence_equal, weir_sequence_equal(s, weir_range(1, (uint64_t)*a), NULL, NULL), 0) \
	ROW(concat_map, weir_concat_map(s, few, a), OVERTAKEN) \
	ROW(concat_map_eager, weir_concat_map_eager(s, few, a, 3, 4), OVERTAKEN) \
	ROW(merge_map, weir_merge_map(s, few, a, 2), REORDERS | OVERTAKEN) \
	ROW(merge_map_one, weir_merge_map(s, few, a, 1), OVERTAKEN) \
	ROW(merge_map_any, weir_merge_map(s, few, a, 0), REORDERS | OVERTAKEN) \
	ROW(merge_map_by_key, weir_merge_map_by_key(s, remainder_of, few, a, 2, 8), REORDERS | OVERTAKEN) \
	ROW(merge_scan, weir_merge_scan(s, few_of, NULL, weir_int(*a), 1), OVERTAKEN) \
	ROW(switch_map, weir_switch_map(s, few, a), TIMED) \
	ROW(exhaust_map, weir_exhaust_map(s, few, a), TIMED) \
	ROW(expand, weir_expand(s, one_less, NULL, 1), REORDERS | OVERTAKEN) \
	ROW(group_by, \
		weir_merge_map(weir_group_by(s, remainder_of, a, &(weir_group_by_options){ .waiting = SIZE_MAX }), \
			same_again, NULL, 0), \
		REORDERS | OVERTAKEN) \
	ROW(window_count, \
		weir_concat_map( \
			weir_window_count(s, (uint64_t)*a + 1, &(weir_window_count_options){ .waiting = SIZE_MAX }), \
			same_again, NULL), \
		OVERTAKEN) \
	ROW(buffer_time, weir_buffer_time(s, weir_ms(*a + 1), NULL), TIMED) \
	ROW(audit_time, weir_audit_time(s, weir_ms(*a)), TIMED) \
	ROW(debounce_time, weir_debounce_time(s, weir_ms(*a)), TIMED) \
	ROW(sample_time, weir_sample_time(s, weir_ms(*a + 1)), TIMED) \
	ROW(throttle_time, weir_throttle_time(s, weir_ms(*a), (enum weir_edge)(*a % 3)), TIMED) \
	ROW(audit, weir_audit(s, soon, a), TIMED) \
	ROW(debounce, weir_debounce(s, soon, a), TIMED) \
	ROW(sample, weir_sample(s, weir_interval(weir_ms(*a + 1))), TIMED) \
	ROW(throttle, weir_throttle(s, soon, a, (enum weir_edge)(*a % 3)), TIMED) \
	ROW(buffer, weir_buffer(s, weir_interval(weir_ms(*a + 1))), TIMED) \
	ROW(window, weir_concat_map(weir_window(s, weir_interval(weir_ms(*a + 1)), SIZE_MAX), same_again, NULL), \
		TIMED | OVERTAKEN) \
	ROW(prefix_and_tail, weir_concat_map(weir_prefix_and_tail(s, (size_t)*a), prefix_then_tail, NULL), OVERTAKEN) \
	ROW(zip_latest, weir_zip_latest(PAIR(weir_range(*a, 3)), 2, both, NULL), TIMED | OVERTAKEN) \
	ROW(merge_prioritized, weir_merge_prioritized(PAIR(weir_range(*a, 3)), 2), REORDERS | OVERTAKEN) \
	ROW(filter_when, weir_filter_when(s, when_odd, NULL), OVERTAKEN) \
	ROW(delay_subscription, weir_delay_subscription(s, weir_timer(weir_ms(*a % 3))), 0) \
	ROW(switch_scan, weir_switch_scan(s, few_of, NULL, weir_int(*a)), TIMED) \
	ROW(scan_map, weir_scan_map(s, weir_int(*a), step, NULL, NULL), 0) \
	ROW(connect, weir_connect(s, itself, NULL, NULL), OVERTAKEN) \
	ROW(repeat_when, weir_repeat_when(s, twice, a), TIMED) \
	ROW(retry_when, weir_retry_when(s, twice, a), HANDLES | TIMED) \
	ROW(delay, weir_delay(s, weir_ms(*a % 3)), OVERTAKEN) \
	ROW(delay_when, weir_delay_when(s, soon, a), REORDERS | OVERTAKEN) \
	ROW(observe_later, weir_observe_later(s, weir_ms(*a % 3)), 0) \
	ROW(subscribe_later, weir_subscribe_later(s, weir_ms(*a % 3)), 0) \
	ROW(on_overflow, weir_on_overflow(s, WEIR_OVERFLOW_BUFFER, SIZE_MAX), OVERTAKEN) \
	ROW(limit_rate, weir_limit_rate(s, (uint64_t)*a + 1), OVERTAKEN) \
	ROW(conflate, weir_conflate(s, sum, NULL), TIMED) \
	ROW(timeout, weir_timeout(s, &(weir_timeout_options){ .each = weir_ms(*a + 1) }), TIMED) \
	ROW(share, weir_share(s, NULL), SHARED | TIMED) \
	ROW(share_replay, weir_share_replay(s, NULL), SHARED | TIMED) \
	ROW(materialize, weir_materialize(s), HANDLES) \
	ROW(materialize_and_back, weir_dematerialize(weir_materialize(s)), 0) \
	ROW(catch_error, weir_catch_error(s, handled, a), HANDLES) \
	ROW(retry, weir_retry(s, &(weir_retry_options){ .max_attempts = 2 }), HANDLES | FAILS) \
	ROW(on_error_resume_next, weir_on_error_resume_next_with(s, weir_range(*a, 2)), HANDLES) \
	ROW(finalize, weir_finalize(s, NULL, NULL), FAILS) \
	ROW(label, weir_label(s, "named"), 0)

#define APPLY(name, expression, flags) OPERATOR(name, expression)
OPERATORS(APPLY)

#define ENTRY(name, expression, flags) { #name, apply_##name, flags },
static const struct operator operators[] = { OPERATORS(ENTRY) };

enum source_kind {
	NUMBERS,
	RANGE,
	FROM_ARRAY,
	OF,
	JUST,
	EMPTY,
	THROW,
	DEFER,
	CONCAT,
	SOURCES,
};

static const char *const source_names[] = { "numbers", "range", "from_array", "of", "just", "empty", "throw", "defer",
	"concat" };

struct pipeline {
	enum source_kind source;
	int64_t count;
	bool fails;
	weir_duration interval;
	size_t burst;
	size_t stage_count;
	struct {
		const struct operator* operator;
		int64_t argument;
	} stages[STAGES_MAX];
	/* Of one run. */
	size_t source_batch;
	size_t batch; /* between all stages; 0: not */
};

static int flags_of(const struct pipeline *pipeline)
{
	int flags = pipeline->source == THROW || (pipeline->source == NUMBERS && pipeline->fails) ? FAILS : 0;

	for (size_t index = 0; index < pipeline->stage_count; index++)
		flags |= pipeline->stages[index].operator->flags;
	return flags;
}

static struct pipeline draw_pipeline(uint64_t *state)
{
	struct pipeline pipeline = {
		.source = draw(state, 3) > 0 ? NUMBERS : (enum source_kind)draw(state, SOURCES),
		.count = (int64_t)draw(state, 11),
		.fails = draw(state, 4) == 0,
		.interval = weir_ms((int64_t)draw(state, 3)),
		.burst = 1 + draw(state, 4),
		.stage_count = 1 + draw(state, STAGES_MAX),
	};

	for (size_t index = 0; index < pipeline.stage_count; index++) {
		pipeline.stages[index].operator= & operators[draw(state, sizeof operators / sizeof *operators)];
		pipeline.stages[index].argument = (int64_t)draw(state, 9);
	}
	return pipeline;
}

static void print_pipeline(const struct pipeline *pipeline, char *text, size_t size)
{
	size_t used = (size_t)snprintf(
		text, size, "%s(count %lld", source_names[pipeline->source], (long long)pipeline->count);

	if (pipeline->source == NUMBERS)
		used += (size_t)snprintf(text + used, size - used, ", %s, %lld ms, burst %zu",
			pipeline->fails ? "fails" : "completes", (long long)(pipeline->interval / weir_ms(1)),
			pipeline->burst);
	used += (size_t)snprintf(text + used, size - used, ")");
	for (size_t index = 0; index < pipeline->stage_count && used < size; index++)
		used += (size_t)snprintf(text + used, size - used, " | %s(%lld)",
			pipeline->stages[index].operator->name, (long long)pipeline->stages[index].argument);
}

static weir_observable *build_source(struct pipeline *pipeline)
{
	weir_value values[16];

	for (int64_t index = 0; index < pipeline->count; index++)
		values[index] = index % 2 == 0 ? weir_int(index) : weir_string_format("item %d", (int)index);
	switch (pipeline->source) {
	case FROM_ARRAY:
		return weir_from_array(weir_make_array(values, (size_t)pipeline->count));
	case OF:
		return weir_of(values, (size_t)pipeline->count);
	default:
		for (int64_t index = 0; index < pipeline->count; index++)
			weir_release(values[index]);
	}
	switch (pipeline->source) {
	case RANGE:
		return weir_range(1, (uint64_t)pipeline->count);
	case JUST:
		return weir_just(weir_int(pipeline->count));
	case EMPTY:
		return weir_empty();
	case THROW:
		return weir_throw(EIO, "at once");
	case DEFER:
		return weir_defer(made, &pipeline->count);
	case CONCAT:
		return weir_concat_with(weir_range(1, 3), weir_range(pipeline->count, 2));
	default:
		return numbers((struct numbers){
			.count = pipeline->count,
			.end = pipeline->fails ? NUMBERS_FAIL : NUMBERS_COMPLETE,
			.interval = pipeline->interval,
			.burst = pipeline->burst,
			.batch = pipeline->source_batch,
		});
	}
}

/* It refers to `pipeline`, which stays where it is. */
static weir_observable *build(struct pipeline *pipeline)
{
	weir_observable *observable = batched(build_source(pipeline), pipeline->batch);

	for (size_t index = 0; index < pipeline->stage_count; index++)
		observable =
			batched(pipeline->stages[index].operator->apply(observable, &pipeline->stages[index].argument),
				pipeline->batch);
	return observable;
}

/* A run */

struct script {
	uint64_t seed; /* of what is requested; 0: everything at the beginning */
	size_t cancel_at_item;
	bool takes_batches;
};

struct run {
	struct script script;
	uint64_t state;
	weir_loop *loop;
	weir_subscription *subscription;
	weir_value items[ITEMS_KEPT];
	size_t items_kept;
	uint64_t received;
	uint64_t requested;
	bool ended;
	bool cancelled;
	int code; /* 0: completed */
	size_t destroyed;
	const char *complaint;
};

static void complain(struct run *run, const char *complaint)
{
	if (run->complaint == NULL)
		run->complaint = complaint;
}

static void run_request(struct run *run, uint64_t count)
{
	run->requested = weir_demand_add(run->requested, count);
	weir_request(run->subscription, count);
}

static void run_cancel(struct run *run)
{
	run->cancelled = true;
	weir_cancel(run->subscription);
	if (run->destroyed != 1)
		complain(run, "destroy was not called by the cancel");
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	((struct run *)context)->subscription = subscription;
}

static void may_come(struct run *run)
{
	if (run->ended)
		complain(run, "a signal came after the end");
	if (run->cancelled)
		complain(run, "a signal came after the cancel");
	if (run->destroyed > 0)
		complain(run, "a signal came after destroy");
}

static void on_next(weir_value value, void *context)
{
	struct run *run = context;

	may_come(run);
	if (++run->received > run->requested)
		complain(run, "more came than was requested");
	if (run->items_kept < ITEMS_KEPT)
		run->items[run->items_kept++] = weir_retain(value);
	if (run->received == run->script.cancel_at_item)
		run_cancel(run);
	else if (run->script.seed != 0 && draw(&run->state, 3) > 0)
		run_request(run, draw(&run->state, 3));
}

static void on_next_batch(const weir_value *values, size_t count, void *context)
{
	for (size_t index = 0; index < count && !((struct run *)context)->cancelled; index++)
		on_next(values[index], context);
}

static void on_error(const weir_error *error, void *context)
{
	struct run *run = context;

	may_come(run);
	run->ended = true;
	run->code = weir_error_code(error);
}

static void on_complete(void *context)
{
	struct run *run = context;

	may_come(run);
	run->ended = true;
}

static void on_destroy(void *context)
{
	struct run *run = context;

	if (run->destroyed++ > 0)
		complain(run, "destroy was called twice");
	run->subscription = NULL;
}

static bool is_over(const struct run *run)
{
	return run->ended || run->cancelled;
}

static void ignore_dropped(const char *stage, weir_value value, void *context)
{
	(void)stage;
	(void)value;
	(void)context;
}

static void ignore_error(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
}

static void run_init(struct run *run, struct script script)
{
	*run = (struct run){ .script = script, .state = script.seed };
	run->loop = weir_loop_new_virtual();
	weir_loop_set_hooks(run->loop,
		&(struct weir_loop_hooks){ .on_dropped = ignore_dropped, .on_unhandled_error = ignore_error });
}

static void run_subscribe(struct run *run, weir_observable *observable)
{
	uint64_t first = run->script.seed == 0 ? WEIR_UNBOUNDED : draw(&run->state, 4);

	run->requested = first;
	weir_subscribe(observable, run->loop,
		&(struct weir_observer){
			.subscribed = on_subscribed,
			.next = on_next,
			.next_batch = run->script.takes_batches ? on_next_batch : NULL,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = run,
			.demand = first == 0 ? WEIR_ON_REQUEST : first,
		});
}

/* Until it is over, or nothing is left to do; returns the number of steps. */
static size_t run_steps(struct run *run, size_t most)
{
	size_t steps = 0;

	while (!is_over(run) && steps < most) {
		bool stepped = step_loop(run->loop, WEIR_FOREVER);
		bool waits = !is_over(run) && run->script.seed != 0 && run->requested <= run->received;

		steps += stepped;
		if (waits && (!stepped || draw(&run->state, 8) == 0))
			run_request(run, 1 + draw(&run->state, 4));
		else if (!stepped)
			break;
	}
	if (steps == STEPS_MAX)
		complain(run, "it does not end");
	return steps;
}

/* Cancelled if it is not over; nothing is left, and nothing comes any more. */
static void run_finish(struct run *run)
{
	if (!is_over(run))
		run_cancel(run);
	if (run->destroyed != 1)
		complain(run, "destroy was not called once");
	if (weir_loop_timer_count(run->loop) > 0)
		complain(run, "a timer is left");
	if (weir_loop_subscription_count(run->loop) > 0)
		complain(run, "a subscription is left");
	weir_loop_run_for(run->loop, weir_s(10));
	weir_loop_free(run->loop);
}

static void run_forget(struct run *run)
{
	for (size_t index = 0; index < run->items_kept; index++)
		weir_release(run->items[index]);
	run->items_kept = 0;
}

static void play(struct run *run, struct pipeline *pipeline, struct script script)
{
	run_init(run, script);
	run_subscribe(run, build(pipeline));
	run_steps(run, STEPS_MAX);
	if (!is_over(run))
		complain(run, "nothing is left to do, and it has not ended");
	run_finish(run);
}

/* Errors are other objects in each run. */
static bool same_item(weir_value left, weir_value right)
{
	char texts[2][256];

	if (weir_equal(left, right))
		return true;
	weir_print(left, texts[0], sizeof texts[0]);
	weir_print(right, texts[1], sizeof texts[1]);
	return strcmp(texts[0], texts[1]) == 0;
}

static bool begins_alike(const struct run *left, const struct run *right)
{
	for (size_t index = 0; index < left->items_kept && index < right->items_kept; index++)
		if (!same_item(left->items[index], right->items[index]))
			return false;
	return true;
}

static void compare(struct run *run, const struct run *reference)
{
	if (!begins_alike(run, reference))
		complain(run, "an item is another one");
	else if (run->received != reference->received)
		complain(run, run->received < reference->received ? "items are missing" : "there are too many items");
	else if (run->ended != reference->ended || run->code != reference->code)
		complain(run, "it ends otherwise");
}

/* Properties: NULL, or what does not hold. `seed` is for what they draw. */

static struct run reference;
static struct run run;

/* Runs a variation of `pipeline`, and compares it with the reference. */
static void play_variation(struct pipeline *pipeline, struct script script)
{
	int flags = flags_of(pipeline);

	play(&run, pipeline, script);
	/* An error that overtakes what waits: how much, is a matter of demand. */
	if ((flags & FAILS) && (flags & OVERTAKEN)) {
		if (!(flags & HANDLES) && !begins_alike(&run, &reference))
			complain(&run, "an item before the error is another one");
	} else {
		compare(&run, &reference);
	}
	run_forget(&run);
}

/* What comes without the error of the source, if one may overtake: a run that fails begins like it. */
static void play_reference(const struct pipeline *pipeline)
{
	struct pipeline complete = *pipeline;

	if (flags_of(pipeline) & OVERTAKEN)
		complete.fails = false;
	play(&reference, &complete, (struct script){ 0 });
}

static bool differs_by_rights(const struct pipeline *pipeline)
{
	return flags_of(pipeline) & (TIMED | REORDERS);
}

static const char *demand_changes_nothing(struct pipeline *pipeline, uint64_t seed)
{
	if (differs_by_rights(pipeline))
		return NULL;
	play_reference(pipeline);
	for (uint64_t pattern = 1; pattern <= 6 && reference.complaint == NULL; pattern++) {
		play_variation(pipeline, (struct script){ .seed = seed + pattern });
		if (run.complaint != NULL)
			break;
	}
	run_forget(&reference);
	return reference.complaint != NULL ? reference.complaint : run.complaint;
}

static const char *batches_change_nothing(struct pipeline *pipeline, uint64_t seed)
{
	static const size_t sizes[] = { 1, 2, 3, 64, BATCHED_RANDOM };

	run.complaint = NULL;
	play(&reference, pipeline, (struct script){ 0 });
	/* Of the source: the same moments, so all is the same. */
	for (size_t index = 0; index < 5 && reference.complaint == NULL; index++) {
		pipeline->source_batch = index < 4 ? sizes[index] : NUMBERS_RANDOM;
		play(&run, pipeline, (struct script){ .takes_batches = (seed + index) % 2 == 0 });
		compare(&run, &reference);
		run_forget(&run);
		if (run.complaint != NULL)
			break;
	}
	run_forget(&reference);
	pipeline->source_batch = 0;
	if (reference.complaint != NULL || run.complaint != NULL || differs_by_rights(pipeline))
		return reference.complaint != NULL ? reference.complaint : run.complaint;
	/* Of every stage: that asks by counts. */
	play_reference(pipeline);
	for (size_t index = 0; index < 5 && reference.complaint == NULL && run.complaint == NULL; index++) {
		pipeline->batch = sizes[index];
		play_variation(pipeline,
			(struct script){ .seed = index == 4 ? seed : 0, .takes_batches = (seed + index) % 2 == 0 });
	}
	run_forget(&reference);
	pipeline->batch = 0;
	return reference.complaint != NULL ? reference.complaint : run.complaint;
}

static const char *cancel_leaves_nothing(struct pipeline *pipeline, uint64_t seed)
{
	size_t before = faults_live_blocks();
	size_t steps;

	run_init(&run, (struct script){ .seed = seed % 2 });
	run_subscribe(&run, build(pipeline));
	steps = run_steps(&run, STEPS_MAX);
	run_finish(&run);
	run_forget(&run);
	for (size_t trial = 0; trial < 12 && run.complaint == NULL; trial++) {
		bool is_item = trial % 4 == 3;

		pipeline->source_batch = trial % 3;
		run_init(&run, (struct script){ .seed = seed % 2, .cancel_at_item = is_item ? trial / 4 + 1 : 0 });
		run_subscribe(&run, build(pipeline));
		run_steps(&run, is_item ? STEPS_MAX : trial < 4 ? trial : draw(&seed, steps + 1));
		run_finish(&run);
		run_forget(&run);
		if (faults_live_blocks() != before)
			complain(&run, "memory is left");
	}
	pipeline->source_batch = 0;
	return run.complaint;
}

static const char *two_at_once_are_equal(struct pipeline *pipeline, uint64_t seed)
{
	static struct run other;
	weir_observable *observable;
	weir_loop *spare;
	bool stepped = true;
	size_t steps = 0;

	if (flags_of(pipeline) & SHARED)
		return NULL;
	play(&reference, pipeline, (struct script){ 0 });
	run_init(&run, (struct script){ 0 });
	run_init(&other, (struct script){ 0 });
	spare = other.loop;
	other.loop = run.loop;
	observable = build(pipeline);
	run_subscribe(&run, weir_ref(observable));
	for (uint64_t wait = draw(&seed, 4); wait > 0; wait--)
		step_loop(run.loop, WEIR_FOREVER);
	run_subscribe(&other, observable);
	while (stepped && steps++ < STEPS_MAX)
		stepped = step_loop(run.loop, WEIR_FOREVER);
	compare(&run, &reference);
	compare(&other, &reference);
	other.loop = spare;
	run_finish(&other);
	run_finish(&run);
	run_forget(&other);
	run_forget(&run);
	run_forget(&reference);
	return reference.complaint != NULL ? reference.complaint
	       : run.complaint != NULL	   ? run.complaint
					   : other.complaint;
}

static const char *without_memory_it_says_so(struct pipeline *pipeline, uint64_t seed)
{
	size_t before = faults_live_blocks();
	bool was_hit = true;

	play(&reference, pipeline, (struct script){ 0 });
	run.complaint = NULL;
	for (size_t number = 1; was_hit && run.complaint == NULL && number < ALLOCATIONS_MAX; number++) {
		run_init(&run, (struct script){ .takes_batches = seed % 2 });
		if (seed % 4 == 0)
			faults_fail_from(number);
		else
			faults_fail_once(number);
		run_subscribe(&run, build(pipeline));
		run_steps(&run, STEPS_MAX);
		faults_stop();
		was_hit = faults_hit();
		if (!(flags_of(pipeline) & HANDLES) && !(run.ended && run.code == ENOMEM))
			compare(&run, &reference);
		run_finish(&run);
		run_forget(&run);
	}
	run_forget(&reference);
	if (faults_live_blocks() != before)
		complain(&run, "memory is left");
	return reference.complaint != NULL ? reference.complaint : run.complaint;
}

/* The loop over seeds, and the way to a short example */

typedef const char *(*property)(struct pipeline *pipeline, uint64_t seed);

static const char *check_property(property holds, const struct pipeline *pipeline, uint64_t seed)
{
	struct pipeline copy = *pipeline;

	run.complaint = NULL;
	return holds(&copy, seed);
}

/* What cannot be left out is left. */
static const char *shrink(property holds, struct pipeline *pipeline, uint64_t seed, const char *complaint)
{
	bool is_shorter = true;

	while (is_shorter) {
		is_shorter = false;
		for (size_t index = 0; index < pipeline->stage_count + 2 && !is_shorter; index++) {
			struct pipeline shorter = *pipeline;
			const char *still;

			if (index < pipeline->stage_count) {
				shorter.stage_count--;
				memmove(&shorter.stages[index], &shorter.stages[index + 1],
					(shorter.stage_count - index) * sizeof shorter.stages[0]);
			} else if (index == pipeline->stage_count && pipeline->count > 0) {
				shorter.count--;
			} else if (pipeline->interval > 0) {
				shorter.interval = 0;
			} else {
				continue;
			}
			still = check_property(holds, &shorter, seed);
			if (still == NULL)
				continue;
			*pipeline = shorter;
			complaint = still;
			is_shorter = true;
		}
	}
	return complaint;
}

static void for_all(property holds)
{
	const char *only = getenv("WEIR_TEST_SEED");
	const char *many = getenv("WEIR_TEST_SEEDS");
	uint64_t first = only != NULL ? strtoull(only, NULL, 10) : 1;
	uint64_t last = only != NULL ? first : many != NULL ? strtoull(many, NULL, 10) : SEEDS;
	char text[1024];

	faults_install();
	/* What is made once per process is made now. */
	weir_error_unref(weir_error_new(ENOMEM, "warm"));
	for (uint64_t seed = first; seed <= last; seed++) {
		uint64_t state = seed;
		struct pipeline pipeline = draw_pipeline(&state);
		const char *complaint;

		if (getenv("WEIR_TEST_VERBOSE") != NULL) {
			print_pipeline(&pipeline, text, sizeof text);
			fprintf(stderr, "%llu: %s\n", (unsigned long long)seed, text);
		}
		complaint = check_property(holds, &pipeline, seed);
		if (complaint == NULL)
			continue;
		complaint = shrink(holds, &pipeline, seed, complaint);
		print_pipeline(&pipeline, text, sizeof text);
		cr_assert(false, "seed %llu: %s: %s", (unsigned long long)seed, text, complaint);
	}
}

TestSuite(random, .timeout = 280);

Test(random, demand_changes_nothing)
{
	for_all(demand_changes_nothing);
}

Test(random, batches_change_nothing)
{
	for_all(batches_change_nothing);
}

Test(random, cancel_leaves_nothing)
{
	for_all(cancel_leaves_nothing);
}

Test(random, two_at_once_are_equal)
{
	for_all(two_at_once_are_equal);
}

Test(random, without_memory_it_says_so)
{
	for_all(without_memory_it_says_so);
}
