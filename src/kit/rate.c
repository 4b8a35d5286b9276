/* When something may happen so that a rate is kept. See kit/rate.h. */
#include "kit/rate.h"

#include <math.h>

void weir_rate_init(struct weir_rate *rate, enum weir_limiter_algorithm algorithm, uint64_t burst)
{
	*rate = (struct weir_rate){ .algorithm = algorithm, .burst = burst > 0 ? burst : 1 };
	weir_ring_init(&rate->older, sizeof(struct weir_rate_entry));
}

void weir_rate_set(struct weir_rate *rate, uint64_t limit, weir_duration period, weir_time now)
{
	/* What is owed is so many requests, whatever time that takes now. Rounded up: never too early. */
	double owed = 0;

	if (rate->limit > 0 && rate->paid_off > now)
		owed = ((double)(rate->paid_off - now) + 1) * (double)rate->limit / (double)rate->period;
	rate->limit = limit;
	rate->period = period;
	rate->paid_off_fraction = 0;
	rate->paid_off = now;
	if (limit > 0 && owed > 0) {
		double span = ceil(owed * (double)period / (double)limit);

		rate->paid_off = span < (double)WEIR_FOREVER ? weir_time_after(now, (weir_duration)span) : WEIR_FOREVER;
	}
}

void weir_rate_finish(struct weir_rate *rate)
{
	weir_ring_finish(&rate->older);
}

/* How long `cost` takes at the rate: nanoseconds, and a fraction in 1/limit. All factors are at most 2^31. */
static weir_duration time_of(const struct weir_rate *rate, uint64_t cost, uint64_t *ret_fraction)
{
	uint64_t whole = (uint64_t)rate->period / rate->limit;
	uint64_t fraction = (uint64_t)rate->period % rate->limit * cost;
	weir_duration span = whole > 0 ? weir_duration_scale((int64_t)cost, (int64_t)whole) : 0;

	*ret_fraction = fraction % rate->limit;
	return weir_time_after(span, (weir_duration)(fraction / rate->limit));
}

static weir_time earliest_by_spacing(const struct weir_rate *rate, uint64_t cost, weir_time now)
{
	uint64_t fraction;
	weir_time earliest = rate->paid_off;

	/* What is left of the burst may be owed. */
	earliest -= time_of(rate, rate->burst > cost ? rate->burst - cost : 0, &fraction);
	if (rate->paid_off_fraction > fraction && earliest < WEIR_FOREVER)
		earliest++;
	return earliest > now ? earliest : now;
}

static void take_by_spacing(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	uint64_t fraction;
	weir_duration span = time_of(rate, cost, &fraction);

	/* What was paid off within the last nanosecond was due now: its fraction counts on. */
	if (rate->paid_off < now - (rate->paid_off_fraction > 0)) {
		rate->paid_off = now;
		rate->paid_off_fraction = 0;
	}
	fraction += rate->paid_off_fraction;
	rate->paid_off = weir_time_after(weir_time_after(rate->paid_off, span), fraction >= rate->limit);
	rate->paid_off_fraction = fraction >= rate->limit ? fraction - rate->limit : fraction;
}

static struct weir_rate_entry *older_at(const struct weir_rate *rate, size_t index)
{
	return weir_ring_at(&rate->older, index);
}

static void forget_old(struct weir_rate *rate, weir_time now)
{
	while (rate->older.count > 0 && weir_time_after(older_at(rate, 0)->time, rate->period) <= now) {
		rate->in_window -= older_at(rate, 0)->cost;
		weir_ring_pop(&rate->older);
	}
	if (rate->older.count == 0 && rate->newest.cost > 0 &&
		weir_time_after(rate->newest.time, rate->period) <= now) {
		rate->in_window -= rate->newest.cost;
		rate->newest.cost = 0;
	}
}

static weir_time earliest_by_window(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	uint64_t needed = cost < rate->limit ? cost : rate->limit;
	uint64_t left;

	forget_old(rate, now);
	left = rate->in_window;
	if (left + needed <= rate->limit)
		return now;
	for (size_t index = 0; index < rate->older.count; index++) {
		left -= older_at(rate, index)->cost;
		if (left + needed <= rate->limit)
			return weir_time_after(older_at(rate, index)->time, rate->period);
	}
	return weir_time_after(rate->newest.time, rate->period);
}

static void take_by_window(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	forget_old(rate, now);
	rate->in_window += cost;
	if (rate->newest.cost > 0 && rate->newest.time != now) {
		struct weir_rate_entry *room = weir_ring_push(&rate->older);

		if (room != NULL) {
			*room = rate->newest;
			rate->newest.cost = 0;
		}
	}
	rate->newest.time = now;
	rate->newest.cost += cost;
}

weir_time weir_rate_earliest(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	if (rate->limit == 0 || cost == 0)
		return now;
	if (rate->algorithm == WEIR_LIMITER_SLIDING_WINDOW)
		return earliest_by_window(rate, cost, now);
	return earliest_by_spacing(rate, cost, now);
}

void weir_rate_take(struct weir_rate *rate, uint64_t cost, weir_time now)
{
	if (rate->limit == 0 || cost == 0)
		return;
	if (rate->algorithm == WEIR_LIMITER_SLIDING_WINDOW)
		take_by_window(rate, cost, now);
	else
		take_by_spacing(rate, cost, now);
}
