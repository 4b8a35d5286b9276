/* throttle_time: at most one item in a span of time, at its beginning, its end, or both. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_throttle_time(source, weir_ms(3), WEIR_EDGE_BOTH);
}

const struct conformance_subject conformance_subject = {
	.name = "throttle_time",
	.build = build,
	.demand_changes_items = "an item that nobody asked for gives way to a newer one",
};

static void expect(const char *source, weir_duration span, enum weir_edge edges, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_throttle_time(weir_test_cold(test, source), span, edges), expected);
	MARBLES_OK(test);
}

Test(throttle_time, is_as_drawn)
{
	expect("-1-2--3----4---|", weir_ms(4), WEIR_EDGE_LEADING, "-1----3----4---|");
	expect("-1-2--3----4---|", weir_ms(4), WEIR_EDGE_TRAILING, "-----2---3---4-|");
	expect("-1-2--3----4---|", weir_ms(4), WEIR_EDGE_BOTH, "-1---2---3---4-|");
}

Test(throttle_time, leading_passes_the_first_of_each_window_and_drops_the_rest)
{
	expect("-123-4-5-6-|", weir_ms(5), WEIR_EDGE_LEADING, "-1-----5---|");
	expect("-1--2--3--4--|", weir_ms(5), WEIR_EDGE_LEADING, "-1-----3-----|");
}

Test(throttle_time, trailing_passes_the_newest_at_the_end_of_each_window)
{
	expect("-123-4-5-6---|", weir_ms(5), WEIR_EDGE_TRAILING, "------4----6-|");
}

Test(throttle_time, both_edges_emit_a_lone_item_once)
{
	expect("-1-------2---|", weir_ms(3), WEIR_EDGE_BOTH, "-1-------2---|");
}

Test(throttle_time, a_trailing_emission_opens_the_next_window)
{
	/* 2 goes out at 6; 3, which comes right behind it, may not before 11. */
	expect("-1-2---3-----|", weir_ms(5), WEIR_EDGE_BOTH, "-1----2----3-|");
}

Test(throttle_time, what_waits_when_the_source_completes_is_emitted_at_the_end_of_its_window)
{
	expect("-1-2|", weir_ms(5), WEIR_EDGE_BOTH, "-1----(2|)");
	expect("-1-2|", weir_ms(5), WEIR_EDGE_TRAILING, "------(2|)");
	expect("-1-2|", weir_ms(5), WEIR_EDGE_LEADING, "-1--|");
	expect("-1--|", weir_ms(5), WEIR_EDGE_BOTH, "-1--|");
}

Test(throttle_time, without_edges_nothing_passes_but_the_end)
{
	expect("-1-2-3--|", weir_ms(3), WEIR_EDGE_NONE, "--------|");
	expect("-1-2|", weir_ms(9), WEIR_EDGE_NONE, "----|");
	expect("-1-2#", weir_ms(3), WEIR_EDGE_NONE, "----#");
}

Test(throttle_time, an_error_overtakes_what_waits)
{
	expect("-1-2#", weir_ms(5), WEIR_EDGE_BOTH, "-1--#");
	expect("#", weir_ms(5), WEIR_EDGE_BOTH, "#");
}

Test(throttle_time, an_empty_source_just_completes)
{
	expect("---|", weir_ms(5), WEIR_EDGE_BOTH, "---|");
}

Test(throttle_time, a_span_of_0_lasts_until_the_next_turn)
{
	expect("-(123)--(45)|", 0, WEIR_EDGE_LEADING, "-1------4---|");
	expect("-1---|", 0, WEIR_EDGE_TRAILING, "-1---|");
	expect("-1---|", weir_ms(-7), WEIR_EDGE_BOTH, "-1---|");
}

Test(throttle_time, cancelling_releases_source_and_window)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_expect_cancelled(test, weir_throttle_time(source, weir_ms(5), WEIR_EDGE_BOTH), weir_ms(4), "-1");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(throttle_time, other_edges_are_refused)
{
	for (int edges = 0; edges <= 5; edges += 5) {
		struct recorder recorder;

		record(&recorder, weir_throttle_time(weir_never(), weir_ms(1), (enum weir_edge)edges), WEIR_UNBOUNDED);
		cr_expect(strstr(recorder.message, edges == 0 ? "the edges are 0" : "the edges are 5") != NULL);
		RECORDED(&recorder, "#EINVAL@0ms");
	}
}

Test(throttle_time, without_demand_the_newest_waits_and_its_window_begins_when_it_is_emitted)
{
	struct recorder recorder;

	/* Ticks 0, 1, 2 … at 10, 20, 30 … ms. */
	record(&recorder, weir_throttle_time(weir_interval(weir_ms(10)), weir_ms(25), WEIR_EDGE_LEADING), 0);
	record_run(&recorder, weir_ms(45));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 2);
	cr_expect_str_eq(recorder.text, "3@45ms");
	record_run(&recorder, weir_ms(60));
	RECORDED(&recorder, "3@45ms 6@70ms");

	record(&recorder, weir_throttle_time(weir_interval(weir_ms(10)), weir_ms(25), WEIR_EDGE_BOTH), 1);
	record_run(&recorder, weir_ms(44));
	weir_request(recorder.subscription, 9);
	record_run(&recorder, weir_ms(60));
	RECORDED(&recorder, "0@10ms 3@44ms 5@69ms 8@94ms");

	record(&recorder, weir_throttle_time(weir_interval(weir_ms(10)), weir_ms(25), WEIR_EDGE_TRAILING), 0);
	record_run(&recorder, weir_ms(44));
	weir_request(recorder.subscription, 9);
	record_run(&recorder, weir_ms(60));
	RECORDED(&recorder, "3@44ms 5@69ms 8@94ms");
}

Test(throttle_time, completion_waits_for_an_item_that_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder, weir_throttle_time(weir_timer(weir_ms(2)), weir_ms(5), WEIR_EDGE_LEADING), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");

	record(&recorder, weir_throttle_time(weir_timer(weir_ms(2)), weir_ms(5), WEIR_EDGE_TRAILING), 0);
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@20ms |@20ms");
}

/* Arrivals of all kinds, demand in fits and starts: two items are never closer than the span. */
static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % bound;
}

struct spacing {
	weir_loop *loop;
	weir_time last;
	int count;
	weir_duration least;
};

static void spacing_next(weir_value value, void *context)
{
	struct spacing *spacing = context;
	weir_time now = weir_loop_now(spacing->loop);

	(void)value;
	if (spacing->count++ > 0 && now - spacing->last < spacing->least)
		spacing->least = now - spacing->last;
	spacing->last = now;
}

Test(throttle_time, two_items_are_never_closer_than_the_span_whatever_the_demand)
{
	for (int round = 0; round < 300; round++) {
		struct spacing spacing = { .loop = weir_loop_new_virtual(), .least = WEIR_FOREVER };
		weir_duration period = 1 + (weir_duration)random_below(2000);
		weir_duration span = 1 + (weir_duration)random_below(5000);
		enum weir_edge edges = (enum weir_edge)(1 + random_below(3));
		weir_subscription *subscription = weir_subscribe(weir_throttle_time(weir_interval(period), span, edges),
			spacing.loop,
			&(weir_observer){ .next = spacing_next, .context = &spacing, .demand = WEIR_ON_REQUEST });

		for (int step = 0; step < 100; step++) {
			weir_loop_run_for(spacing.loop, (weir_duration)random_below(7000));
			weir_request(subscription, random_below(4));
		}
		weir_loop_free(spacing.loop);
		cr_expect_gt(spacing.count, 10);
		cr_expect_geq(spacing.least, span);
	}
}
