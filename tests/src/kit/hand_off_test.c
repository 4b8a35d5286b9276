/*
 * Pipelines over two loops, both run by this thread in turns: every interleaving is the same each time, and memory can
 * be made to fail. What two threads add is tested in tests/threads.
 */
#include <errno.h>

#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/threads.h>
#include <weir/transforming.h>

#include "core/loop.h"
#include "kit/faults.h"
#include "kit/hand_off.h"
#include "kit/numbers.h"

enum {
	LOOPS = 3,
};

struct two {
	weir_loop *loops[LOOPS];
	weir_subscription *subscription;
	weir_loop *ran_on; /* where the observer was last called */
	uint64_t items;
	int64_t sum;
	bool in_order;
	uint64_t then; /* requested inside next */
	uint64_t cancel_at;
	bool completed;
	int code;
	int destroyed;
	struct numbers_log log;
	weir_loop *mapped_on;
	uint64_t mapped;
};

static weir_loop *current; /* the loop whose turn it is */

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct two *two = context;

	two->subscription = weir_subscription_ref(subscription);
	two->ran_on = current;
}

static void on_next(weir_value value, void *context)
{
	struct two *two = context;

	two->ran_on = current;
	two->items++;
	two->sum += weir_as_int(value);
	two->in_order = two->in_order && weir_as_int(value) == (int64_t)two->items;
	if (two->items == two->cancel_at)
		weir_cancel(two->subscription);
	else
		weir_request(two->subscription, two->then);
}

static void on_error(const weir_error *error, void *context)
{
	struct two *two = context;

	two->code = weir_error_code(error);
}

static void on_complete(void *context)
{
	((struct two *)context)->completed = true;
}

static void on_destroy(void *context)
{
	((struct two *)context)->destroyed++;
}

static void two_init(struct two *two)
{
	*two = (struct two){ .in_order = true };
	for (int index = 0; index < LOOPS; index++)
		two->loops[index] = weir_loop_new_virtual();
}

static weir_subscription *two_subscribe(struct two *two, weir_observable *observable, uint64_t demand)
{
	current = two->loops[0];
	return weir_subscribe(observable, two->loops[0],
		&(weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = two,
			.demand = demand });
}

static size_t turn(weir_loop *loop)
{
	if (loop == NULL)
		return 0;
	current = loop;
	loop->in_turn = true;

	size_t count = weir_loop_turn(loop, loop->now);
	weir_time due = weir_wheel_next_due(&loop->wheel);

	if (count == 0 && due != WEIR_FOREVER) {
		loop->now = due;
		count = weir_loop_turn(loop, loop->now) + 1;
	}
	loop->in_turn = false;
	current = NULL;
	return count;
}

/* All loops, each a turn after the other, until none has anything to do. */
static void run(struct two *two)
{
	size_t count;

	do {
		count = 0;
		for (int index = 0; index < LOOPS; index++)
			count += turn(two->loops[index]);
	} while (count > 0);
}

static void free_loop(struct two *two, int index)
{
	current = two->loops[index];
	weir_loop_free(two->loops[index]);
	two->loops[index] = NULL;
	current = NULL;
}

/* Nothing is left over. */
static void two_finish(struct two *two)
{
	run(two);
	weir_subscription_unref(two->subscription);
	cr_expect_eq(two->destroyed, 1);
	cr_expect_eq(two->log.subscribed, two->log.finished);
	for (int index = 0; index < LOOPS; index++) {
		if (two->loops[index] == NULL)
			continue;
		cr_expect_eq(two->loops[index]->holds, 0, "loop %d is held", index);
		cr_expect_eq(weir_loop_subscription_count(two->loops[index]), 0);
		cr_expect_eq(weir_loop_timer_count(two->loops[index]), 0);
		free_loop(two, index);
	}
}

static weir_observable *source(struct two *two, struct numbers of)
{
	of.log = &two->log;
	return numbers(of);
}

static weir_value note_loop(weir_value value, void *context)
{
	struct two *two = context;

	two->mapped_on = current;
	two->mapped++;
	return weir_retain(value);
}

Test(hand_off, subscribe_on_runs_upstream_on_the_other_loop_and_downstream_here)
{
	struct two two;

	two_init(&two);
	cr_expect_not_null(two_subscribe(&two,
		weir_subscribe_on(
			weir_map(source(&two, (struct numbers){ .count = 100 }), note_loop, &two), two.loops[1]),
		0));
	cr_expect_eq(two.log.subscribed, 0);
	run(&two);
	cr_expect_eq(two.items, 100);
	cr_expect(two.in_order);
	cr_expect(two.completed);
	cr_expect_eq(two.ran_on, two.loops[0]);
	cr_expect_eq(two.mapped_on, two.loops[1]);
	two_finish(&two);
}

Test(hand_off, observe_on_runs_downstream_on_the_other_loop_and_upstream_here)
{
	struct two two;
	struct two behind;

	two_init(&two);
	two_init(&behind);
	cr_expect_null(two_subscribe(&two,
		weir_map(weir_observe_on(weir_map(source(&two, (struct numbers){ .count = 100 }), note_loop, &two),
				 two.loops[1]),
			note_loop, &behind),
		0));
	cr_expect_null(two.subscription);
	cr_expect(weir_loop_has_work(two.loops[0]), "the first loop waits for the other");
	run(&two);
	cr_expect_not_null(two.subscription);
	cr_expect_eq(two.items, 100);
	cr_expect(two.in_order);
	cr_expect(two.completed);
	cr_expect_eq(two.ran_on, two.loops[1]);
	cr_expect_eq(two.mapped_on, two.loops[0]);
	cr_expect_eq(behind.mapped_on, two.loops[1]);
	two_finish(&two);
	for (int index = 0; index < LOOPS; index++)
		weir_loop_free(behind.loops[index]);
}

Test(hand_off, two_observe_on_in_one_chain)
{
	struct two two;
	struct two between;

	two_init(&two);
	two_init(&between);
	two_subscribe(&two,
		weir_observe_on(weir_map(weir_observe_on(weir_map(source(&two, (struct numbers){ .count = 10000 }),
								 note_loop, &two),
						 two.loops[1]),
					note_loop, &between),
			two.loops[2]),
		0);
	for (int round = 0; round < 3; round++) {
		cr_expect(weir_loop_has_work(two.loops[0]), "the first loop waits for the others");
		turn(two.loops[2]);
		turn(two.loops[1]);
	}
	run(&two);
	cr_expect_eq(two.items, 10000);
	cr_expect(two.in_order);
	cr_expect(two.completed);
	cr_expect_eq(two.mapped_on, two.loops[0]);
	cr_expect_eq(between.mapped_on, two.loops[1]);
	cr_expect_eq(two.ran_on, two.loops[2]);
	two_finish(&two);
	for (int index = 0; index < LOOPS; index++)
		weir_loop_free(between.loops[index]);
}

Test(hand_off, subscribe_on_of_what_observes_elsewhere)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(
			weir_observe_on(weir_map(source(&two, (struct numbers){ .count = 100 }), note_loop, &two),
				two.loops[2]),
			two.loops[1]),
		0);
	run(&two);
	cr_expect_eq(two.items, 100);
	cr_expect_eq(two.mapped_on, two.loops[1]);
	cr_expect_eq(two.ran_on, two.loops[0]);
	two_finish(&two);
}

Test(hand_off, there_and_back)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(
			weir_observe_on(weir_map(source(&two, (struct numbers){ .count = 10000 }), note_loop, &two),
				two.loops[0]),
			two.loops[1]),
		0);
	run(&two);
	cr_expect_eq(two.items, 10000);
	cr_expect(two.in_order);
	cr_expect(two.completed);
	cr_expect_eq(two.mapped_on, two.loops[1]);
	cr_expect_eq(two.ran_on, two.loops[0]);
	two_finish(&two);
}

static void many(uint64_t demand, uint64_t then, struct numbers of)
{
	struct two two;

	two_init(&two);
	two.then = then;
	two_subscribe(&two, weir_subscribe_on(source(&two, of), two.loops[1]), demand);
	run(&two);
	cr_expect_eq(two.items, (uint64_t)of.count);
	cr_expect(two.in_order);
	cr_expect(two.completed);
	two_finish(&two);
}

Test(hand_off, more_items_than_the_window_holds)
{
	many(0, 0, (struct numbers){ .count = 5 * WEIR_HAND_OFF_WINDOW + 7 });
	many(0, 0, (struct numbers){ .count = 5 * WEIR_HAND_OFF_WINDOW + 7, .batch = 100 });
	many(0, 0, (struct numbers){ .count = WEIR_HAND_OFF_WINDOW });
	many(0, 0, (struct numbers){ .count = WEIR_HAND_OFF_BATCH });
	many(0, 0, (struct numbers){ .count = 0 });
}

Test(hand_off, demand_from_inside_next)
{
	many(1, 1, (struct numbers){ .count = 300 });
	many(3, 1, (struct numbers){ .count = 300 });
	many(100, 7, (struct numbers){ .count = 10000 });
}

Test(hand_off, upstream_is_asked_for_what_downstream_asks_for_and_for_no_more)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 1000 }), two.loops[1]),
		WEIR_ON_REQUEST);
	run(&two);
	cr_expect_eq(two.log.subscribed, 1);
	cr_expect_eq(two.log.requested, 0);
	weir_request(two.subscription, 3);
	run(&two);
	cr_expect_eq(two.log.requested, 3);
	cr_expect_eq(two.items, 3);
	weir_request(two.subscription, 1);
	run(&two);
	cr_expect_eq(two.log.requested, 4);
	cr_expect_eq(two.items, 4);
	weir_request(two.subscription, WEIR_UNBOUNDED);
	run(&two);
	cr_expect_eq(two.items, 1000);
	cr_expect(two.completed);
	two_finish(&two);
}

Test(hand_off, a_window_at_most_is_on_its_way)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 100000 }), two.loops[1]), 0);
	/* The consumer's loop stands still. */
	while (turn(two.loops[1]) > 0)
		;
	cr_expect_eq(two.log.emitted, WEIR_HAND_OFF_WINDOW);
	cr_expect_eq(two.items, 0);
	run(&two);
	cr_expect_eq(two.items, 100000);
	two_finish(&two);
}

Test(hand_off, completion_needs_no_demand)
{
	struct two two;

	two_init(&two);
	two_subscribe(
		&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 0 }), two.loops[1]), WEIR_ON_REQUEST);
	run(&two);
	cr_expect(two.completed);
	two_finish(&two);
	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(source(&two, (struct numbers){ .count = 0, .interval = weir_ms(1) }), two.loops[1]),
		WEIR_ON_REQUEST);
	run(&two);
	cr_expect(two.completed);
	two_finish(&two);
	two_init(&two);
	two_subscribe(&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 2 }), two.loops[1]), 2);
	run(&two);
	cr_expect(two.completed);
	two_finish(&two);
}

Test(hand_off, an_error_comes_behind_the_items_before_it)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(source(&two, (struct numbers){ .count = 5, .end = NUMBERS_FAIL }), two.loops[1]), 3);
	run(&two);
	cr_expect_eq(two.items, 3);
	cr_expect_eq(two.code, 0);
	weir_request(two.subscription, 10);
	run(&two);
	cr_expect_eq(two.items, 5);
	cr_expect_eq(two.code, WEIR_EUSER);
	two_finish(&two);
}

Test(hand_off, items_in_time_arrive_as_they_come)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(source(&two, (struct numbers){ .count = 9, .interval = weir_ms(1) }), two.loops[1]),
		0);
	run(&two);
	cr_expect_eq(two.items, 9);
	cr_expect(two.completed);
	two_finish(&two);
}

/* Cancelled after so many rounds of turns, or inside an item. */
static void cancel(size_t rounds, uint64_t cancel_at, struct numbers of)
{
	struct two two;

	two_init(&two);
	two.cancel_at = cancel_at;
	two_subscribe(&two, weir_subscribe_on(source(&two, of), two.loops[1]), 0);
	for (size_t round = 0; round < rounds; round++) {
		turn(two.loops[1]);
		turn(two.loops[0]);
	}
	if (cancel_at == 0) {
		weir_cancel(two.subscription);
		cr_expect_eq(two.destroyed, 1);
	}

	uint64_t items = two.items;

	run(&two);
	cr_expect(cancel_at != 0 || two.items == items, "nothing comes after the cancel");
	cr_expect(cancel_at == 0 || two.items == cancel_at);
	cr_expect_eq(two.log.subscribed, rounds > 0);
	two_finish(&two);
}

Test(hand_off, cancel_stops_the_other_side)
{
	struct numbers endless = { .count = 1 << 30 };
	struct numbers never = { .count = 3, .end = NUMBERS_NEVER };

	for (size_t rounds = 0; rounds < 4; rounds++) {
		cancel(rounds, 0, endless);
		cancel(rounds, 0, never);
	}
	cancel(1, 1, endless);
	cancel(1, 5000, endless);
	cancel(1, 3, never);
}

Test(hand_off, cancel_before_the_other_side_has_begun)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 9 }), two.loops[1]), 0);
	weir_cancel(two.subscription);
	run(&two);
	cr_expect_eq(two.log.subscribed, 0);
	cr_expect_eq(two.items, 0);
	two_finish(&two);
}

Test(hand_off, the_loop_of_the_source_is_freed)
{
	for (size_t rounds = 0; rounds < 3; rounds++) {
		struct two two;

		two_init(&two);
		two_subscribe(&two,
			weir_subscribe_on(
				source(&two, (struct numbers){ .count = 3, .end = NUMBERS_NEVER }), two.loops[1]),
			0);
		for (size_t round = 0; round < rounds; round++)
			turn(two.loops[1]);
		free_loop(&two, 1);
		cr_expect_eq(two.code, 0);
		run(&two);
		cr_expect_eq(two.items, rounds > 0 ? 3 : 0, "what was emitted before arrives");
		cr_expect_eq(two.code, WEIR_ECLOSED);
		two_finish(&two);
	}
}

Test(hand_off, the_loop_of_the_consumer_is_freed)
{
	for (size_t rounds = 0; rounds < 3; rounds++) {
		struct two two;

		two_init(&two);
		two_subscribe(
			&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 1 << 30 }), two.loops[1]), 0);
		for (size_t round = 0; round < rounds; round++) {
			turn(two.loops[1]);
			if (round > 0)
				turn(two.loops[0]);
		}
		free_loop(&two, 0);
		cr_expect_eq(two.destroyed, 1);
		cr_expect_eq(two.code, 0);
		run(&two);
		two_finish(&two);
	}
}

Test(hand_off, both_loops_are_freed_at_once)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_subscribe_on(source(&two, (struct numbers){ .count = 1 << 30 }), two.loops[1]), 0);
	turn(two.loops[1]);
	free_loop(&two, 0);
	free_loop(&two, 1);
	two_finish(&two);
}

Test(hand_off, a_recipe_outlives_the_loop_it_names)
{
	struct two two;
	weir_observable *recipe;

	two_init(&two);
	recipe = weir_subscribe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]);
	free_loop(&two, 1);
	two_subscribe(&two, recipe, 0);
	cr_expect_eq(two.code, WEIR_ECLOSED);
	two_finish(&two);
	two_init(&two);
	recipe = weir_observe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]);
	free_loop(&two, 1);
	two_subscribe(&two, recipe, 0);
	cr_expect_eq(two.code, WEIR_ECLOSED);
	two_finish(&two);
}

Test(hand_off, the_loop_that_the_pipeline_is_on_its_way_to_is_freed)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_observe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]), 0);
	free_loop(&two, 1);
	cr_expect_eq(two.destroyed, 1);
	cr_expect_eq(two.code, 0);
	two_finish(&two);
}

Test(hand_off, the_loop_that_observes_is_freed)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_observe_on(source(&two, (struct numbers){ .count = 1 << 30 }), two.loops[1]), 0);
	turn(two.loops[1]);
	turn(two.loops[0]);
	free_loop(&two, 1);
	cr_expect_eq(two.destroyed, 1);
	two_finish(&two);
}

Test(hand_off, the_loop_that_was_subscribed_on_is_freed_before_the_other_begins)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two, weir_observe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]), 0);
	free_loop(&two, 0);
	run(&two);
	cr_expect_eq(two.items, 0);
	cr_expect_eq(two.code, WEIR_ECLOSED);
	two_finish(&two);
}

Test(hand_off, the_loop_that_was_subscribed_on_is_freed)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_observe_on(source(&two, (struct numbers){ .count = 3, .end = NUMBERS_NEVER }), two.loops[1]), 0);
	turn(two.loops[1]);
	turn(two.loops[0]);
	free_loop(&two, 0);
	run(&two);
	cr_expect_eq(two.items, 3);
	cr_expect_eq(two.code, WEIR_ECLOSED);
	two_finish(&two);
}

static weir_observable *same(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

Test(hand_off, observe_on_cannot_move_the_pipeline_that_subscribes_to_it)
{
	struct two two;
	weir_observable *inner;

	two_init(&two);
	inner = weir_observe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]);
	two_subscribe(&two, weir_concat_map(weir_just(weir_nil()), same, inner), 0);
	run(&two);
	cr_expect_eq(two.code, EINVAL);
	cr_expect_eq(two.log.subscribed, 0);
	weir_unref(inner);
	two_finish(&two);
}

Test(hand_off, subscribe_on_may_stand_inside)
{
	struct two two;
	weir_observable *inner;

	two_init(&two);
	inner = weir_subscribe_on(source(&two, (struct numbers){ .count = 3 }), two.loops[1]);
	two_subscribe(&two, weir_concat_map(weir_range(1, 4), same, inner), 0);
	run(&two);
	cr_expect_eq(two.items, 12);
	cr_expect(two.completed);
	weir_unref(inner);
	two_finish(&two);
}

static void count_destroy(void *context)
{
	++*(int *)context;
}

Test(hand_off, a_context_of_the_other_side_is_freed_when_both_are_done)
{
	struct two two;
	int freed = 0;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(
			weir_with_context(source(&two, (struct numbers){ .count = 1 << 30 }), &freed, count_destroy),
			two.loops[1]),
		0);
	turn(two.loops[1]);
	weir_cancel(two.subscription);
	cr_expect_eq(freed, 0, "the other side still runs");
	run(&two);
	cr_expect_eq(freed, 1);
	two_finish(&two);
}

static weir_value as_text(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("item %lld", (long long)weir_as_int(value));
}

Test(hand_off, items_on_their_way_are_released)
{
	struct two two;

	two_init(&two);
	two_subscribe(&two,
		weir_subscribe_on(
			weir_map(source(&two, (struct numbers){ .count = 100 }), as_text, NULL), two.loops[1]),
		0);
	turn(two.loops[1]);
	weir_cancel(two.subscription);
	two_finish(&two);
}

/* Whatever fails: an error or nothing, and all is released. */
static void every_allocation_fails(bool observes, bool from_then_on)
{
	size_t blocks = faults_live_blocks();
	bool hit = true;

	for (size_t number = 1; hit; number++) {
		struct two two;

		cr_assert_lt(number, 1000);
		two_init(&two);
		if (from_then_on)
			faults_fail_from(number);
		else
			faults_fail_once(number);

		weir_observable *of = weir_map(source(&two, (struct numbers){ .count = 5 }), as_text, NULL);

		two_subscribe(
			&two, observes ? weir_observe_on(of, two.loops[1]) : weir_subscribe_on(of, two.loops[1]), 0);
		run(&two);
		faults_stop();
		hit = faults_hit();
		/* What was not told must not have mattered. */
		cr_expect((hit && two.code == ENOMEM) || (two.completed && two.items == 5), "allocation %zu: code %d",
			number, two.code);
		two_finish(&two);
	}
	cr_expect_eq(faults_live_blocks(), blocks);
}

Test(hand_off, every_allocation_fails, .init = faults_install)
{
	for (int variant = 0; variant < 4; variant++)
		every_allocation_fails(variant & 1, variant & 2);
}
