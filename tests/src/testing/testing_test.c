/* <weir/testing.h>: it sees what it should see, says so, and is quiet otherwise. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/faults.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

static weir_observable *project_same(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

Test(testing, a_cold_source_replays_for_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2|");

	weir_test_expect(test, weir_ref(source), "-1-2|");
	weir_test_expect(test, weir_merge_map(weir_test_cold(test, "---x|"), project_same, source, 0), "----1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "---^---!");
	MARBLES_OK(test);
	weir_unref(source);
}

Test(testing, a_cold_source_emits_nothing_inside_the_subscribing_call)
{
	weir_test *test = weir_test_new();
	weir_subscription *subscription =
		weir_subscribe(weir_test_cold(test, "(1|)"), weir_test_loop(test), &(struct weir_observer){ 0 });

	cr_expect_not_null(subscription);
	weir_loop_run(weir_test_loop(test));
	cr_expect_eq(weir_loop_subscription_count(weir_test_loop(test)), 0);
	cr_expect_eq(weir_loop_now(weir_test_loop(test)), 0);
	weir_test_free(test);
}

Test(testing, a_hot_source_happens_once)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-^2-3-4|");

	weir_test_expect(test, weir_ref(source), "-2-3-4|");
	weir_test_expect_cancelled(test, weir_ref(source), weir_ms(3), "-2");
	weir_test_expect(test, weir_merge_map(weir_test_cold(test, "--x|"), project_same, source, 0), "---3-4|");
	weir_test_expect_subscriptions(test, source, "^-----!");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect_subscriptions(test, source, "--^---!");
	MARBLES_OK(test);
	weir_unref(source);
}

Test(testing, who_subscribes_to_a_hot_source_after_its_end_gets_the_end_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *completed = weir_test_hot(test, "-1|");
	weir_observable *failed = weir_test_hot(test, "1#--^---");

	weir_test_expect(test, weir_merge_map(weir_test_cold(test, "----x|"), project_same, completed, 0), "-----|");
	weir_test_expect(test, weir_ref(failed), "#");
	weir_test_expect_subscriptions(test, completed, "----(^!)");
	weir_test_expect_subscriptions(test, failed, "(^!)");
	MARBLES_OK(test);
	weir_unref(completed);
	weir_unref(failed);
}

Test(testing, what_was_not_requested_waits_in_the_source)
{
	weir_test *test = weir_test_new();

	/* Asked for one by one, from outside, later. */
	weir_test_expect_with_demand(test, weir_test_cold(test, "-1-2|"), 1, 0, "-1");
	weir_test_expect_with_demand(test, weir_test_cold(test, "-1-2|"), 2, 0, "-1-2|");
	weir_test_expect_with_demand(test, weir_test_cold(test, "-1-2|"), 1, 1, "-1-2|");
	weir_test_expect_with_demand(test, weir_test_hot(test, "-(123)#"), 2, 0, "-(12)");
	weir_test_expect_with_demand(test, weir_test_hot(test, "-(123)#"), 3, 0, "-(123)#");
	weir_test_expect_with_demand(test, weir_test_cold(test, "|"), 0, 0, "|");
	MARBLES_OK(test);
}

static weir_subscription *handle;

static void take_handle(weir_subscription *subscription, void *context)
{
	(void)context;
	handle = subscription;
}

static weir_time arrivals[8];
static int arrived;

static void note_arrival(weir_value value, void *context)
{
	(void)value;
	arrivals[arrived++] = weir_loop_now(weir_test_loop(context));
}

static void note_end(void *context)
{
	arrivals[arrived++] = weir_loop_now(weir_test_loop(context));
}

static void ask_for_two(void *context)
{
	(void)context;
	weir_request(handle, 2);
}

Test(testing, what_waited_comes_with_the_request_and_the_end_behind_it)
{
	weir_test *test = weir_test_new();

	weir_subscribe(weir_test_cold(test, "1-2-3|"), weir_test_loop(test),
		&(struct weir_observer){ .subscribed = take_handle,
			.next = note_arrival,
			.complete = note_end,
			.context = test,
			.demand = WEIR_ON_REQUEST });
	weir_test_at(test, weir_ms(8), ask_for_two, NULL);
	weir_test_at(test, weir_ms(10), ask_for_two, NULL);
	MARBLES_OK(test);
	cr_expect_eq(arrived, 4);
	cr_expect_eq(arrivals[0], weir_ms(8));
	cr_expect_eq(arrivals[1], weir_ms(8));
	cr_expect_eq(arrivals[2], weir_ms(10));
	cr_expect_eq(arrivals[3], weir_ms(10));
}

Test(testing, a_difference_is_drawn_and_listed)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_map(weir_test_cold(test, "--1-2-|"), times_ten, NULL), "--1-2|");

	const char *report = weir_test_run(test);

	cr_assert_not_null(report);
	cr_expect_str_eq(report,
		"expectation 1 \"--1-2|\" is not met:\n"
		"  expected: --1-2|\n"
		"  actual:   --?-?-|\n"
		"  at 2 ms: expected 1, got 10\n"
		"  at 4 ms: expected 2, got 20\n"
		"  at 5 ms: expected completion, got nothing\n"
		"  at 6 ms: expected nothing, got completion\n",
		"%s", report);
	weir_test_free(test);
}

Test(testing, long_gaps_and_groups_keep_both_lines_aligned)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_test_cold(test, "-(12)-- 40ms 3|"), "-1--- 42ms 3|");

	const char *report = weir_test_run(test);

	cr_assert_not_null(report);
	cr_expect_str_eq(report,
		"expectation 1 \"-1--- 42ms 3|\" is not met:\n"
		"  expected: -1--- 42ms 3|\n"
		"  actual:   -(12) 42ms 3|\n"
		"  at 1 ms: expected nothing, got 2\n",
		"%s", report);
	weir_test_free(test);
}

Test(testing, times_are_compared_to_the_nanosecond)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_test_cold(test, "1500us 1"), "-1");
	MARBLES_FAIL(test, "at 1.500000 ms: expected nothing, got 1");
}

Test(testing, errors_are_compared_by_code_and_message)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "#");

	weir_test_expect(test, weir_ref(source), "#");
	weir_test_bind_error(test, ERANGE, NULL);
	weir_test_expect(test, weir_just(weir_fail(ERANGE, "whatever")), "#");
	weir_test_expect(test, weir_test_cold(test, "-#"), "-#");
	MARBLES_OK(test);

	test = weir_test_new();
	weir_test_expect(test, weir_just(weir_fail(WEIR_EUSER, "other")), "#");
	MARBLES_FAIL(test, "expected the error error (WEIR_EUSER), got the error of: other (WEIR_EUSER)");
	test = weir_test_new();
	weir_test_bind_error(test, ERANGE, NULL);
	weir_test_expect(test, weir_just(weir_fail(EINVAL, "any")), "#");
	MARBLES_FAIL(test, "expected the error (ERANGE)");
	weir_unref(source);
}

Test(testing, a_subscription_that_is_missing_or_too_much_is_reported)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_expect(test, weir_ref(source), "-1|");
	weir_test_expect(test, source, "-1|");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_FAIL(test, "subscription 2 of the source \"-1|\" is not as expected");

	test = weir_test_new();
	source = weir_test_cold(test, "-1|");
	weir_test_expect(test, source, "-1|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "-^-!");
	MARBLES_FAIL(test, "expected a subscription, got nothing");

	test = weir_test_new();
	source = weir_test_cold(test, "-1|");
	weir_test_expect(test, source, "-1|");
	weir_test_expect_subscriptions(test, source, "^");
	MARBLES_FAIL(test, "at 2 ms: expected nothing, got its release");

	test = weir_test_new();
	source = weir_test_cold(test, "-1|");
	weir_unref(source);
	weir_test_expect_subscriptions(test, weir_test_loop(test) != NULL ? NULL : source, "^");
	MARBLES_FAIL(test, "no cold or hot source of this test");
}

Test(testing, malformed_marbles_are_reported_with_their_place)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_test_cold(test, "--(1"), "|");

	const char *report = weir_test_run(test);

	cr_assert_not_null(report);
	cr_expect_str_eq(report, "malformed marbles: the group is never closed\n  --(1\n    ^\n", "%s", report);
	weir_test_free(test);

	test = weir_test_new();
	weir_test_expect(test, weir_just(weir_nil()), "a%");
	MARBLES_FAIL(test, "malformed marbles");
	test = weir_test_new();
	weir_test_expect(test, weir_just(weir_nil()), NULL);
	MARBLES_FAIL(test, "NULL");
	test = weir_test_new();
	weir_test_bind(test, '1', weir_string("owned"));
	MARBLES_FAIL(test, "'1' cannot be bound");
}

Test(testing, values_that_are_bound_may_be_anything)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_make_array((weir_value[]){ weir_int(1), weir_string("x") }, 2));
	weir_test_expect(test, weir_just(weir_make_array((weir_value[]){ weir_int(1), weir_string("x") }, 2)), "(a|)");
	weir_test_expect(test, weir_test_cold(test, "-a|"), "-a|");
	MARBLES_OK(test);
}

/* Emits one item for each it gets, too early: inside its own subscription's start. */
static void rude_start(struct weir_node *node)
{
	weir_emit_next(node, weir_string("rude"));
}

static const struct weir_node_class rude_class = { .name = "rude", .start = rude_start };

Test(testing, more_than_was_requested_is_reported)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_create_source(&rude_class, NULL), 0, 0, "");
	MARBLES_FAIL(test, "more items came than were requested (1 of 0)");
}

/* Emits after it has ended. */
static void late_start(struct weir_node *node)
{
	weir_emit_complete(node);
	weir_emit_next(node, weir_string("late"));
}

static const struct weir_node_class late_class = { .name = "late", .start = late_start };

Test(testing, a_dropped_item_is_reported_unless_it_is_allowed)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_create_source(&late_class, NULL), "|");
	MARBLES_FAIL(test, "late dropped \"late\"");
	test = weir_test_new();
	weir_test_allow_drops(test);
	weir_test_expect(test, weir_create_source(&late_class, NULL), "|");
	MARBLES_OK(test);
}

static void nothing(struct weir_timer *timer)
{
	(void)timer;
}

static struct weir_timer stray;

static void stray_start(struct weir_node *node)
{
	weir_timer_init_on(&stray, weir_node_loop(node), nothing);
	weir_timer_start(&stray, weir_s(1));
}

static void stray_finish(struct weir_node *node)
{
	weir_timer_start(&stray, weir_s(1));
	(void)node;
}

static const struct weir_node_class stray_class = { .name = "stray", .start = stray_start, .finish = stray_finish };

Test(testing, a_timer_that_is_left_over_is_reported)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_create_source(&stray_class, NULL), "");

	const char *report = weir_test_run(test);

	cr_expect(report != NULL && strstr(report, "1 timers are left over") != NULL, "%s", report);
	weir_timer_stop(&stray);
	weir_test_free(test);
}

Test(testing, a_subscription_that_is_left_over_is_reported)
{
	weir_test *test = weir_test_new();

	weir_subscribe(weir_test_hot(test, "-1-"), weir_test_loop(test), &(struct weir_observer){ 0 });
	MARBLES_FAIL(test, "1 subscriptions are left over");
}

Test(testing, an_error_without_callback_is_reported)
{
	weir_test *test = weir_test_new();

	weir_subscribe(weir_test_hot(test, "-#"), weir_test_loop(test), &(struct weir_observer){ 0 });
	MARBLES_FAIL(test, "an error reached no error callback: error (WEIR_EUSER)");
}

Test(testing, what_never_ends_is_cancelled_at_the_end)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-");

	weir_test_expect(test, source, "-1");
	weir_test_expect_subscriptions(test, source, "^");
	MARBLES_OK(test);
}

static void tick_start(struct weir_node *node);

struct ticker {
	struct weir_node node;
	struct weir_timer timer;
};

static void tick(struct weir_timer *timer)
{
	weir_timer_start(timer, weir_ms(1));
	weir_emit_next(&WEIR_CONTAINER_OF(timer, struct ticker, timer)->node, weir_int(1));
}

static void tick_start(struct weir_node *node)
{
	struct ticker *self = WEIR_CONTAINER_OF(node, struct ticker, node);

	weir_timer_init(&self->timer, node, tick);
	weir_timer_start(&self->timer, weir_ms(1));
}

static const struct weir_node_class ticker_class = {
	.name = "ticker", .size = sizeof(struct ticker), .start = tick_start
};

Test(testing, what_goes_on_for_ever_is_stopped_and_reported)
{
	weir_test *test = weir_test_new();

	weir_test_limit(test, weir_s(1));
	weir_test_expect(test, weir_create_source(&ticker_class, NULL), "-1");
	MARBLES_FAIL(test, "it still ran after 1000 ms; use weir_test_expect_cancelled()");

	test = weir_test_new();
	weir_test_limit(test, weir_minutes(60));
	weir_test_expect(test, weir_create_source(&ticker_class, NULL), "-1");
	MARBLES_FAIL(test, "it emits without end");

	test = weir_test_new();
	weir_test_expect_cancelled(test, weir_create_source(&ticker_class, NULL), weir_ms(4), "-111");
	MARBLES_OK(test);
}

Test(testing, cancelling_comes_before_all_else_of_that_moment)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(test, weir_test_hot(test, "1-2"), weir_ms(2), "1");
	weir_test_expect_cancelled(test, weir_test_hot(test, "1-2"), weir_ms(0), "");
	MARBLES_OK(test);
}

static weir_value to_observable(weir_value value, void *context)
{
	(void)value;
	return weir_observable_value(weir_ref(context));
}

Test(testing, an_observable_as_item_can_be_expected_too)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "1-2|");

	weir_test_bind_stream(test, 'x', "1-2|");
	weir_test_expect(test, weir_map(weir_test_cold(test, "-a-b|"), to_observable, inner), "-x-x|");
	MARBLES_OK(test);
	weir_unref(inner);

	test = weir_test_new();
	inner = weir_test_cold(test, "1-3|");
	weir_test_bind_stream(test, 'x', "1-2|");
	weir_test_expect(test, weir_map(weir_test_cold(test, "-a|"), to_observable, inner), "-x|");
	MARBLES_FAIL(test, "expected an observable [1 at +0 ms, 2 at +2 ms, completion at +3 ms], got an observable [1 "
			   "at +0 ms, 3 at +2 "
			   "ms, completion at +3 ms]");
	weir_unref(inner);
}

Test(testing, a_test_that_never_ran_is_freed_whole)
{
	faults_install();

	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_string("owned"));
	weir_test_bind(test, 'a', weir_string("owned again"));
	weir_test_bind_stream(test, 's', "-a|");
	weir_test_expect(test, weir_test_cold(test, "-a|"), "-a|");
	weir_test_expect_cancelled(test, weir_test_hot(test, "-a|"), weir_ms(1), "-a|");
	weir_test_at(test, weir_ms(1), ask_for_two, NULL);
	weir_test_free(test);
	weir_test_free(NULL);
	cr_expect_eq(faults_live_blocks(), 0, "%zu", faults_live_blocks());
}

Test(testing, running_again_says_the_same)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_just(weir_int(1)), "|");

	const char *report = weir_test_run(test);

	cr_assert_not_null(report);
	cr_expect_eq(weir_test_run(test), report);
	weir_test_free(test);
}

static void nothing_at_all(void *context)
{
	(void)context;
}

Test(testing, without_memory_it_fails_and_leaks_nothing)
{
	faults_install();
	for (int from_then_on = 0; from_then_on <= 1; from_then_on++) {
		for (size_t number = 1;; number++) {
			if (from_then_on)
				faults_fail_from(number);
			else
				faults_fail_once(number);

			weir_test *test = weir_test_new();
			bool failed = test == NULL;

			if (test != NULL) {
				weir_observable *source = weir_test_cold(test, "-1-2|");
				weir_observable *hot = weir_test_hot(test, "-1-2#");

				weir_test_bind(test, 'a', weir_int(10));
				weir_test_bind(test, 'b', weir_int(20));
				weir_test_bind_stream(test, 'x', "-1-2|");
				weir_test_expect(test, weir_map(weir_ref(source), times_ten, NULL), "-a-b|");
				weir_test_expect_subscriptions(test, source, "^---!");
				weir_test_expect_subscriptions(test, source, "^---!");
				weir_test_expect(test, weir_map(weir_just(weir_nil()), to_observable, source), "(x|)");
				weir_test_expect_with_demand(test, hot, 1, 1, "-1-2#");
				weir_test_at(test, weir_ms(1), nothing_at_all, NULL);
				failed = weir_test_run(test) != NULL;
				weir_test_free(test);
				weir_unref(source);
			}
			faults_stop();
			cr_assert_eq(faults_live_blocks(), 0, "%zu blocks are left, allocation %zu",
				faults_live_blocks(), number);
			if (!faults_hit())
				break;
			cr_assert(failed, "allocation %zu failed, and the test passed", number);
		}
	}
}
