/* window_when: observables of items, each ended by another made for it. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_2500_us(void *context)
{
	(void)context;
	return weir_timer(weir_us(2500));
}

static weir_observable *build(weir_observable *source)
{
	return weir_window_when(source, in_2500_us, NULL, 16);
}

const struct conformance_subject conformance_subject = {
	.name = "window_when",
	.build = build,
	.demand_changes_order = "a window that is asked for later begins later",
};

static weir_observable *same_again(void *context)
{
	return weir_ref(context);
}

static void unref(void *observable)
{
	weir_unref(observable);
}

static weir_observable *ended_by(weir_observable *source, weir_observable *closing)
{
	return weir_with_context(weir_window_when(source, same_again, closing, 0), closing, unref);
}

Test(window_when, each_is_ended_by_the_first_item_of_what_was_made_for_it)
{
	weir_test *test = weir_test_new();
	weir_observable *closing = weir_test_cold(test, "----xy|");

	weir_test_bind_stream(test, 'a', "-1-2|");
	weir_test_bind_stream(test, 'b', "-3-4|");
	weir_test_bind_stream(test, 'c', "-5-6|");
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1-2-3-4-5-6|"), closing), "a---b---c---|");
	weir_test_expect_subscriptions(test, closing, "^---!");
	weir_test_expect_subscriptions(test, closing, "----^---!");
	weir_test_expect_subscriptions(test, closing, "--------^---!");
	MARBLES_OK(test);
}

Test(window_when, completion_of_what_was_made_ends_it_too)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1|");
	weir_test_bind_stream(test, 'b', "-2|");
	weir_test_bind_stream(test, 'c', "--|");
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1-2--|"), weir_test_cold(test, "--|")), "a-b-c-|");
	MARBLES_OK(test);
}

Test(window_when, errors_go_to_the_window_then_here)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3|");

	weir_test_bind_stream(test, 'a', "-1#");
	weir_test_expect(test, ended_by(source, weir_test_cold(test, "--#")), "a-#");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1#"), weir_test_cold(test, "----x")), "a-#");
	weir_test_bind_stream(test, 'b', "#");
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1#"), weir_test_cold(test, "#")), "(b#)");
	MARBLES_OK(test);
}

/* The n-th one: at once, at once, …, then never. */
static weir_observable *at_once_three_times(void *context)
{
	int *calls = context;

	++*calls;
	return *calls == 2 ? weir_empty() : *calls <= 3 ? weir_just(weir_nil()) : weir_never();
}

Test(window_when, what_ends_at_once_makes_empty_windows_before_the_source_begins)
{
	weir_test *test = weir_test_new();
	int calls = 0;

	weir_test_bind_stream(test, 'e', "|");
	weir_test_bind_stream(test, 'a', "(12|)");
	weir_test_expect(test, weir_window_when(weir_range(1, 2), at_once_three_times, &calls, 0), "(eeea|)");
	MARBLES_OK(test);
	cr_expect_eq(calls, 4);
}

static weir_observable *window_itself(weir_value window, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(window));
}

Test(window_when, once_the_outer_pipeline_has_left_nothing_more_is_made)
{
	weir_test *test = weir_test_new();
	weir_observable *closing = weir_test_cold(test, "----x");
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect(
		test, weir_merge_map(weir_take(ended_by(source, closing), 1), window_itself, NULL, 0), "-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, closing, "^---!");
	MARBLES_OK(test);
}

static weir_observable *nothing(void *context)
{
	(void)context;
	return NULL;
}

Test(window_when, refuses_what_is_missing)
{
	struct recorder recorder;

	record(&recorder, weir_window_when(weir_never(), NULL, NULL, 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_ignore_elements(weir_window_when(weir_never(), nothing, NULL, 0)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_window_when(NULL, nothing, NULL, 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
