/* buffer_when: arrays, each ended by an observable made for it. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_2500_us(void *context)
{
	(void)context;
	return weir_timer(weir_us(2500));
}

static weir_observable *build(weir_observable *source)
{
	return weir_buffer_when(source, in_2500_us, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "buffer_when",
	.build = build,
	.demand_changes_items = "what nobody asked for in time stays together",
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
	return weir_with_context(weir_buffer_when(source, same_again, closing), closing, unref);
}

Test(buffer_when, each_array_is_ended_by_the_first_item_of_what_was_made_for_it)
{
	weir_test *test = weir_test_new();
	weir_observable *closing = weir_test_cold(test, "----xy|");

	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("34"));
	weir_test_bind(test, 'c', digits("56"));
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1-2-3-4-5-6|"), closing), "----a---b---(c|)");
	weir_test_expect_subscriptions(test, closing, "^---!");
	weir_test_expect_subscriptions(test, closing, "----^---!");
	weir_test_expect_subscriptions(test, closing, "--------^---!");
	MARBLES_OK(test);
}

Test(buffer_when, completion_of_what_ends_an_array_means_nothing)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "-|")), "-----(a|)");
	MARBLES_OK(test);
}

Test(buffer_when, errors_overtake_what_was_gathered)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3|");

	weir_test_expect(test, ended_by(source, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test, ended_by(weir_test_cold(test, "-1#"), weir_test_cold(test, "----x")), "--#");
	MARBLES_OK(test);
}

/* The n-th one: at once, at once, …, then never. */
static weir_observable *at_once_three_times(void *context)
{
	int *calls = context;

	return ++*calls <= 3 ? weir_just(weir_nil()) : weir_never();
}

Test(buffer_when, what_ends_at_once_makes_empty_arrays_before_the_source_begins)
{
	int calls = 0;
	struct recorder recorder;

	record(&recorder, weir_buffer_when(weir_range(1, 2), at_once_three_times, &calls), WEIR_UNBOUNDED);
	RECORDED(&recorder, "[]@0ms []@0ms []@0ms [1, 2]@0ms |@0ms");
	cr_expect_eq(calls, 4);
}

static weir_observable *at_once(void *context)
{
	++*(int *)context;
	return weir_just(weir_nil());
}

Test(buffer_when, ends_at_once_for_ever_leave_the_loop_its_turns)
{
	int calls = 0;
	struct recorder recorder;

	record(&recorder,
		weir_take_until(weir_skip(weir_buffer_when(weir_never(), at_once, &calls), 5000), weir_timer(0)),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "|@0ms");
	cr_expect_gt(calls, 0);
}

Test(buffer_when, while_nobody_asks_nothing_is_made)
{
	int calls = 0;
	struct recorder recorder;

	record(&recorder, weir_buffer_when(weir_never(), at_once, &calls), 2);
	cr_expect_str_eq(recorder.text, "[]@0ms []@0ms");
	cr_expect_leq(calls, 3);
	RECORDED(&recorder, "[]@0ms []@0ms");
}

Test(buffer_when, an_array_that_nobody_asked_for_in_time_goes_on_gathering)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_when(weir_interval(weir_ms(2)), in_2500_us, NULL), 0);
	record_run(&recorder, weir_ms(7));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[0, 1, 2]@7ms");
}

static weir_observable *nothing(void *context)
{
	(void)context;
	return NULL;
}

Test(buffer_when, refuses_what_is_missing)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_when(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer_when(weir_never(), nothing, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer_when(NULL, nothing, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
