/* debounce: an item that no other has followed until its notifier emits. */
#include <weir/creating.h>
#include <weir/observing.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *in_half_a_millisecond(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_timer(weir_us(500));
}

static weir_observable *build(weir_observable *source)
{
	return weir_debounce(source, in_half_a_millisecond, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "debounce",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static weir_observable *to_it(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

static void expect(const char *source, const char *notifier, const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *wait = weir_test_cold(test, notifier);

	weir_test_expect(test, weir_debounce(weir_test_cold(test, source), to_it, wait), expected);
	MARBLES_OK(test);
	weir_unref(wait);
}

Test(debounce, emits_an_item_that_no_other_has_followed_until_its_notifier_emits)
{
	expect("-1-2-3------4-|", "---x", "--------3-----(4|)");
	expect("-1----2----3----|", "--x", "---1----2----3--|");
}

static weir_observable *as_many_milliseconds(weir_value value, void *context)
{
	(void)context;
	return weir_timer(weir_ms(weir_as_int(value)));
}

Test(debounce, each_item_has_its_own_notifier)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_debounce(weir_test_cold(test, "-9--1----4-------|"), as_many_milliseconds, NULL),
		"-----1-------4---|");
	MARBLES_OK(test);
}

Test(debounce, the_notifier_before_is_released_first)
{
	weir_test *test = weir_test_new();
	weir_observable *wait = weir_test_cold(test, "---x");

	weir_test_expect(test, weir_debounce(weir_test_cold(test, "-1-2-----|"), to_it, wait), "------2--|");
	weir_test_expect_subscriptions(test, wait, "-^-!");
	weir_test_expect_subscriptions(test, wait, "---^--!");
	MARBLES_OK(test);
	weir_unref(wait);
}

static void released(enum weir_end end, void *context)
{
	(void)end;
	recorder_add(context, "released");
}

static weir_observable *tells(weir_value value, void *context)
{
	char text[32];

	snprintf(text, sizeof text, "made for %lld", (long long)weir_as_int(value));
	recorder_add(context, text);
	return weir_finalize(weir_never(), released, context);
}

Test(debounce, the_notifier_before_is_released_before_the_next_is_made)
{
	struct recorder recorder;

	record(&recorder, weir_debounce(weir_interval(weir_ms(1)), tells, &recorder), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(2));
	RECORDED(&recorder, "made for 0@1ms released@2ms made for 1@2ms released@2ms");
}

Test(debounce, completion_flushes_what_waits)
{
	expect("-1-2|", "-----x", "----(2|)");
	expect("-1-----|", "---x", "----1--|");
	expect("---|", "---x", "---|");
}

Test(debounce, a_notifier_that_completes_leaves_its_item_to_wait)
{
	expect("-1-----|", "--|", "-------(1|)");
	expect("-1-----2--|", "--|", "----------(2|)");
}

Test(debounce, a_notifier_that_emits_at_once_lets_everything_pass)
{
	weir_test *test = weir_test_new();
	weir_observable *at_once = weir_just(weir_int(0));

	weir_test_expect(test, weir_debounce(weir_test_cold(test, "-1-(23)--4|"), to_it, at_once), "-1-(23)--4|");
	MARBLES_OK(test);
	weir_unref(at_once);
}

Test(debounce, errors_of_both_sides_overtake_what_waits)
{
	expect("-1-#", "-----x", "---#");
	expect("-1-----|", "---#", "----#");
}

Test(debounce, cancelling_releases_source_and_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---3-|");
	weir_observable *wait = weir_test_cold(test, "--x");

	weir_test_expect_cancelled(test, weir_debounce(source, to_it, wait), weir_ms(6), "---1");
	weir_test_expect_subscriptions(test, source, "^-----!");
	weir_test_expect_subscriptions(test, wait, "-^-!");
	weir_test_expect_subscriptions(test, wait, "-----^!");
	MARBLES_OK(test);
	weir_unref(wait);
}

Test(debounce, without_demand_the_newest_settled_item_waits)
{
	struct recorder recorder;

	record(&recorder, weir_debounce(weir_interval(weir_ms(10)), in_half_a_millisecond, NULL), 0);
	record_run(&recorder, weir_ms(33));
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "2@33ms");
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "2@33ms 4@53ms");
}

Test(debounce, completion_waits_for_an_item_that_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder, weir_debounce(weir_timer(weir_ms(2)), in_half_a_millisecond, NULL), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");
}

Test(debounce, a_projection_of_NULL_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_debounce(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
