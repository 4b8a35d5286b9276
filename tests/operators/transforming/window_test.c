/* window: the items between two items of another observable as an observable. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_window(source, weir_take(weir_interval(weir_us(2500)), 3), 16);
}

const struct conformance_subject conformance_subject = {
	.name = "window",
	.build = build,
	.demand_changes_order = "a window that is asked for later begins later",
};

Test(window, one_after_the_other_the_first_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2--3---4--|");
	weir_observable *boundary = weir_test_cold(test, "----x----x-x|");

	weir_test_bind_stream(test, 'a', "-1-2|");
	weir_test_bind_stream(test, 'b', "--3--|");
	weir_test_bind_stream(test, 'c', "-4|");
	weir_test_bind_stream(test, 'd', "--|");
	weir_test_expect(test, weir_window(source, boundary, 0), "a---b----c-d-|");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, boundary, "^-----------!");
	MARBLES_OK(test);
}

Test(window, the_source_is_subscribed_to_before_the_boundary_and_the_window_opens_before_either)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "(12|)");
	weir_test_expect(test, weir_window(weir_range(1, 2), weir_just(weir_nil()), 0), "(a|)");
	weir_test_bind_stream(test, 'b', "|");
	weir_test_bind_stream(test, 'c', "-1--|");
	weir_test_expect(test, weir_window(weir_test_cold(test, "-1--|"), weir_just(weir_nil()), 0), "(bc)|");
	MARBLES_OK(test);
}

Test(window, errors_of_either_go_to_the_open_window_then_here)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind_stream(test, 'a', "-1|");
	weir_test_bind_stream(test, 'b', "-2#");
	weir_test_expect(test, weir_window(source, weir_test_cold(test, "--x-#"), 0), "a-b-#");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect(test, weir_window(weir_test_cold(test, "-1-2#"), weir_test_cold(test, "--x"), 0), "a-b-#");
	MARBLES_OK(test);
}

static weir_observable *window_itself(weir_value window, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(window));
}

Test(window, a_window_outlives_the_outer_pipeline_until_its_boundary)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_observable *boundary = weir_test_cold(test, "----x---x---");

	weir_test_expect(
		test, weir_merge_map(weir_take(weir_window(source, boundary, 0), 1), window_itself, NULL, 0), "-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, boundary, "^---!");
	MARBLES_OK(test);
}

Test(window, cancelling_releases_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_observable *boundary = weir_test_cold(test, "--x---x");

	weir_test_expect_cancelled(
		test, weir_merge_map(weir_window(source, boundary, 0), window_itself, NULL, 0), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, boundary, "^---!");
	MARBLES_OK(test);
}

static int drops;

static void on_dropped(const char *stage, weir_value value, void *context)
{
	(void)value;
	(void)context;
	cr_expect_str_eq(stage, "window");
	drops++;
}

Test(window, values_for_a_window_nobody_listens_to_wait_or_are_reported)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	drops = 0;
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	record_on(&recorder, loop, weir_count(weir_window(weir_range(1, 6), weir_never(), 0)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms |@0ms");
	cr_expect_eq(drops, 6);
	record_on(&recorder, loop,
		weir_concat_map(
			weir_delay(weir_window(weir_range(1, 3), weir_never(), 3), weir_ms(2)), window_itself, NULL),
		WEIR_UNBOUNDED);
	weir_loop_run(loop);
	RECORDED(&recorder, "1@2ms 2@2ms 3@2ms |@2ms");
	cr_expect_eq(drops, 6);
	record_on(
		&recorder, loop, weir_ignore_elements(weir_window(weir_range(1, 6), weir_never(), 5)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_EOVERFLOW@2ms");
	weir_loop_free(loop);
}

/* A boundary from inside a window's value, and from inside the delivery of a window. */
struct again {
	weir_subject *boundary;
	int left;
};

static void push_boundary(weir_value value, void *context)
{
	struct again *again = context;

	(void)value;
	if (again->left-- > 0)
		weir_subject_next(again->boundary, weir_nil());
}

static weir_observable *window_to_array(weir_value window, void *context)
{
	(void)context;
	return weir_to_array(weir_ref(weir_as_observable(window)));
}

static weir_observable *window_that_pushes(weir_value window, void *context)
{
	return weir_to_array(weir_tap(weir_ref(weir_as_observable(window)),
		&(weir_tap_observer){ .next = push_boundary, .context = context }));
}

Test(window, a_boundary_may_come_from_inside_a_window)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct again again = { weir_subject_new(), 2 };
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_merge_map(weir_window(weir_range(1, 4), weir_subject_observable(again.boundary), 0),
			window_that_pushes, &again, 0),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "[1, 2, 3, 4]@0ms |@0ms");
	again.left = 2;
	record_on(&recorder, loop,
		weir_merge_map(weir_window(weir_take(weir_interval(weir_ms(1)), 4),
				       weir_subject_observable(again.boundary), 0),
			window_that_pushes, &again, 0),
		WEIR_UNBOUNDED);
	weir_loop_run(loop);
	RECORDED(&recorder, "[0]@1ms [1]@2ms [2, 3]@4ms |@4ms");
	again.left = 3;
	record_on(&recorder, loop,
		weir_merge_map(weir_tap(weir_window(weir_take(weir_interval(weir_ms(1)), 2),
						weir_subject_observable(again.boundary), 0),
				       &(weir_tap_observer){ .next = push_boundary, .context = &again }),
			window_to_array, NULL, 0),
		WEIR_UNBOUNDED);
	weir_subject_next(again.boundary, weir_nil());
	weir_loop_run(loop);
	weir_subject_unref(again.boundary);
	cr_expect(strstr(recorder.text, "[0, 1]@6ms |@6ms") != NULL, "%s", recorder.text);
	record_end(&recorder);
	weir_loop_free(loop);
}

static void cancel_at_once(weir_value value, void *context)
{
	(void)value;
	weir_cancel(*(weir_subscription **)context);
}

static void keep_subscription(weir_subscription *subscription, void *context)
{
	*(weir_subscription **)context = subscription;
}

Test(window, may_be_cancelled_by_any_window_and_any_value)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subscription *subscription = NULL;
	weir_observer observer = { .subscribed = keep_subscription, .next = cancel_at_once, .context = &subscription };

	weir_subscribe(weir_window(weir_range(1, 4), weir_never(), 0), loop, &observer);
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	weir_subscribe(weir_skip(weir_window(weir_range(1, 4), weir_interval(weir_ms(1)), 9), 1), loop, &observer);
	weir_loop_run_for(loop, weir_ms(2));
	weir_subscribe(weir_skip(weir_window(weir_never(), weir_interval(weir_ms(1)), 9), 1), loop, &observer);
	weir_loop_run_for(loop, weir_ms(2));
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	weir_subscribe(weir_merge_map(weir_window(weir_range(1, 4), weir_never(), 0), window_itself, NULL, 0), loop,
		&observer);
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_loop_free(loop);
}

Test(window, the_boundary_and_the_source_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_window(weir_never(), NULL, 0), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the boundary is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_window(NULL, weir_never(), 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
