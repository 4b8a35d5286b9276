/* window_count: the values in observables of a given number each. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_window_count(source, 4, &(weir_window_count_options){ .every = 3, .waiting = 16 });
}

const struct conformance_subject conformance_subject = {
	.name = "window_count",
	.build = build,
	.demand_changes_order = "a window that is asked for later begins later",
	.errors_overtake_items = "windows that are not asked for yet, and their values",
};

Test(window_count, one_after_the_other)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-(2|)");
	weir_test_bind_stream(test, 'b', "--3-(4|)");
	weir_test_bind_stream(test, 'c', "--5-|");
	weir_test_expect(test, weir_window_count(weir_test_cold(test, "-1-2-3-4-5-|"), 2, NULL), "a--b---c---|");
	MARBLES_OK(test);
}

Test(window_count, overlapping)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2-(3|)");
	weir_test_bind_stream(test, 'b', "--2-3-(4|)");
	weir_test_bind_stream(test, 'c', "--3-4-|");
	weir_test_bind_stream(test, 'd', "--4-|");
	weir_test_bind_stream(test, 'e', "--|");
	weir_test_expect(test,
		weir_window_count(weir_test_cold(test, "-1-2-3-4-|"), 3, &(weir_window_count_options){ .every = 1 }),
		"ab-c-d-e-|");
	MARBLES_OK(test);
}

Test(window_count, with_gaps)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-(1|)");
	weir_test_bind_stream(test, 'b', "--(3|)");
	weir_test_expect(test,
		weir_window_count(weir_test_cold(test, "-1-2-3-|"), 1, &(weir_window_count_options){ .every = 2 }),
		"a--b---|");
	MARBLES_OK(test);
}

Test(window_count, errors_go_to_every_open_window_then_here)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2-#");
	weir_test_bind_stream(test, 'b', "--2-#");
	weir_test_bind_stream(test, 'c', "--#");
	weir_test_expect(test,
		weir_window_count(weir_test_cold(test, "-1-2-#"), 3, &(weir_window_count_options){ .every = 1 }),
		"ab-c-#");
	MARBLES_OK(test);
}

static weir_observable *window_itself(weir_value window, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(window));
}

static weir_observable *window_slowly(weir_value window, void *context)
{
	(void)context;
	return weir_delay(weir_ref(weir_as_observable(window)), weir_ms(5));
}

Test(window_count, concat_map_of_windows_is_the_source)
{
	weir_test *test = weir_test_new();
	weir_window_count_options waiting = { .waiting = 4 };

	weir_test_expect(test,
		weir_concat_map(weir_window_count(weir_test_cold(test, "-1-2-3-4-5-|"), 2, NULL), window_itself, NULL),
		"-1-2-3-4-5-|");
	weir_test_expect_with_demand(test,
		weir_concat_map(weir_window_count(weir_range(1, 9), 2, &waiting), window_itself, NULL), 1, 1,
		"(123456789|)");
	weir_test_expect(test,
		weir_concat_map(
			weir_window_count(weir_test_cold(test, "-1-2-3-4-5-|"), 2, &waiting), window_slowly, NULL),
		"------1-2----(34)-(5|)");
	MARBLES_OK(test);
}

static int drops;

static void on_dropped(const char *stage, weir_value value, void *context)
{
	(void)value;
	(void)context;
	cr_expect_str_eq(stage, "window_count");
	drops++;
}

Test(window_count, values_for_a_window_nobody_listens_to_are_reported)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_window_count_options one = { .waiting = 1 };
	struct recorder recorder;

	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	record_on(&recorder, loop, weir_count(weir_window_count(weir_range(1, 6), 3, NULL)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "3@0ms |@0ms");
	cr_expect_eq(drops, 6);
	drops = 0;
	record_on(&recorder, loop, weir_ignore_elements(weir_window_count(weir_range(1, 6), 3, &one)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_EOVERFLOW@0ms");
	cr_expect_geq(drops, 1);
	weir_loop_free(loop);
}

Test(window_count, the_source_runs_as_long_as_a_window_has_a_listener)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_expect(test, weir_merge_map(weir_take(weir_window_count(source, 2, NULL), 1), window_itself, NULL, 0),
		"-1-(2|)");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(window_count, windows_wait_until_they_are_asked_for)
{
	struct recorder recorder;

	record(&recorder,
		weir_count(weir_window_count(weir_range(1, 6), 3, &(weir_window_count_options){ .waiting = 9 })), 0);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "3@0ms |@0ms");
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

Test(window_count, may_be_cancelled_by_its_first_window)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_subscription *subscription = NULL;

	weir_subscribe(weir_window_count(weir_ref(source), 2, NULL), weir_test_loop(test),
		&(weir_observer){ .subscribed = keep_subscription, .next = cancel_at_once, .context = &subscription });
	cr_expect_eq(weir_loop_subscription_count(weir_test_loop(test)), 0);
	weir_unref(source);
	weir_test_free(test);
}

Test(window_count, rejects_a_size_of_0)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_window_count(weir_range(1, 2), 0, NULL), "#");
	weir_test_expect(test, weir_window_count(NULL, 1, NULL), "#");
	MARBLES_OK(test);
}
