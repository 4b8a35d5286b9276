/* sample_time: the newest item at every point of a grid in time. */
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *a_millisecond_later(weir_value value, void *context)
{
	(void)context;
	return weir_delay(weir_just(weir_retain(value)), weir_ms(1));
}

/* Synchronous integers would be over before the first point of the grid. */
static weir_observable *build(weir_observable *source)
{
	return weir_sample_time(weir_concat_map(source, a_millisecond_later, NULL), weir_us(1700));
}

const struct conformance_subject conformance_subject = {
	.name = "sample_time",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static void expect(const char *source, weir_duration period, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_sample_time(weir_test_cold(test, source), period), expected);
	MARBLES_OK(test);
}

Test(sample_time, emits_the_newest_item_at_every_point_of_the_grid)
{
	expect("-1-2-3----4|", weir_ms(4), "----2---3--|");
	expect("-123-456-|", weir_ms(4), "----3---6|");
}

Test(sample_time, emits_nothing_where_nothing_new_has_come)
{
	expect("-1-----------2----|", weir_ms(4), "----1-----------2-|");
}

Test(sample_time, what_has_come_since_the_last_point_is_not_flushed_by_completion)
{
	expect("-1-2-|", weir_ms(10), "-----|");
}

Test(sample_time, an_error_passes_at_once)
{
	expect("-1-2-#", weir_ms(4), "----2#");
}

Test(sample_time, the_grid_does_not_drift)
{
	struct recorder recorder;

	record(&recorder, weir_sample_time(weir_interval(1000), 333337), 1);
	record_run(&recorder, weir_s(1) - 1);
	cr_expect_str_eq(recorder.text, "332@333337ns");
	recorder.length = 0;
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	/* The point after the late one is left out: it would be too soon. The next is the 3001st. */
	RECORDED(&recorder, "999676@999999999ns 1000343@1000344337ns");
}

Test(sample_time, cancelling_releases_source_and_grid)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---3-|");

	weir_test_expect_cancelled(test, weir_sample_time(source, weir_ms(3)), weir_ms(7), "---1--2");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(sample_time, without_demand_the_newest_sample_waits)
{
	struct recorder recorder;

	/* Ticks at 10, 20 …, points at 26, 52, 78, 104: the sample of 52 is fetched at 60, so 78 would be too soon. */
	record(&recorder, weir_sample_time(weir_interval(weir_ms(10)), weir_ms(26)), 0);
	record_run(&recorder, weir_ms(60));
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(60));
	RECORDED(&recorder, "4@60ms 9@104ms");
}

Test(sample_time, completion_waits_for_a_sample_that_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder, weir_sample_time(weir_take(weir_interval(weir_ms(10)), 3), weir_ms(25)), 0);
	record_run(&recorder, weir_ms(60));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@60ms |@60ms");
}

Test(sample_time, with_a_period_of_0_every_turn_is_a_point_of_the_grid)
{
	/* The virtual clock stands still while there is something to do, so only the source's own turn ends it. */
	struct recorder recorder;

	for (weir_duration period = 0; period >= weir_ms(-1); period -= weir_ms(1)) {
		record(&recorder,
			weir_take(weir_sample_time(weir_concat_with(weir_just(weir_int(7)), weir_never()), period), 1),
			WEIR_UNBOUNDED);
		record_run(&recorder, 0);
		RECORDED(&recorder, "7@0ms |@0ms");
	}
}
