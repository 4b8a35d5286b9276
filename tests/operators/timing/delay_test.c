/* delay: every item a span of time after it came. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_delay(source, weir_ms(2));
}

const struct conformance_subject conformance_subject = {
	.name = "delay",
	.build = build,
	.errors_overtake_items = "items whose time has not come",
};

static void expect(const char *source, weir_duration span, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_delay(weir_test_cold(test, source), span), expected);
	MARBLES_OK(test);
}

Test(delay, every_item_comes_later_by_the_span)
{
	expect("-1-2---3|", weir_ms(3), "----1-2---(3|)");
	expect("-(12)-3--|", weir_ms(2), "---(12)-3|");
}

Test(delay, completion_follows_the_last_item_and_is_not_delayed_itself)
{
	expect("-1------|", weir_ms(3), "----1---|");
	expect("---|", weir_ms(5), "---|");
	expect("-1|", weir_ms(5), "------(1|)");
}

Test(delay, an_error_overtakes_what_waits)
{
	expect("-1-2-#", weir_ms(3), "----1#");
}

Test(delay, a_span_of_0_takes_a_turn)
{
	expect("-1-(23)-|", 0, "-1-(23)-|");
	expect("-1-|", weir_ms(-2), "-1-|");

	struct recorder recorder;

	record(&recorder, weir_delay(weir_just(weir_int(7)), 0), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.text, "");
	record_run(&recorder, 0);
	RECORDED(&recorder, "7@0ms |@0ms");
}

Test(delay, cancelling_releases_what_waits_and_the_timer)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_expect_cancelled(test, weir_delay(source, weir_ms(3)), weir_ms(7), "----1-2");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(delay, needs_one_timer_however_many_items_wait)
{
	struct recorder recorder;

	record(&recorder, weir_delay(weir_range(1, 1000), weir_ms(5)), WEIR_UNBOUNDED);
	cr_expect_eq(weir_loop_timer_count(recorder.loop), 1);
	record_end(&recorder);
}

Test(delay, passes_demand_on_so_that_no_more_waits_than_was_requested)
{
	struct recorder recorder;

	record(&recorder, weir_delay(weir_range(1, 1000), weir_ms(5)), 2);
	record_run(&recorder, weir_ms(7));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(7));
	RECORDED(&recorder, "1@5ms 2@5ms 3@12ms");
}
