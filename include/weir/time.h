/** @file
 * Durations and points in time: signed nanoseconds. */
#ifndef WEIR_TIME_H
#define WEIR_TIME_H

#include <weir/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A span of time in nanoseconds. Arithmetic on it saturates at `WEIR_FOREVER`. */
typedef int64_t weir_duration;

/** A point in time in nanoseconds of a loop's monotonic clock; its zero means nothing. */
typedef int64_t weir_time;

/** Longer than anything: about 292 years. */
#define WEIR_FOREVER INT64_MAX

static inline weir_duration weir_duration_scale(int64_t count, int64_t unit)
{
	if (count > WEIR_FOREVER / unit)
		return WEIR_FOREVER;
	if (count < -(WEIR_FOREVER / unit))
		return -WEIR_FOREVER;
	return count * unit;
}

/** `count` nanoseconds. */
static inline weir_duration weir_ns(int64_t count)
{
	return count;
}

/** `count` microseconds. */
static inline weir_duration weir_us(int64_t count)
{
	return weir_duration_scale(count, 1000);
}

/** `count` milliseconds. */
static inline weir_duration weir_ms(int64_t count)
{
	return weir_duration_scale(count, 1000000);
}

/** `count` seconds. */
static inline weir_duration weir_s(int64_t count)
{
	return weir_duration_scale(count, 1000000000);
}

/** `count` minutes. */
static inline weir_duration weir_minutes(int64_t count)
{
	return weir_duration_scale(count, 60000000000);
}

/** The time `span` after `start`; a negative span counts as none, the sum stops at `WEIR_FOREVER`. */
static inline weir_time weir_time_after(weir_time start, weir_duration span)
{
	if (span <= 0)
		return start;
	return start > WEIR_FOREVER - span ? WEIR_FOREVER : start + span;
}

#ifdef __cplusplus
}
#endif
#endif
