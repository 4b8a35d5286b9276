/* kit/rate: never more than the rate allows, never less than it could. */
#include "kit/rate.h"

#include <criterion/criterion.h>

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % bound;
}

static struct weir_rate gcra(uint64_t limit, weir_duration period, uint64_t burst)
{
	struct weir_rate rate;

	weir_rate_init(&rate, WEIR_LIMITER_GCRA, burst);
	weir_rate_set(&rate, limit, period, 0);
	return rate;
}

static struct weir_rate window(uint64_t limit, weir_duration period)
{
	struct weir_rate rate;

	weir_rate_init(&rate, WEIR_LIMITER_SLIDING_WINDOW, 0);
	weir_rate_set(&rate, limit, period, 0);
	return rate;
}

/* One that asks at `now` and goes as soon as it may. Returns when. */
static weir_time go(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	weir_time time = weir_rate_earliest(rate, cost, now);

	cr_assert_geq(time, now);
	if (time > now)
		cr_assert_gt(weir_rate_earliest(rate, cost, time - 1), time - 1, "it could have gone earlier");
	cr_assert_eq(weir_rate_earliest(rate, cost, time), time, "it may not go when it was told");
	weir_rate_take(rate, cost, time);
	return time;
}

Test(rate, the_first_goes_at_once_and_the_others_evenly_spaced_to_the_nanosecond)
{
	struct weir_rate rate = gcra(3, weir_s(1), 0);

	cr_expect_eq(go(&rate, 1, 5), 5);
	cr_expect_eq(go(&rate, 1, 5), 333333339);
	cr_expect_eq(go(&rate, 1, 5), 666666672);
	cr_expect_eq(go(&rate, 1, 5), 1000000005);
	cr_expect_eq(go(&rate, 1, 5), 1333333339);
}

Test(rate, no_fraction_is_lost_in_a_million_grants)
{
	struct weir_rate rate = gcra(7, weir_s(1), 0);
	weir_time time = 0;

	for (int index = 0; index <= 7000000; index++)
		time = go(&rate, 1, time);
	cr_expect_eq(time, weir_s(1000000));
}

Test(rate, a_burst_goes_at_once_and_fills_again_with_time)
{
	struct weir_rate rate = gcra(10, weir_s(1), 4);

	for (int index = 0; index < 4; index++)
		cr_expect_eq(go(&rate, 1, 0), 0);
	cr_expect_eq(go(&rate, 1, 0), weir_ms(100));
	/* At 350 ms two and a half have come back. */
	cr_expect_eq(go(&rate, 1, weir_ms(350)), weir_ms(350));
	cr_expect_eq(go(&rate, 1, weir_ms(350)), weir_ms(350));
	cr_expect_eq(go(&rate, 1, weir_ms(350)), weir_ms(400));
}

Test(rate, a_cost_takes_as_long_as_so_many)
{
	struct weir_rate rate = gcra(10, weir_s(1), 5);

	cr_expect_eq(go(&rate, 3, 0), 0);
	cr_expect_eq(go(&rate, 3, 0), weir_ms(100));
	cr_expect_eq(go(&rate, 1, 0), weir_ms(200));
}

Test(rate, a_cost_beyond_the_burst_goes_when_nothing_is_owed_and_is_then_paid_off)
{
	struct weir_rate rate = gcra(10, weir_s(1), 0);

	cr_expect_eq(go(&rate, 20, 0), 0);
	cr_expect_eq(go(&rate, 20, 0), weir_s(2));
	cr_expect_eq(go(&rate, 1, 0), weir_s(4));
}

Test(rate, a_cost_of_0_is_free)
{
	struct weir_rate rate = gcra(1, weir_s(1), 0);

	cr_expect_eq(go(&rate, 1, 0), 0);
	cr_expect_eq(go(&rate, 0, 0), 0);
	cr_expect_eq(go(&rate, 1, 0), weir_s(1));
}

Test(rate, without_a_limit_everything_goes)
{
	struct weir_rate rate = gcra(0, 0, 0);

	for (int index = 0; index < 1000; index++)
		cr_assert_eq(go(&rate, WEIR_RATE_MAX, 7), 7);
}

/* The most that was granted in any half-open window of `period`. */
static uint64_t most_in_a_window(const weir_time *times, const uint64_t *costs, size_t count, weir_duration period)
{
	uint64_t most = 0, sum = 0;
	size_t first = 0;

	for (size_t index = 0; index < count; index++) {
		sum += costs[index];
		while (times[index] - times[first] >= period)
			sum -= costs[first++];
		if (sum > most)
			most = sum;
	}
	return most;
}

enum {
	GRANTS = 400,
};

/* Arrivals now and then, in crowds, and after long pauses. */
static weir_time next_arrival(weir_time time, weir_duration period)
{
	switch (random_below(8)) {
	case 0:
		return time + (weir_time)random_below((uint64_t)period * 3);
	case 1:
	case 2:
		return time + (weir_time)random_below((uint64_t)period / 4 + 1);
	default:
		return time;
	}
}

Test(rate, in_no_window_more_than_the_limit_and_the_burst)
{
	for (int round = 0; round < 2000; round++) {
		uint64_t limit = 1 + random_below(40), burst = 1 + random_below(20);
		weir_duration period = 1 + (weir_duration)random_below(round % 2 == 0 ? 1000 : 1000000000);
		struct weir_rate rate = gcra(limit, period, burst);
		weir_time times[GRANTS], arrival = 0, now = 0;
		uint64_t costs[GRANTS];

		for (int index = 0; index < GRANTS; index++) {
			arrival = next_arrival(arrival, period);
			now = now > arrival ? now : arrival;
			costs[index] = 1;
			times[index] = now = go(&rate, 1, now);
		}
		cr_assert_leq(most_in_a_window(times, costs, GRANTS, period), limit + burst - 1);
		weir_rate_finish(&rate);
	}
}

Test(rate, under_saturation_exactly_the_limit)
{
	for (int round = 0; round < 2000; round++) {
		uint64_t limit = 1 + random_below(1000), burst = 1 + random_below(20);
		weir_duration period = 1 + (weir_duration)random_below(1000000000);
		struct weir_rate rate = gcra(limit, period, burst);
		weir_time time = 0;

		/* So many periods after the burst, so many times the limit. */
		for (uint64_t index = 0; index < burst + 3 * limit; index++)
			time = go(&rate, 1, time);
		cr_assert_eq(time, 3 * period);
	}
}

Test(rate, a_sliding_window_holds_exactly_the_limit_however_it_is_laid)
{
	for (int round = 0; round < 2000; round++) {
		uint64_t limit = 1 + random_below(40);
		weir_duration period = 1 + (weir_duration)random_below(round % 2 == 0 ? 1000 : 1000000000);
		struct weir_rate rate = window(limit, period);
		weir_time times[GRANTS], arrival = 0, now = 0;
		uint64_t costs[GRANTS];

		/* go() also asserts that none could have gone earlier. */
		for (int index = 0; index < GRANTS; index++) {
			arrival = next_arrival(arrival, period);
			now = now > arrival ? now : arrival;
			costs[index] = random_below(4) == 0 ? 1 + random_below(limit) : 1;
			times[index] = now = go(&rate, costs[index], now);
		}
		cr_assert_leq(most_in_a_window(times, costs, GRANTS, period), limit);
		weir_rate_finish(&rate);
	}
}

Test(rate, a_sliding_window_lets_the_limit_go_at_once_and_then_one_for_each_that_gets_old)
{
	struct weir_rate rate = window(3, weir_s(1));

	cr_expect_eq(go(&rate, 1, 0), 0);
	cr_expect_eq(go(&rate, 1, weir_ms(200)), weir_ms(200));
	cr_expect_eq(go(&rate, 1, weir_ms(999)), weir_ms(999));
	/* Here a fixed window would let three more pass. */
	cr_expect_eq(go(&rate, 1, weir_ms(999)), weir_s(1));
	cr_expect_eq(go(&rate, 1, weir_s(1)), weir_ms(1200));
	cr_expect_eq(go(&rate, 2, weir_ms(1200)), weir_s(2));
	weir_rate_finish(&rate);
}

Test(rate, a_cost_beyond_a_sliding_window_counts_as_the_limit)
{
	struct weir_rate rate = window(3, weir_s(1));

	cr_expect_eq(go(&rate, 1, 0), 0);
	cr_expect_eq(go(&rate, 9, 0), weir_s(1));
	cr_expect_eq(go(&rate, 1, weir_s(1)), weir_s(2));
	weir_rate_finish(&rate);
}

Test(rate, a_new_rate_counts_what_is_owed_in_requests)
{
	struct weir_rate rate = gcra(1, weir_minutes(60), 0);

	cr_expect_eq(go(&rate, 1, 0), 0);
	weir_rate_set(&rate, 10, weir_s(1), 0);
	weir_time time = weir_rate_earliest(&rate, 1, 0);

	cr_expect(time >= weir_ms(100) && time <= weir_ms(100) + 2, "%lld", (long long)time);
	/* Half of it has been paid off by then. */
	weir_rate_set(&rate, 1, weir_s(10), weir_ms(50));
	time = weir_rate_earliest(&rate, 1, 0);
	cr_expect(time >= weir_ms(50) + weir_s(5) && time <= weir_ms(51) + weir_s(5), "%lld", (long long)time);
	weir_rate_set(&rate, 0, 0, weir_ms(50));
	cr_expect_eq(weir_rate_earliest(&rate, 1, weir_ms(50)), weir_ms(50));
}

Test(rate, a_new_limit_of_a_sliding_window_counts_what_went)
{
	struct weir_rate rate = window(5, weir_s(1));

	for (int index = 0; index < 4; index++)
		go(&rate, 1, weir_ms(index));
	weir_rate_set(&rate, 2, weir_s(2), weir_ms(10));
	/* The first three must be older than two seconds. */
	cr_expect_eq(go(&rate, 1, weir_ms(10)), weir_s(2) + weir_ms(2));
	weir_rate_finish(&rate);
}

Test(rate, no_number_overflows)
{
	const uint64_t limits[] = { 1, 2, 3, 1000, WEIR_RATE_MAX - 1, WEIR_RATE_MAX };
	const weir_duration periods[] = { 1, 2, 1000, weir_s(1), INT64_MAX / 2, INT64_MAX - 1, INT64_MAX };
	const uint64_t costs[] = { 1, 2, 1000, WEIR_RATE_MAX - 1, WEIR_RATE_MAX };

	for (size_t l = 0; l < sizeof limits / sizeof *limits; l++)
		for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
			for (size_t c = 0; c < sizeof costs / sizeof *costs; c++)
				for (size_t b = 0; b < sizeof costs / sizeof *costs; b++) {
					struct weir_rate rate = gcra(limits[l], periods[p], costs[b]);
					weir_time time = 0;

					for (int index = 0; index < 20; index++) {
						weir_time before = time;

						time = weir_rate_earliest(&rate, costs[c], time);
						cr_assert_geq(time, before);
						weir_rate_take(&rate, costs[c], time);
					}
				}
}
