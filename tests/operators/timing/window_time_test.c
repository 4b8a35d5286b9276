/* window_time: the items of a span of time as an observable. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_window_time(source, weir_us(2500), &(weir_window_time_options){ .max_size = 3, .waiting = 16 });
}

const struct conformance_subject conformance_subject = {
	.name = "window_time",
	.build = build,
	.demand_changes_order = "a window that is asked for later begins later",
	.errors_overtake_items = "windows that are not asked for yet, and their values",
};

#define WITH(...) (&(weir_window_time_options){ __VA_ARGS__ })

Test(window_time, one_after_the_other)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2-|");
	weir_test_bind_stream(test, 'b', "-3---|");
	weir_test_bind_stream(test, 'c', "--4-|");
	weir_test_expect(
		test, weir_window_time(weir_test_cold(test, "-1-2--3-----4-|"), weir_ms(5), NULL), "a----b----c---|");
	MARBLES_OK(test);
}

Test(window_time, a_full_window_ends_early_and_the_next_has_a_whole_span)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1(2|)");
	weir_test_bind_stream(test, 'b', "--3--|");
	weir_test_bind_stream(test, 'c', "--4-|");
	weir_test_expect(test, weir_window_time(weir_test_cold(test, "-12-3----4-|"), weir_ms(5), WITH(.max_size = 2)),
		"a-b----c---|");
	MARBLES_OK(test);
}

Test(window_time, windows_may_overlap_and_leave_gaps)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2|");
	weir_test_bind_stream(test, 'b', "-2-3|");
	weir_test_bind_stream(test, 'c', "-3-|");
	weir_test_bind_stream(test, 'd', "-|");
	weir_test_expect(test,
		weir_window_time(weir_test_cold(test, "-1-2-3-|"), weir_ms(4), WITH(.create_interval = weir_ms(2))),
		"a-b-c-d|");
	weir_test_bind_stream(test, 'a', "-1|");
	weir_test_bind_stream(test, 'b', "-3|");
	weir_test_expect(test,
		weir_window_time(weir_test_cold(test, "-1-2-3-|"), weir_ms(2), WITH(.create_interval = weir_ms(4))),
		"a---b--|");
	MARBLES_OK(test);
}

Test(window_time, overlapping_windows_end_early_when_full)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-(2|)");
	weir_test_bind_stream(test, 'b', "-2-(3|)");
	weir_test_bind_stream(test, 'c', "-3-|");
	weir_test_bind_stream(test, 'd', "-|");
	weir_test_expect(test,
		weir_window_time(weir_test_cold(test, "-1-2-3-|"), weir_ms(40),
			WITH(.create_interval = weir_ms(2), .max_size = 2)),
		"a-b-c-d|");
	MARBLES_OK(test);
}

Test(window_time, errors_go_to_every_open_window_then_here)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2#");
	weir_test_bind_stream(test, 'b', "-2#");
	weir_test_expect(test,
		weir_window_time(weir_test_cold(test, "-1-2#"), weir_ms(40), WITH(.create_interval = weir_ms(2))),
		"a-b-#");
	MARBLES_OK(test);
}

static weir_observable *window_itself(weir_value window, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(window));
}

Test(window_time, a_window_outlives_the_outer_pipeline_until_its_time_is_up)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_expect(test,
		weir_merge_map(weir_take(weir_window_time(source, weir_ms(4), NULL), 1), window_itself, NULL, 0),
		"-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(window_time, cancelling_leaves_no_timer)
{
	struct recorder recorder;

	record(&recorder,
		weir_merge_map(
			weir_window_time(weir_interval(weir_ms(1)), weir_ms(4), WITH(.create_interval = weir_ms(2))),
			window_itself, NULL, 0),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(3));
	RECORDED(&recorder, "0@1ms 1@2ms 1@2ms 2@3ms 2@3ms");
}

Test(window_time, windows_stand_on_a_grid)
{
	struct recorder recorder;

	record(&recorder,
		weir_concat_map(weir_window_time(weir_interval(weir_ms(400)), 333333333, NULL), window_itself, NULL),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(1300));
	RECORDED(&recorder, "0@400ms 1@800ms 2@1200ms");
}

Test(window_time, arguments_out_of_range_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_window_time(weir_never(), 1, WITH(.create_interval = -1)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the interval between windows is -1 ns; it must not be negative");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_window_time(NULL, 1, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
