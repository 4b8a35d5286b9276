/*
 * When something may happen so that a rate is kept: the arithmetic of limiters, without clock, queue or policy.
 *
 * GCRA is exact: the interval limit/period is kept as a fraction, so nothing is lost in the long run, and what is granted
 * at a whole nanosecond is never too early.
 */
#ifndef WEIR_KIT_RATE_H
#define WEIR_KIT_RATE_H

#include <weir/limiter.h>

#include "base/ring.h"

#define WEIR_RATE_MAX (UINT64_C(1) << 31)

struct weir_rate_entry {
	weir_time time;
	uint64_t cost;
};

struct weir_rate {
	enum weir_limiter_algorithm algorithm;
	uint64_t limit; /* 0: no limit */
	weir_duration period;
	uint64_t burst;
	/* GCRA: when the debt of all that was granted is paid off, whole nanoseconds and a fraction in 1/limit. */
	weir_time paid_off;
	uint64_t paid_off_fraction;
	/* Sliding window: what was granted, oldest first, the newest apart. */
	struct weir_ring older; /* struct weir_rate_entry */
	struct weir_rate_entry newest;
	uint64_t in_window;
};

/* @param burst  0: 1 */
void weir_rate_init(struct weir_rate *rate, enum weir_limiter_algorithm algorithm, uint64_t burst);

/* Whether a limit and period can be set. */
static inline bool weir_rate_is_valid(uint64_t limit, weir_duration period)
{
	return limit == 0 || (limit <= WEIR_RATE_MAX && period > 0);
}

/* From now on; what was granted counts on. No limit at first. */
void weir_rate_set(struct weir_rate *rate, uint64_t limit, weir_duration period, weir_time now);

/*
 * The earliest time at which `cost` may be granted; `now` if that is possible. A cost beyond the burst goes when nothing
 * is owed, and is then paid off; one beyond the limit of a sliding window counts as the limit.
 */
weir_time weir_rate_earliest(struct weir_rate *rate, uint64_t cost, weir_time now);

/* `cost` is granted. Without memory, what a sliding window remembers becomes coarser, and stricter. */
void weir_rate_take(struct weir_rate *rate, uint64_t cost, weir_time now);

void weir_rate_finish(struct weir_rate *rate);

#endif
