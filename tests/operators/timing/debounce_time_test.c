/* debounce_time: an item that no other has followed for a span of time. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_debounce_time(source, weir_us(500));
}

const struct conformance_subject conformance_subject = {
	.name = "debounce_time",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static void expect(const char *source, weir_duration span, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_debounce_time(weir_test_cold(test, source), span), expected);
	MARBLES_OK(test);
}

Test(debounce_time, emits_an_item_when_no_other_has_come_for_the_span)
{
	expect("-1-2-3------4-|", weir_ms(3), "--------3-----(4|)");
	expect("-1-2-3-4-5-6-7----|", weir_ms(3), "----------------7-|");
}

Test(debounce_time, every_item_passes_when_they_are_far_apart)
{
	expect("-1----2----3----|", weir_ms(2), "---1----2----3--|");
}

Test(debounce_time, completion_flushes_what_waits)
{
	expect("-1-2|", weir_ms(5), "----(2|)");
	expect("-1-----|", weir_ms(3), "----1--|");
	expect("---|", weir_ms(3), "---|");
}

Test(debounce_time, an_error_overtakes_what_waits)
{
	expect("-1-#", weir_ms(5), "---#");
}

Test(debounce_time, a_span_of_0_lasts_until_the_next_turn)
{
	expect("-(123)--4-|", 0, "-3------4-|");
	expect("-1-|", weir_ms(-3), "-1-|");
}

Test(debounce_time, cancelling_releases_source_and_timer)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---3-|");

	weir_test_expect_cancelled(test, weir_debounce_time(source, weir_ms(2)), weir_ms(6), "---1");
	weir_test_expect_subscriptions(test, source, "^-----!");
	MARBLES_OK(test);
}

Test(debounce_time, is_exact_to_the_nanosecond)
{
	struct recorder recorder;

	record(&recorder, weir_debounce_time(weir_take(weir_interval(1000001), 3), 1000003), WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(1));
	RECORDED(&recorder, "2@3000003ns |@3000003ns");
	record(&recorder, weir_debounce_time(weir_interval(1000001), 1000000), WEIR_UNBOUNDED);
	record_run(&recorder, 2000002);
	RECORDED(&recorder, "0@2000001ns");
}

Test(debounce_time, without_demand_the_newest_settled_item_waits)
{
	struct recorder recorder;

	record(&recorder, weir_debounce_time(weir_interval(weir_ms(10)), weir_ms(4)), 0);
	record_run(&recorder, weir_ms(33));
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "1@33ms");
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@33ms 3@53ms");
}

Test(debounce_time, a_late_item_puts_off_the_next)
{
	struct recorder recorder;

	/* 1 has settled at 24 and is fetched at 33; 2, of 30, may not follow before 37. */
	record(&recorder, weir_debounce_time(weir_interval(weir_ms(10)), weir_ms(4)), 0);
	record_run(&recorder, weir_ms(33));
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "1@33ms 2@37ms");
}

Test(debounce_time, completion_waits_for_an_item_that_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder, weir_debounce_time(weir_timer(weir_ms(2)), weir_ms(5)), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");
}
