/** @file
 * Operators about demand: what to do where items come faster than they are asked for. */
#ifndef WEIR_DEMAND_H
#define WEIR_DEMAND_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What weir_on_overflow() does with an item that nobody has asked for yet. */
enum weir_overflow_policy {
	/** Keep it; when `capacity` items wait, fail with ::WEIR_EOVERFLOW. */
	WEIR_OVERFLOW_BUFFER,
	/** Keep it; when `capacity` items wait, drop the one that has waited longest. */
	WEIR_OVERFLOW_DROP_OLDEST,
	/** Keep it; when `capacity` items wait, drop it. */
	WEIR_OVERFLOW_DROP_NEWEST,
	/** Keep the newest one only. The capacity is not used. */
	WEIR_OVERFLOW_LATEST,
	/** Fail with ::WEIR_EOVERFLOW. The capacity is not used. */
	WEIR_OVERFLOW_ERROR,
};

/**
 * Stand between a source that cannot wait and a consumer that asks.
 *
 *     source:                            -1-2-3-4------5-|
 *     asked for:                         1.......3........
 *     on_overflow(DROP_OLDEST, 2):       -1------(34)--5-|
 *
 * Items that are asked for pass at once. Others wait, or are dropped, by the policy; what is dropped is reported to the
 * loop's `on_dropped` with this stage's name. Completion waits for what waits; an error overtakes it.
 *
 * @param source    consumed
 * @param policy    see ::weir_overflow_policy
 * @param capacity  how many items may wait, at least 1; SIZE_MAX: any number
 * @return owned
 *
 * Errors: ::WEIR_EOVERFLOW by the policy; `EINVAL` for a capacity of 0. Demand: the source is asked for everything.
 * Since 0.1. RxJS: none (RxJava: `onBackpressureBuffer`, `onBackpressureDrop`, `onBackpressureLatest`).
 */
WEIR_API weir_observable *weir_on_overflow(weir_observable *source, enum weir_overflow_policy policy, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
