/* take_within: what comes within a span of time. */
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_take_within(source, weir_ms(20));
}

const struct conformance_subject conformance_subject = { .name = "take_within",
	.build = build,
	.demand_changes_items = "the time ends it, whatever has not been asked for by then" };

static void expect(const char *source, weir_duration span, const char *expected, const char *life)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_test_cold(test, source);

	weir_test_expect(test, weir_take_within(observable, span), expected);
	weir_test_expect_subscriptions(test, observable, life);
	MARBLES_OK(test);
}

Test(take_within, mirrors_the_source_until_the_span_is_over)
{
	expect("-1-2-3-4-|", weir_ms(6), "-1-2-3|", "^-----!");
	expect("-1-2-3-4-|", weir_ms(5), "-1-2-|", "^----!");
}

Test(take_within, a_source_that_ends_earlier_ends_it)
{
	expect("-1-|", weir_ms(9), "-1-|", "^--!");
	expect("-1-#", weir_ms(9), "-1-#", "^--!");
}

Test(take_within, a_span_of_0_lasts_until_the_next_turn)
{
	struct recorder recorder;

	record(&recorder, weir_take_within(weir_range(1, 3), 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms |@0ms");
	expect("-1-|", weir_ms(-1), "|", "(^!)");
}

Test(take_within, the_span_goes_on_without_demand)
{
	struct recorder recorder;

	record(&recorder, weir_take_within(weir_range(1, 3), weir_ms(4)), 1);
	record_run(&recorder, weir_ms(9));
	RECORDED(&recorder, "1@0ms |@4ms");
}
