/*
 * Buffers, groups and windows, composed at random, under random demand and random cancels: every item is delivered once,
 * or reported as dropped, or belongs to somebody who has left (where buffers and windows neither overlap nor leave gaps);
 * nothing hangs; nothing is left behind.
 *
 * Everything follows from the seed, which a failure prints. WEIR_TEST_SEEDS=n runs n seeds, WEIR_TEST_SEED=n only that one.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include <weir/operator.h>
#include <weir/weir.h>

#include "kit/draw.h"

enum {
	/* More than a group's values may be ahead of their consumers. */
	ITEMS_MAX = 700,
	STAGES_MAX = 32,
	SEEDS = 400,
	/* Of virtual time: longer than any of these pipelines takes while somebody asks. */
	PATIENCE_S = 600,
};

/* What a pipeline is made of */

enum kind {
	BUFFER_COUNT,
	BUFFER_TIME,
	BUFFER,
	BUFFER_WHEN,
	BUFFER_WEIGHTED,
	CONFLATE,
	GROUP_BY,
	WINDOW,
	WINDOW_COUNT,
	WINDOW_TIME,
	WINDOW_WHEN,
	PREFIX_AND_TAIL,
	DELAY,
	ON_OVERFLOW,
	LOSSLESS_KINDS,
	TAKE = LOSSLESS_KINDS, /* inside groups and windows: a consumer that leaves */
	/* With overlaps and gaps. */
	BUFFER_TIME_EVERY,
	BUFFER_TOGGLE,
	WINDOW_TIME_EVERY,
	WINDOW_TOGGLE,
	KINDS,
};

static const char *const kind_names[] = { "buffer_count", "buffer_time", "buffer", "buffer_when", "buffer_weighted",
	"conflate", "group_by", "window", "window_count", "window_time", "window_when", "prefix_and_tail", "delay",
	"on_overflow", "take", "buffer_time every", "buffer_toggle", "window_time every", "window_toggle" };

struct stage {
	enum kind kind;
	weir_duration span;
	uint64_t number; /* size, keys, items */
	uint64_t concurrency;
	size_t waiting;
	bool has_duration;
	bool has_max;
	struct stage *inner; /* inside each group or window; NULL: as it is */
	struct stage *next;
};

struct world {
	uint64_t seed;
	struct stage stages[STAGES_MAX];
	size_t stage_count;
	struct stage *first;
	bool is_lossless; /* nothing may be missing */
	bool may_overflow;
	bool may_leave;
	bool is_uneven; /* items may be repeated and left out */
	int item_count;
	weir_duration pace; /* 0: a source that can wait */
};

/* What came, one after the other. */
struct values {
	weir_value items[ITEMS_MAX];
	size_t count;
};

struct outcome {
	uint8_t delivered[ITEMS_MAX];
	uint8_t dropped[ITEMS_MAX];
	struct values *results; /* NULL: not kept */
	bool completed;
	int code;
	const char *complaint;
};

static bool emits_arrays(const struct stage *stage)
{
	return stage->kind <= CONFLATE || stage->kind == BUFFER_TIME_EVERY || stage->kind == BUFFER_TOGGLE;
}

static bool emits_observables(const struct stage *stage)
{
	return (stage->kind >= GROUP_BY && stage->kind <= WINDOW_WHEN) || stage->kind == WINDOW_TIME_EVERY ||
	       stage->kind == WINDOW_TOGGLE;
}

static struct stage *draw_stages(struct world *world, uint64_t *state, int depth, int length)
{
	struct stage *first = NULL;
	struct stage **place = &first;

	for (int i = 0; i < length && world->stage_count < STAGES_MAX; i++) {
		struct stage *stage = &world->stages[world->stage_count++];

		stage->kind = (enum kind)draw(state, world->is_lossless ? LOSSLESS_KINDS : KINDS);
		if (stage->kind == TAKE && (depth == 0 || draw(state, 2) == 0))
			stage->kind = DELAY;
		stage->span = weir_us((int64_t)(500 + 500 * draw(state, 12)));
		stage->number = 1 + draw(state, 7);
		stage->concurrency = draw(state, 3) == 0 ? 0 : 1 + draw(state, 4);
		stage->has_duration = draw(state, 3) == 0;
		stage->has_max = draw(state, 2) == 0;
		stage->waiting = world->is_lossless || draw(state, 3) > 0 ? SIZE_MAX : draw(state, 2) * 8;
		if (stage->kind == TAKE)
			world->may_leave = true;
		if (stage->kind >= BUFFER_TIME_EVERY)
			world->is_uneven = true;
		if (emits_observables(stage)) {
			if (stage->waiting != SIZE_MAX && stage->waiting > 0)
				world->may_overflow = true;
			if (depth < 2 && draw(state, 2) == 0)
				stage->inner = draw_stages(world, state, depth + 1, 1 + (int)draw(state, 2));
		}
		*place = stage;
		place = &stage->next;
	}
	return first;
}

static void draw_world(struct world *world, uint64_t seed)
{
	uint64_t state = seed * 2 + 1;

	*world = (struct world){ .seed = seed, .is_lossless = draw(&state, 2) == 0 };
	world->item_count = 1 + (int)draw(&state, draw(&state, 4) == 0 ? ITEMS_MAX : 150);
	world->pace = draw(&state, 2) == 0 ? 0 : weir_us((int64_t)(100 + 100 * draw(&state, 20)));
	world->first = draw_stages(world, &state, 0, 1 + (int)draw(&state, 3));
}

static void print_stages(const struct stage *stage, char *text, size_t size)
{
	for (; stage != NULL; stage = stage->next) {
		size_t length = strlen(text);

		snprintf(text + length, size - length, "%s(%d, %d us, at once %d, waiting %d%s%s)",
			kind_names[stage->kind], (int)stage->number, (int)(stage->span / 1000), (int)stage->concurrency,
			stage->waiting == SIZE_MAX ? -1 : (int)stage->waiting, stage->has_duration ? ", duration" : "",
			stage->has_max ? ", max" : "");
		length = strlen(text);
		if (stage->inner != NULL) {
			snprintf(text + length, size - length, " { ");
			print_stages(stage->inner, text, size);
			length = strlen(text);
			snprintf(text + length, size - length, " }");
		}
		length = strlen(text);
		if (stage->next != NULL)
			snprintf(text + length, size - length, " > ");
	}
}

static const char *description(const struct world *world)
{
	static char text[4096];

	snprintf(text, sizeof text, "seed %llu: %d items every %d us > ", (unsigned long long)world->seed,
		world->item_count, (int)(world->pace / 1000));
	print_stages(world->first, text, sizeof text);
	return text;
}

/* Stages */

static weir_observable *flat(weir_value array, void *context)
{
	(void)context;
	return weir_from_array(weir_retain(array));
}

static weir_observable *span_of(void *stage)
{
	return weir_timer(((struct stage *)stage)->span);
}

static weir_observable *closing_of(weir_value value, void *stage)
{
	return weir_as_int(value) % 5 == 0 ? weir_just(weir_nil()) : span_of(stage);
}

static weir_value key_of(weir_value value, void *stage)
{
	uint64_t state = (uint64_t)weir_as_int(value);

	return weir_int((int64_t)draw(&state, ((struct stage *)stage)->number));
}

static weir_observable *duration_of(const weir_observable *group, void *stage)
{
	(void)group;
	return weir_timer(((struct stage *)stage)->span);
}

static uint64_t weight_of(weir_value value, void *context)
{
	(void)context;
	return 1 + (uint64_t)weir_as_int(value) % 3;
}

static weir_value first_of_array(weir_value value, void *context)
{
	(void)context;
	return weir_make_array((weir_value[]){ weir_retain(value) }, 1);
}

static weir_value append(weir_value array, weir_value value, void *context)
{
	weir_value items[ITEMS_MAX];
	size_t count = weir_length(array);

	(void)context;
	for (size_t index = 0; index < count; index++)
		items[index] = weir_retain(weir_at(array, index));
	items[count] = weir_retain(value);
	return weir_make_array(items, count + 1);
}

static weir_observable *build(struct stage *stage, weir_observable *source);

static weir_observable *inner_of(weir_value item, void *stage)
{
	return build(((struct stage *)stage)->inner, weir_ref(weir_as_observable(item)));
}

static weir_observable *prefix_then_tail(weir_value item, void *context)
{
	(void)context;
	return weir_concat_with(
		weir_from_array(weir_retain(weir_at(item, 0))), weir_ref(weir_as_observable(weir_at(item, 1))));
}

static weir_observable *build_one(struct stage *stage, weir_observable *source)
{
	switch (stage->kind) {
	case BUFFER_COUNT:
		return weir_buffer_count(source, stage->number, 0);
	case BUFFER_TIME:
		return weir_buffer_time(source, stage->span,
			&(weir_buffer_time_options){ .max_size = stage->has_max ? stage->number : 0 });
	case BUFFER:
		return weir_buffer(source, weir_interval(stage->span));
	case BUFFER_WHEN:
		return weir_buffer_when(source, span_of, stage);
	case BUFFER_WEIGHTED:
		return weir_buffer_weighted(
			source, &(weir_buffer_weighted_options){ .max_weight = stage->has_max ? stage->number : 0,
					.weight = weight_of,
					.max_span = stage->span });
	case CONFLATE:
		return weir_conflate_with_seed(source, first_of_array, append, NULL);
	case GROUP_BY:
		return weir_group_by(source, key_of, stage,
			&(weir_group_by_options){
				.waiting = stage->waiting, .duration = stage->has_duration ? duration_of : NULL });
	case WINDOW:
		return weir_window(source, weir_interval(stage->span), stage->waiting);
	case WINDOW_COUNT:
		return weir_window_count(
			source, stage->number, &(weir_window_count_options){ .waiting = stage->waiting });
	case WINDOW_TIME:
		return weir_window_time(source, stage->span,
			&(weir_window_time_options){
				.max_size = stage->has_max ? stage->number : 0, .waiting = stage->waiting });
	case WINDOW_WHEN:
		return weir_window_when(source, span_of, stage, stage->waiting);
	case PREFIX_AND_TAIL:
		return weir_concat_map(weir_prefix_and_tail(source, stage->number), prefix_then_tail, NULL);
	case DELAY:
		return weir_delay(source, stage->span);
	case ON_OVERFLOW:
		return weir_on_overflow(source, WEIR_OVERFLOW_BUFFER, SIZE_MAX);
	case BUFFER_TIME_EVERY:
		return weir_buffer_time(source, stage->span,
			&(weir_buffer_time_options){ .create_interval = weir_us((int64_t)(400 * stage->number)),
				.max_size = stage->has_max ? stage->number : 0 });
	case BUFFER_TOGGLE:
		return weir_buffer_toggle(
			source, weir_interval(weir_us((int64_t)(400 * stage->number))), closing_of, stage);
	case WINDOW_TIME_EVERY:
		return weir_window_time(source, stage->span,
			&(weir_window_time_options){ .create_interval = weir_us((int64_t)(400 * stage->number)),
				.max_size = stage->has_max ? stage->number : 0,
				.waiting = stage->waiting });
	case WINDOW_TOGGLE:
		return weir_window_toggle(source, weir_interval(weir_us((int64_t)(400 * stage->number))), closing_of,
			stage, stage->waiting);
	case TAKE:
	case KINDS:
		break;
	}
	return weir_take(source, stage->number);
}

static weir_observable *build(struct stage *stage, weir_observable *source)
{
	for (; stage != NULL; stage = stage->next) {
		source = build_one(stage, source);
		if (emits_arrays(stage))
			source = weir_concat_map(source, flat, NULL);
		else if (emits_observables(stage))
			source = weir_merge_map(source, inner_of, stage, stage->concurrency);
	}
	return source;
}

static weir_observable *source_of(const struct world *world)
{
	if (world->pace == 0)
		return weir_range(0, (uint64_t)world->item_count);
	return weir_on_overflow(
		weir_take(weir_interval(world->pace), (uint64_t)world->item_count), WEIR_OVERFLOW_BUFFER, SIZE_MAX);
}

static weir_observable *build_world(const struct world *world)
{
	return build(world->first, source_of(world));
}

/* The consumer */

struct consumer {
	const struct world *world;
	struct outcome *outcome;
	weir_loop *loop;
	weir_subscription *subscription;
	uint64_t state;
	uint64_t outstanding; /* asked for, and not come */
	uint64_t at_once; /* asked for inside `next`, 0: at random */
	struct weir_timer later; /* asks again, or cancels */
	struct weir_timer leaving;
	bool has_left;
};

static void complain(struct outcome *outcome, const char *complaint)
{
	if (outcome->complaint == NULL)
		outcome->complaint = complaint;
}

static void count_items(uint8_t *counts, weir_value value)
{
	if (weir_kind(value) == WEIR_KIND_ARRAY)
		for (size_t index = 0; index < weir_length(value); index++)
			count_items(counts, weir_at(value, index));
	else if (weir_kind(value) == WEIR_KIND_INT)
		counts[weir_as_int(value)]++;
}

static void ask(struct consumer *consumer, uint64_t count)
{
	consumer->outstanding = weir_demand_add(consumer->outstanding, count);
	weir_request(consumer->subscription, count);
}

static void on_later(struct weir_timer *timer)
{
	struct consumer *consumer = WEIR_CONTAINER_OF(timer, struct consumer, later);

	ask(consumer, 1 + draw(&consumer->state, 9));
}

static void on_leaving(struct weir_timer *timer)
{
	struct consumer *consumer = WEIR_CONTAINER_OF(timer, struct consumer, leaving);

	consumer->has_left = true;
	weir_timer_stop(&consumer->later);
	weir_cancel(consumer->subscription);
}

static void on_next(weir_value value, void *context)
{
	struct consumer *consumer = context;

	if (consumer->has_left)
		complain(consumer->outcome, "an item came after the cancel");
	if (consumer->outstanding == 0)
		complain(consumer->outcome, "an item came that nobody had asked for");
	count_items(consumer->outcome->delivered, value);
	if (consumer->outcome->results != NULL && consumer->outcome->results->count < ITEMS_MAX)
		consumer->outcome->results->items[consumer->outcome->results->count++] = weir_retain(value);
	if (consumer->outstanding == WEIR_UNBOUNDED)
		return;
	consumer->outstanding--;
	if (consumer->at_once > 0)
		ask(consumer,
			consumer->outstanding < consumer->at_once ? consumer->at_once - consumer->outstanding : 0);
	else if (draw(&consumer->state, 3) == 0)
		ask(consumer, 1 + draw(&consumer->state, 3));
	if (consumer->outstanding == 0 && !weir_timer_is_active(&consumer->later))
		weir_timer_start(&consumer->later, weir_us((int64_t)draw(&consumer->state, 9000)));
}

static void on_end(struct consumer *consumer)
{
	if (consumer->has_left || consumer->outcome->completed || consumer->outcome->code != 0)
		complain(consumer->outcome, "a second end");
	weir_timer_stop(&consumer->later);
	weir_timer_stop(&consumer->leaving);
}

static void on_error(const weir_error *error, void *context)
{
	struct consumer *consumer = context;

	on_end(consumer);
	consumer->outcome->code = weir_error_code(error);
}

static void on_complete(void *context)
{
	struct consumer *consumer = context;

	on_end(consumer);
	consumer->outcome->completed = true;
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	((struct consumer *)context)->subscription = weir_subscription_ref(subscription);
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	(void)stage;
	count_items(((struct outcome *)context)->dropped, value);
}

/* Consumes `observable`. @param demand  which goes on as it begins; 0: at random */
static void run(struct world *world, weir_observable *observable, uint64_t demand, bool leaves, struct outcome *outcome)
{
	struct consumer consumer = { .world = world,
		.outcome = outcome,
		.loop = weir_loop_new_virtual(),
		.state = world->seed * 7 + 3,
		.at_once = demand == WEIR_UNBOUNDED ? 0 : demand };

	weir_loop_set_hooks(consumer.loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = outcome });
	weir_timer_init_on(&consumer.later, consumer.loop, on_later);
	weir_timer_init_on(&consumer.leaving, consumer.loop, on_leaving);
	consumer.outstanding = demand > 0 ? demand : 1 + draw(&consumer.state, 9);
	if (leaves)
		weir_timer_start(&consumer.leaving, weir_us((int64_t)draw(&consumer.state, 60000)));
	weir_subscribe(observable, consumer.loop,
		&(weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.context = &consumer,
			.demand = consumer.outstanding });
	weir_loop_run_for(consumer.loop, weir_s(PATIENCE_S));
	if (!outcome->completed && outcome->code == 0 && !consumer.has_left)
		complain(outcome, "it hangs");
	if (weir_loop_subscription_count(consumer.loop) > 0 || weir_loop_timer_count(consumer.loop) > 0)
		complain(outcome, "something is left behind");
	weir_cancel(consumer.subscription);
	weir_subscription_unref(consumer.subscription);
	weir_loop_free(consumer.loop);
}

static void check(struct world *world, uint64_t demand, bool leaves)
{
	struct outcome outcome = { 0 };
	bool is_whole;

	run(world, build_world(world), demand, leaves, &outcome);
	is_whole = outcome.completed && !world->may_leave;
	cr_assert(outcome.complaint == NULL, "%s\ndemand %lld%s: %s", description(world), (long long)demand,
		leaves ? ", leaves" : "", outcome.complaint);
	cr_assert(outcome.code == 0 || (outcome.code == WEIR_EOVERFLOW && world->may_overflow),
		"%s\ndemand %lld: it failed with %s", description(world), (long long)demand,
		weir_error_code_name(outcome.code));
	for (int item = 0; item < world->item_count && !world->is_uneven; item++) {
		int count = outcome.delivered[item] + outcome.dropped[item];

		cr_assert(outcome.delivered[item] <= 1, "%s\ndemand %lld: %d was delivered %d times",
			description(world), (long long)demand, item, outcome.delivered[item]);
		cr_assert(count <= 1, "%s\ndemand %lld: %d was delivered and dropped", description(world),
			(long long)demand, item);
		cr_assert(!is_whole || count == 1, "%s\ndemand %lld: %d is missing", description(world),
			(long long)demand, item);
		cr_assert(!(world->is_lossless && outcome.completed) || outcome.delivered[item] == 1,
			"%s\ndemand %lld: %d is lost", description(world), (long long)demand, item);
	}
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void for_all_seeds(void (*test)(struct world *world))
{
	uint64_t only = setting("WEIR_TEST_SEED", 0);
	uint64_t last = only > 0 ? only : setting("WEIR_TEST_SEEDS", SEEDS);

	for (uint64_t seed = only > 0 ? only : 1; seed <= last; seed++) {
		struct world world;

		draw_world(&world, seed);
		test(&world);
	}
}

static void any_demand(struct world *world)
{
	check(world, 1, false);
	check(world, 2, false);
	check(world, 7, false);
	check(world, WEIR_UNBOUNDED, false);
}

Test(buffers_groups_windows, every_item_is_accounted_for_whatever_is_asked_for)
{
	for_all_seeds(any_demand);
}

static void random_demand(struct world *world)
{
	check(world, 0, false);
}

Test(buffers_groups_windows, every_item_is_accounted_for_when_it_is_asked_for_now_and_then)
{
	for_all_seeds(random_demand);
}

static void cancels(struct world *world)
{
	check(world, 0, true);
	check(world, WEIR_UNBOUNDED, true);
}

Test(buffers_groups_windows, a_cancel_at_any_time_leaves_nothing_behind)
{
	for_all_seeds(cancels);
}

/* Asked for again and again, but never waiting. */
static void run_buffer(struct world *world, uint64_t demand, struct values *results)
{
	struct outcome outcome = { .results = results };

	run(world, build_one(world->first, source_of(world)), demand, false, &outcome);
	cr_assert(outcome.complaint == NULL && outcome.completed, "%s\ndemand %lld: %s", description(world),
		(long long)demand, outcome.complaint);
}

static void compare_buffers(struct world *world)
{
	static const uint64_t demands[] = { 1, 2, 7 };
	struct values expected = { 0 };

	if (world->first->kind > BUFFER_WEIGHTED)
		return;
	run_buffer(world, WEIR_UNBOUNDED, &expected);
	for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
		struct values results = { 0 };

		run_buffer(world, demands[i], &results);
		cr_assert_eq(results.count, expected.count, "%s\ndemand %d: %d arrays instead of %d",
			description(world), (int)demands[i], (int)results.count, (int)expected.count);
		for (size_t index = 0; index < results.count; index++) {
			cr_assert(weir_equal(results.items[index], expected.items[index]),
				"%s\ndemand %d: another array %d", description(world), (int)demands[i], (int)index);
			weir_release(results.items[index]);
		}
	}
	for (size_t index = 0; index < expected.count; index++)
		weir_release(expected.items[index]);
}

Test(buffers_groups_windows, buffers_are_the_same_whatever_is_asked_for)
{
	for_all_seeds(compare_buffers);
}
