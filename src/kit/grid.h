/* Points in time one period apart, reckoned from the first and not from when a timer fired: a grid does not drift. */
#ifndef WEIR_KIT_GRID_H
#define WEIR_KIT_GRID_H

#include <weir/time.h>

/*
 * Move `*due` to the first point after `now`. Returns how many points were due: at least 1. A period of 0 has one point
 * per call.
 *
 * @param due  not after `now`
 */
static inline int64_t weir_grid_advance(weir_time *due, weir_duration period, weir_time now)
{
	int64_t count = 1;

	if (period <= 0) {
		*due = now;
		return 1;
	}
	if (now > *due)
		count += (now - *due) / period;
	*due = weir_time_after(*due, count == 1 ? period : weir_duration_scale(count, period));
	return count;
}

#endif
