/* audit_time: the newest item, a span of time after the first. */
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_audit_time(source, weir_ms(3));
}

const struct conformance_subject conformance_subject = {
	.name = "audit_time",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static void expect(const char *source, weir_duration span, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_audit_time(weir_test_cold(test, source), span), expected);
	MARBLES_OK(test);
}

Test(audit_time, emits_the_newest_item_a_span_after_the_first)
{
	expect("-1-2-3-----4---|", weir_ms(3), "----2---3-----4|");
	expect("-123---|", weir_ms(5), "------3|");
}

Test(audit_time, only_the_next_item_begins_the_next_wait)
{
	/* 2 is emitted at 6; 3 waits for 5 from its own arrival on. */
	expect("-1-2---3------|", weir_ms(5), "------2-----3-|");
}

Test(audit_time, the_wait_goes_on_when_the_source_completes)
{
	expect("-1-2|", weir_ms(5), "------(2|)");
	expect("-1----|", weir_ms(3), "----1-|");
	expect("--|", weir_ms(3), "--|");
}

Test(audit_time, an_error_overtakes_what_waits)
{
	expect("-1-#", weir_ms(5), "---#");
}

Test(audit_time, a_span_of_0_lasts_until_the_next_turn)
{
	expect("-(12)--3--|", 0, "-2-----3--|");
	expect("-1-|", weir_ms(-1), "-1-|");
}

Test(audit_time, cancelling_releases_source_and_wait)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_expect_cancelled(test, weir_audit_time(source, weir_ms(5)), weir_ms(4), "");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(audit_time, without_demand_the_newest_waits_and_completion_behind_it)
{
	struct recorder recorder;

	record(&recorder, weir_audit_time(weir_interval(weir_ms(10)), weir_ms(25)), 0);
	record_run(&recorder, weir_ms(64));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(60));
	RECORDED(&recorder, "5@64ms 8@95ms");

	record(&recorder, weir_audit_time(weir_timer(weir_ms(2)), weir_ms(5)), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");
}
