/* buffer_toggle: arrays begun by one observable, each ended by another. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
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
	return weir_buffer_toggle(source,
		weir_concat_with(weir_just(weir_nil()), weir_take(weir_interval(weir_us(1500)), 9)), in_2500_us, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "buffer_toggle",
	.build = build,
	.demand_changes_items = "what nobody asked for in time goes on gathering, and no other begins",
};

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
	return weir_with_context(weir_buffer_toggle(source, openings, same_again, closing), closing, unref);
}

Test(buffer_toggle, items_from_an_opening_to_what_ends_it)
{
	weir_test *test = weir_test_new();
	weir_observable *closing = weir_test_cold(test, "---yz|");
	weir_observable *openings = weir_test_cold(test, "--x-----x|");
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-6-|");

	weir_test_bind(test, 'a', digits("23"));
	weir_test_bind(test, 'b', digits("56"));
	weir_test_bind(test, 'c', digits("2"));
	weir_test_bind(test, 'd', digits("5"));
	weir_test_expect(test, toggled(source, openings, closing), "-----a-----b-|");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, openings, "^--------!");
	weir_test_expect_subscriptions(test, closing, "--^--!");
	weir_test_expect_subscriptions(test, closing, "--------^--!");
	MARBLES_OK(test);
}

/* The item says after how many milliseconds. */
static weir_observable *after_item(weir_value value, void *context)
{
	(void)context;
	return weir_timer(weir_ms(weir_as_int(value)));
}

Test(buffer_toggle, arrays_may_overlap_and_end_in_any_order)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("23"));
	weir_test_bind(test, 'b', digits("1234"));
	weir_test_bind(test, 'c', digits("56"));
	weir_test_bind(test, 'd', digits("6"));
	weir_test_expect(test,
		weir_buffer_toggle(
			weir_test_cold(test, "-1-2-3-4-5-6-|"), weir_test_cold(test, "8-4-----9-9"), after_item, NULL),
		"------a-b----(cd|)");
	MARBLES_OK(test);
}

Test(buffer_toggle, completion_of_what_ends_an_array_means_nothing)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect(
		test, toggled(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "x"), weir_empty()), "-----(a|)");
	weir_test_bind(test, 'a', digits("12"));
	MARBLES_OK(test);
}

Test(buffer_toggle, openings_are_subscribed_to_first)
{
	struct recorder recorder;
	weir_value two[] = { weir_int(9), weir_int(0) };

	record(&recorder, toggled(weir_range(1, 2), weir_concat_with(weir_of(two, 2), weir_never()), weir_never()),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "[1, 2]@0ms [1, 2]@0ms |@0ms");
}

Test(buffer_toggle, one_that_is_ended_at_once_is_empty)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'e', digits(""));
	weir_test_expect(test,
		toggled(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "x-x"), weir_just(weir_nil())), "e-e--|");
	MARBLES_OK(test);
}

static weir_observable *failing(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_throw(WEIR_ELIMIT, "no");
}

Test(buffer_toggle, errors_of_any_overtake_what_was_gathered)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3|");

	weir_test_expect(test, toggled(source, weir_test_cold(test, "x"), weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test,
		toggled(weir_test_cold(test, "-1#"), weir_test_cold(test, "x"), weir_test_cold(test, "---x")), "--#");
	weir_test_expect(test,
		toggled(weir_test_cold(test, "-1-"), weir_test_cold(test, "x-#"), weir_test_cold(test, "---x")), "--#");
	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_expect(test,
		weir_buffer_toggle(weir_test_cold(test, "-1-"), weir_test_cold(test, "--x"), failing, NULL), "--#");
	MARBLES_OK(test);
}

Test(buffer_toggle, cancelling_releases_everything)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_observable *openings = weir_test_cold(test, "x-x---x");
	weir_observable *closing = weir_test_cold(test, "------y");

	weir_test_expect_cancelled(test, toggled(source, openings, closing), weir_ms(4), "----");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, openings, "^---!");
	weir_test_expect_subscriptions(test, closing, "^---!");
	weir_test_expect_subscriptions(test, closing, "--^-!");
	MARBLES_OK(test);
}

Test(buffer_toggle, what_nobody_asked_for_in_time_goes_on_gathering_and_none_begins)
{
	struct recorder recorder;
	weir_test *test = weir_test_new();

	/* [0, 4) and [2, 5) end while nobody asks; at 7 none begins. */
	record_on(&recorder, weir_test_loop(test),
		weir_buffer_toggle(weir_interval(weir_ms(1)), weir_test_cold(test, "4-3----1-1"), after_item, NULL), 0);
	record_run(&recorder, weir_us(7500));
	weir_request(recorder.subscription, 1);
	weir_request(recorder.subscription, 1);
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_us(5000));
	RECORDED(&recorder, "[0, 1, 2, 3, 4, 5, 6]@7500000ns [1, 2, 3, 4, 5, 6]@7500000ns [8]@10ms");
	weir_test_free(test);
}

Test(buffer_toggle, the_loop_may_go_while_buffers_are_open)
{
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_buffer_toggle(weir_interval(weir_ms(1)), weir_interval(weir_us(1300)), in_2500_us, NULL),
		loop, &(weir_observer){ 0 });
	weir_loop_run_for(loop, weir_ms(4));
	weir_loop_free(loop);
}

Test(buffer_toggle, refuses_what_is_missing)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_toggle(weir_never(), NULL, after_item, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the openings are NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer_toggle(weir_never(), weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection to what ends a buffer is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer_toggle(NULL, weir_never(), after_item, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
