/* interval: ticks on a grid, and what becomes of those that are missed. */
#include <errno.h>
#include <unistd.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_interval(weir_ms(2));
}

const struct conformance_subject conformance_subject = {
	.name = "interval",
	.build = build,
	.creates = true,
	.endless = true,
	.demand_changes_items = "ticks without demand are left out",
};

static weir_observable *with(weir_duration period, weir_duration delay, enum weir_missed_ticks missed)
{
	return weir_interval_with(period, &(weir_interval_options){ .delay = delay, .missed = missed });
}

Test(interval, ticks_a_period_apart_for_ever)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(test, weir_interval(weir_ms(3)), weir_ms(13), "---0--1--2--3");
	MARBLES_OK(test);
}

Test(interval, a_period_of_0_or_less_ticks_in_every_turn)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take(weir_interval(0), 3), "(012|)");
	weir_test_expect(test, weir_take(weir_interval(weir_ms(-2)), 3), "(012|)");
	weir_test_expect(test, weir_take(weir_timer_periodic(weir_ms(2), 0), 3), "--(012|)");
	MARBLES_OK(test);
}

Test(interval, the_first_tick_may_have_a_delay_of_its_own)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take(weir_timer_periodic(weir_ms(1), weir_ms(3)), 3), "-0--1--(2|)");
	weir_test_expect(test, weir_take(weir_timer_periodic(0, weir_ms(3)), 3), "0--1--(2|)");
	weir_test_expect(test, weir_take(weir_timer_periodic(weir_ms(-4), weir_ms(3)), 3), "0--1--(2|)");
	weir_test_expect(test, weir_take(with(weir_ms(3), weir_ms(1), WEIR_MISSED_SKIP), 2), "-0--(1|)");
	weir_test_expect(test, weir_take(with(weir_ms(3), WEIR_AT_ONCE, WEIR_MISSED_SKIP), 2), "0--(1|)");
	weir_test_expect(test, weir_take(with(weir_ms(3), 0, WEIR_MISSED_SKIP), 2), "---0--(1|)");
	weir_test_expect(test, weir_take(weir_interval_with(weir_ms(3), NULL), 2), "---0--(1|)");
	MARBLES_OK(test);
}

Test(interval, the_grid_is_exact_to_the_nanosecond_after_a_million_ticks)
{
	struct recorder recorder;

	record(&recorder, with(1001, 0, WEIR_MISSED_COALESCE), 0);
	record_run(&recorder, 1001000000);
	weir_request(recorder.subscription, 2);
	record_run(&recorder, 1001);
	RECORDED(&recorder, "999999@1001ms 1000000@1001001001ns");
}

/* Two items at the beginning, then nothing until 13 ms, then two. */
static void starve(weir_observable *observable, const char *expected)
{
	struct recorder recorder;

	record(&recorder, observable, 2);
	record_run(&recorder, weir_ms(13));
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(10));
	RECORDED(&recorder, expected);
}

Test(interval, skip_leaves_out_ticks_without_demand_and_goes_on_with_the_next)
{
	starve(weir_interval(weir_ms(3)), "0@3ms 1@6ms 4@15ms 5@18ms");
	starve(with(weir_ms(3), 0, WEIR_MISSED_SKIP), "0@3ms 1@6ms 4@15ms 5@18ms");
}

Test(interval, coalesce_emits_the_newest_missed_tick_when_it_is_requested)
{
	starve(with(weir_ms(3), 0, WEIR_MISSED_COALESCE), "0@3ms 1@6ms 3@13ms 4@15ms");
}

Test(interval, catch_up_emits_every_missed_tick_when_it_is_requested)
{
	starve(with(weir_ms(3), 0, WEIR_MISSED_CATCH_UP), "0@3ms 1@6ms 2@13ms 3@13ms");
}

/* Counts what comes; asks for one more each time. */
struct counter {
	weir_subscription *subscription;
	int64_t count;
	int64_t count_at_timer;
	bool in_order;
};

static void counter_subscribed(weir_subscription *subscription, void *context)
{
	((struct counter *)context)->subscription = subscription;
}

static void counter_next(weir_value value, void *context)
{
	struct counter *counter = context;

	counter->in_order &= weir_as_int(value) == counter->count;
	counter->count++;
	weir_request(counter->subscription, 1);
}

static void counter_on_timer(weir_value value, void *context)
{
	struct counter *counter = context;

	(void)value;
	counter->count_at_timer = counter->count;
}

Test(interval, catching_up_does_not_recurse_and_lets_other_timers_run)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct counter counter = { .in_order = true };

	weir_subscribe(with(weir_ns(10), 0, WEIR_MISSED_CATCH_UP), loop,
		&(weir_observer){ .subscribed = counter_subscribed,
			.next = counter_next,
			.context = &counter,
			.demand = WEIR_ON_REQUEST });
	weir_loop_run_for(loop, weir_ms(1));
	weir_subscribe(weir_timer(0), loop, &(weir_observer){ .next = counter_on_timer, .context = &counter });
	weir_request(counter.subscription, 1);
	weir_loop_run_for(loop, 0);
	cr_expect(counter.in_order);
	cr_expect_eq(counter.count, 100000);
	cr_expect_gt(counter.count_at_timer, 0);
	cr_expect_lt(counter.count_at_timer, 100000);
	weir_loop_free(loop);
}

/* On a real loop: a callback that takes longer than several periods. */
struct slow {
	int64_t numbers[8];
	int count;
	weir_loop *loop;
	weir_time subscribed;
};

static void slow_next(weir_value value, void *context)
{
	struct slow *slow = context;

	slow->numbers[slow->count++] = weir_as_int(value);
	if (slow->count == 1)
		usleep(50000);
	if (slow->count == 8)
		weir_loop_stop(slow->loop);
}

static struct slow run_slow(enum weir_missed_ticks missed)
{
	struct slow slow = { .loop = weir_loop_new() };

	weir_subscribe(
		with(weir_ms(10), 0, missed), slow.loop, &(weir_observer){ .next = slow_next, .context = &slow });
	weir_loop_run(slow.loop);
	weir_loop_free(slow.loop);
	return slow;
}

Test(interval, a_loop_that_is_too_late_skips_to_the_newest_tick_and_keeps_the_grid)
{
	struct slow slow = run_slow(WEIR_MISSED_SKIP);

	cr_expect_eq(slow.numbers[0], 0);
	cr_expect_geq(slow.numbers[1], 5);
	for (int index = 2; index < 8; index++)
		cr_expect_gt(slow.numbers[index], slow.numbers[index - 1]);
}

Test(interval, a_loop_that_is_too_late_catches_up_with_every_tick)
{
	struct slow slow = run_slow(WEIR_MISSED_CATCH_UP);

	for (int index = 0; index < 8; index++)
		cr_expect_eq(slow.numbers[index], index);
}

Test(interval, an_unknown_policy_is_refused)
{
	struct recorder recorder;

	record(&recorder, with(weir_ms(1), 0, (enum weir_missed_ticks)7), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message,
		"the policy for missed ticks is 7; allowed are WEIR_MISSED_SKIP, _COALESCE, _CATCH_UP");
	RECORDED(&recorder, "#EINVAL@0ms");
}
