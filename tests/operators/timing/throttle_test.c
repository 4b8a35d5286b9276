/* throttle: at most one item until a notifier emits, at the window's beginning, its end, or both. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_three_milliseconds(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_timer(weir_ms(3));
}

static weir_observable *build(weir_observable *source)
{
	return weir_throttle(source, in_three_milliseconds, NULL, WEIR_EDGE_BOTH);
}

const struct conformance_subject conformance_subject = {
	.name = "throttle",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static weir_observable *to_it(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

static void expect(const char *source, const char *notifier, enum weir_edge edges, const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *window = weir_test_cold(test, notifier);

	weir_test_expect(test, weir_throttle(weir_test_cold(test, source), to_it, window, edges), expected);
	MARBLES_OK(test);
	weir_unref(window);
}

Test(throttle, is_as_drawn)
{
	expect("-1-2--3----4---|", "----x", WEIR_EDGE_LEADING, "-1----3----4---|");
	expect("-1-2--3----4---|", "----x", WEIR_EDGE_TRAILING, "-----2---3---4-|");
	expect("-1-2--3----4---|", "----x", WEIR_EDGE_BOTH, "-1---2---3---4-|");
}

Test(throttle, without_edges_nothing_passes_but_the_notifiers_are_made)
{
	weir_test *test = weir_test_new();
	weir_observable *window = weir_test_cold(test, "---x");

	weir_test_expect(
		test, weir_throttle(weir_test_cold(test, "-1-2--3--|"), to_it, window, WEIR_EDGE_NONE), "---------|");
	weir_test_expect_subscriptions(test, window, "-^--!");
	weir_test_expect_subscriptions(test, window, "------^--!");
	MARBLES_OK(test);
	weir_unref(window);
	expect("-1-2--3--|", "--#", WEIR_EDGE_NONE, "---#");
}

Test(throttle, what_waits_when_the_source_completes_is_emitted_at_the_end_of_its_window)
{
	expect("-1-2|", "-----x", WEIR_EDGE_BOTH, "-1----(2|)");
	expect("-1-2|", "-----x", WEIR_EDGE_TRAILING, "------(2|)");
	expect("-1-2|", "-----x", WEIR_EDGE_LEADING, "-1--|");
	expect("-1--|", "-----x", WEIR_EDGE_BOTH, "-1--|");
}

Test(throttle, a_notifier_that_completes_closes_its_window_in_silence)
{
	expect("-1-2---3---4--|", "----|", WEIR_EDGE_LEADING, "-1-----3------|");
	/* 2 has waited in vain, 3 takes its place. */
	expect("-1-2---3---4--|", "----|", WEIR_EDGE_BOTH, "-1-----3------|");
	expect("-1-2---3---4--|", "----|", WEIR_EDGE_TRAILING, "--------------|");
	/* A source that is over is waiting for the window only. */
	expect("-1-2|", "----|", WEIR_EDGE_BOTH, "-1---|");
}

Test(throttle, a_notifier_that_emits_at_once_lets_everything_pass)
{
	expect("-1-(23)--4|", "x", WEIR_EDGE_LEADING, "-1-2-----4|");
	weir_test *test = weir_test_new();
	weir_observable *at_once = weir_just(weir_int(0));

	weir_test_expect(test, weir_throttle(weir_test_cold(test, "-1-(23)--4|"), to_it, at_once, WEIR_EDGE_LEADING),
		"-1-(23)--4|");
	weir_test_expect(test, weir_throttle(weir_test_cold(test, "-1-(23)--4|"), to_it, at_once, WEIR_EDGE_TRAILING),
		"-1-(23)--4|");
	weir_test_expect(test, weir_throttle(weir_test_cold(test, "-1-(23)--4|"), to_it, at_once, WEIR_EDGE_BOTH),
		"-1-(23)--4|");
	MARBLES_OK(test);
	weir_unref(at_once);
}

static weir_observable *as_many_milliseconds(weir_value value, void *context)
{
	(void)context;
	return weir_timer(weir_ms(weir_as_int(value)));
}

Test(throttle, the_notifier_is_made_for_the_item_that_opens_the_window)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_throttle(weir_test_cold(test, "-4-1---21------|"), as_many_milliseconds, NULL, WEIR_EDGE_BOTH),
		"-4---1-2-1-----|");
	MARBLES_OK(test);
}

Test(throttle, errors_of_both_sides_overtake_what_waits)
{
	expect("-1-2#", "-----x", WEIR_EDGE_BOTH, "-1--#");
	expect("-1-2---|", "---#", WEIR_EDGE_BOTH, "-1--#");
}

Test(throttle, the_item_is_out_before_its_notifier_is_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *window = weir_test_cold(test, "---x");

	weir_test_expect(test,
		weir_take(weir_throttle(weir_test_cold(test, "-1-2-|"), to_it, window, WEIR_EDGE_LEADING), 1), "-(1|)");
	weir_test_expect_subscriptions(test, window, "");
	MARBLES_OK(test);
	weir_unref(window);
}

Test(throttle, cancelling_releases_source_and_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_observable *window = weir_test_cold(test, "-----x");

	weir_test_expect_cancelled(test, weir_throttle(source, to_it, window, WEIR_EDGE_BOTH), weir_ms(4), "-1");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, window, "-^--!");
	MARBLES_OK(test);
	weir_unref(window);
}

Test(throttle, without_demand_the_newest_waits_and_its_window_begins_when_it_is_emitted)
{
	struct recorder recorder;

	record(&recorder, weir_throttle(weir_interval(weir_ms(10)), in_three_milliseconds, NULL, WEIR_EDGE_LEADING), 0);
	record_run(&recorder, weir_ms(29));
	weir_request(recorder.subscription, 9);
	cr_expect_str_eq(recorder.text, "1@29ms");
	record_run(&recorder, weir_ms(20));
	/* 2, of 30, falls into the window of 1. */
	RECORDED(&recorder, "1@29ms 3@40ms");
}

Test(throttle, arguments_that_are_wrong_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_throttle(weir_never(), NULL, NULL, WEIR_EDGE_BOTH), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_throttle(weir_never(), to_it, NULL, (enum weir_edge)0), WEIR_UNBOUNDED);
	cr_expect(strstr(recorder.message, "the edges are 0") != NULL);
	RECORDED(&recorder, "#EINVAL@0ms");
}

static weir_subscription *canceled;

static void remember(weir_subscription *subscription, void *context)
{
	(void)context;
	canceled = subscription;
}

static weir_observable *cancels(weir_value value, void *context)
{
	(void)context;
	weir_cancel(canceled);
	cr_expect_eq(weir_as_int(weir_at(value, 1)), 2, "the item is the callback's until it returns");
	return weir_never();
}

static weir_value digits_12(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return digits("12");
}

Test(throttle, a_cancel_inside_the_projection_ends_it)
{
	for (int edges = WEIR_EDGE_LEADING; edges <= WEIR_EDGE_NONE; edges++) {
		weir_loop *loop = weir_loop_new_virtual();

		weir_subscribe(weir_throttle(weir_map(weir_timer(weir_ms(1)), digits_12, NULL), cancels, NULL,
				       (enum weir_edge)edges),
			loop, &(weir_observer){ .subscribed = remember });
		weir_loop_run_for(loop, weir_ms(5));
		cr_expect_eq(weir_loop_timer_count(loop), 0);
		weir_loop_free(loop);
	}
}
