/* delay_when: every item when the notifier made for it emits. */
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_two_milliseconds(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_timer(weir_ms(2));
}

static weir_observable *build(weir_observable *source)
{
	return weir_delay_when(source, in_two_milliseconds, NULL);
}

const struct conformance_subject conformance_subject = { .name = "delay_when", .build = build };

static weir_observable *to_it(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

static void expect(const char *source, const char *notifier, const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *delay = weir_test_cold(test, notifier);

	weir_test_expect(test, weir_delay_when(weir_test_cold(test, source), to_it, delay), expected);
	MARBLES_OK(test);
	weir_unref(delay);
}

static weir_observable *by_value(weir_value value, void *context)
{
	(void)context;
	return weir_timer(weir_ms((const int[]){ 0, 3, 4, 1 }[weir_as_int(value)]));
}

Test(delay_when, is_as_drawn)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_delay_when(weir_test_cold(test, "-1-2---3--|"), by_value, NULL), "----1--23-|");
	weir_test_expect(test, weir_delay_when(weir_test_cold(test, "-2-1-3|"), by_value, NULL), "-----2(13|)");
	MARBLES_OK(test);
}

Test(delay_when, an_item_goes_with_the_first_item_of_its_notifier)
{
	expect("-1-2-3----|", "--xxx|", "---1-2-3--|");
}

Test(delay_when, an_item_whose_notifier_completes_without_an_item_is_dropped)
{
	expect("-1-2-3----|", "--|", "----------|");
	expect("-1-2|", "---|", "------|");
}

Test(delay_when, completion_waits_for_the_notifiers)
{
	expect("-12|", "----x", "-----1(2|)");
	expect("--|", "----x", "--|");
}

Test(delay_when, errors_of_both_sides_overtake_what_waits)
{
	expect("-1-#", "-----x", "---#");
	expect("-1---2|", "---#", "----#");
}

Test(delay_when, notifiers_are_released_when_they_have_emitted)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_observable *delay = weir_test_cold(test, "--x--x");

	weir_test_expect_cancelled(test, weir_delay_when(source, to_it, delay), weir_ms(4), "---1");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, delay, "-^-!");
	weir_test_expect_subscriptions(test, delay, "---^!");
	MARBLES_OK(test);
	weir_unref(delay);
}

Test(delay_when, what_is_not_asked_for_waits)
{
	struct recorder recorder;

	record(&recorder, weir_delay_when(weir_range(1, 3), in_two_milliseconds, NULL), 1);
	record_run(&recorder, weir_ms(5));
	cr_expect_str_eq(recorder.text, "1@2ms");
	weir_request(recorder.subscription, 9);
	record_run(&recorder, weir_ms(5));
	RECORDED(&recorder, "1@2ms 2@5ms 3@5ms |@5ms");
}

static weir_observable *nothing(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return NULL;
}

Test(delay_when, a_projection_of_NULL_or_to_NULL_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_delay_when(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_delay_when(weir_range(1, 3), nothing, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
