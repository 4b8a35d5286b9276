/* audit: the newest item, when a notifier that the first one began emits. */
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
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
	return weir_audit(source, in_three_milliseconds, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "audit",
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
	weir_observable *window = weir_test_cold(test, notifier);

	weir_test_expect(test, weir_audit(weir_test_cold(test, source), to_it, window), expected);
	MARBLES_OK(test);
	weir_unref(window);
}

Test(audit, emits_the_newest_item_when_the_notifier_does)
{
	expect("-1-2-3-----4---|", "---x", "----2---3-----4|");
	expect("-1-2---3------|", "-----x", "------2-----3-|");
}

Test(audit, completion_waits_for_the_item_that_waits)
{
	expect("-1-2|", "-----x", "------(2|)");
	expect("-1----|", "---x", "----1-|");
	expect("--|", "---x", "--|");
}

Test(audit, a_notifier_that_completes_ends_the_wait_in_silence)
{
	expect("-1-2----3---|", "---|", "------------|");
	expect("-1-2|", "-----|", "------|");
	expect("-1-2----|", "---|", "--------|");
}

static weir_observable *completes_for_1(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 1 ? weir_empty() : weir_timer(weir_ms(2));
}

Test(audit, what_has_waited_in_silence_gives_way_to_the_next)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_audit(weir_test_cold(test, "-1-2----|"), completes_for_1, NULL), "-----2--|");
	MARBLES_OK(test);
}

Test(audit, a_notifier_that_emits_at_once_lets_everything_pass)
{
	weir_test *test = weir_test_new();
	weir_observable *at_once = weir_just(weir_int(0));

	weir_test_expect(test, weir_audit(weir_test_cold(test, "-1-(23)--4|"), to_it, at_once), "-1-(23)--4|");
	MARBLES_OK(test);
	weir_unref(at_once);
}

Test(audit, errors_of_both_sides_overtake_what_waits)
{
	expect("-1-#", "-----x", "---#");
	expect("-1-----|", "---#", "----#");
}

Test(audit, cancelling_releases_source_and_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_observable *window = weir_test_cold(test, "-----x");

	weir_test_expect_cancelled(test, weir_audit(source, to_it, window), weir_ms(4), "");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, window, "-^--!");
	MARBLES_OK(test);
	weir_unref(window);
}

Test(audit, without_demand_the_newest_waits_and_completion_behind_it)
{
	struct recorder recorder;

	record(&recorder, weir_audit(weir_interval(weir_ms(10)), in_three_milliseconds, NULL), 0);
	record_run(&recorder, weir_ms(29));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@29ms");

	record(&recorder, weir_audit(weir_timer(weir_ms(2)), in_three_milliseconds, NULL), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");
}

Test(audit, a_projection_of_NULL_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_audit(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
