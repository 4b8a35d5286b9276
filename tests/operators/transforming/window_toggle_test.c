/* window_toggle: observables of items, begun by one observable, each ended by another. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_2500_us(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_timer(weir_us(2500));
}

static weir_observable *build(weir_observable *source)
{
	return weir_window_toggle(source,
		weir_concat_with(weir_just(weir_nil()), weir_take(weir_interval(weir_us(1500)), 9)), in_2500_us, NULL,
		16);
}

const struct conformance_subject conformance_subject = {
	.name = "window_toggle",
	.build = build,
	.demand_changes_order = "a window that is asked for later begins later",
};

/* The item says after how many milliseconds. */
static weir_observable *after_item(weir_value value, void *context)
{
	(void)context;
	return weir_timer(weir_ms(weir_as_int(value)));
}

static weir_observable *same_again(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

static void unref(void *observable)
{
	weir_unref(observable);
}

static weir_observable *toggled(weir_observable *source, weir_observable *openings, weir_observable *closing)
{
	return weir_with_context(weir_window_toggle(source, openings, same_again, closing, 0), closing, unref);
}

Test(window_toggle, values_from_an_opening_to_what_ends_it)
{
	weir_test *test = weir_test_new();
	weir_observable *closing = weir_test_cold(test, "---yz|");
	weir_observable *openings = weir_test_cold(test, "--x-----x|");
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-|");

	weir_test_bind_stream(test, 'a', "-2-|");
	weir_test_bind_stream(test, 'b', "-5-|");
	weir_test_bind_stream(test, 'c', "-2-(3|)");
	weir_test_bind_stream(test, 'd', "-5-(6|)");
	weir_test_expect(test, toggled(source, openings, closing), "--c-----d----|");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, openings, "^--------!");
	weir_test_expect_subscriptions(test, closing, "--^--!");
	weir_test_expect_subscriptions(test, closing, "--------^--!");
	MARBLES_OK(test);
}

Test(window_toggle, windows_may_overlap_and_end_in_any_order)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2-3-4|");
	weir_test_bind_stream(test, 'b', "-2-3|");
	weir_test_bind_stream(test, 'c', "-5-6-|");
	weir_test_bind_stream(test, 'd', "-6-|");
	weir_test_expect(test,
		weir_window_toggle(weir_test_cold(test, "-1-2-3-4-5-6-|"), weir_test_cold(test, "8-4-----9-9"),
			after_item, NULL, 0),
		"a-b-----c-d--|");
	MARBLES_OK(test);
}

Test(window_toggle, completion_of_openings_and_of_what_ends_a_window_means_nothing)
{
	weir_test *test = weir_test_new();

	weir_test_bind_stream(test, 'a', "-1-2-|");
	weir_test_expect(
		test, toggled(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "x|"), weir_empty()), "a----|");
	MARBLES_OK(test);
}

static weir_observable *failing(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 1 ? weir_throw(WEIR_ELIMIT, "no") : weir_never();
}

Test(window_toggle, errors_go_to_every_window_then_here)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---3|");

	weir_test_bind_stream(test, 'a', "-1-#");
	weir_test_bind_stream(test, 'b', "-#");
	weir_test_expect(test, toggled(source, weir_test_cold(test, "x-x-"), weir_test_cold(test, "---#")), "a-b#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect(test,
		toggled(weir_test_cold(test, "-1-#"), weir_test_cold(test, "x-x"), weir_test_cold(test, "----x")),
		"a-b#");
	weir_test_expect(test,
		toggled(weir_test_cold(test, "-1--"), weir_test_cold(test, "x-x#"), weir_test_cold(test, "----x")),
		"a-b#");
	MARBLES_OK(test);
}

Test(window_toggle, a_projection_that_fails_opens_no_window)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_bind_stream(test, 'a', "--#");
	weir_test_expect(test,
		weir_window_toggle(weir_test_cold(test, "----"), weir_test_cold(test, "0-1"), failing, NULL, 0), "a-#");
	MARBLES_OK(test);
}

static weir_observable *window_itself(weir_value window, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(window));
}

Test(window_toggle, once_the_outer_pipeline_has_left_no_window_opens)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *openings = weir_test_cold(test, "x-x-x-x-x");
	weir_observable *closing = weir_test_cold(test, "----x");

	weir_test_expect(test, weir_merge_map(weir_take(toggled(source, openings, closing), 1), window_itself, NULL, 0),
		"-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, openings, "^---!");
	weir_test_expect_subscriptions(test, closing, "^---!");
	MARBLES_OK(test);
}

static void ignore(weir_value value, void *context)
{
	(void)value;
	(void)context;
}

Test(window_toggle, the_loop_may_go_while_windows_are_open)
{
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_merge_map(weir_window_toggle(weir_interval(weir_ms(1)), weir_interval(weir_us(1300)),
					      in_2500_us, NULL, 0),
			       window_itself, NULL, 0),
		loop, &(weir_observer){ .next = ignore });
	weir_loop_run_for(loop, weir_ms(4));
	weir_loop_free(loop);
}

Test(window_toggle, refuses_what_is_missing)
{
	struct recorder recorder;

	record(&recorder, weir_window_toggle(weir_never(), NULL, after_item, NULL, 0), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the openings are NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_window_toggle(weir_never(), weir_never(), NULL, NULL, 0), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection to what ends a window is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_window_toggle(NULL, weir_never(), after_item, NULL, 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
