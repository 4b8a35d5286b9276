/** @file
 * Operators about demand: what to do where items come faster than they are asked for. */
#ifndef WEIR_DEMAND_H
#define WEIR_DEMAND_H

#include <weir/limiter.h>
#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * While nobody asks, merge what comes into one item.
 *
 *     source:        -1-2-3-4-5-|
 *     asked for:     1.....1....1
 *     conflate +:    -1----5----(9|)   5 = 2 + 3, 9 = 4 + 5
 *
 * The consumer gets a summary instead of a backlog, and the source is not slowed down. What is asked for passes as it is.
 *
 * @param source   consumed
 * @param merge    from the item that waits and a value to the item that waits then
 * @param context  handed to `merge`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source, at once; what waits is lost. What `merge` reports; `EINVAL` when it is NULL. Completion: waits
 * until the item that waits has been asked for. Demand: the source is asked for everything. Since 0.1. RxJS: none (RxJava:
 * `onBackpressureReduce`; Akka: `conflate`).
 */
WEIR_API weir_observable *weir_conflate(weir_observable *source, weir_accumulator merge, void *context);

/**
 * The same where an item is made of the first value by a function of its own, also of one that is asked for.
 *
 * @param source   consumed
 * @param seed     from a value to an item
 * @param merge    from the item that waits and a value to the item that waits then
 * @param context  handed to both; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_conflate(); what `seed` reports. Demand: as weir_conflate(). Since 0.1. RxJS: none (Akka:
 * `conflateWithSeed`).
 */
WEIR_API weir_observable *weir_conflate_with_seed(
	weir_observable *source, weir_mapper seed, weir_accumulator merge, void *context);

/** What weir_on_overflow() does with an item that nobody has asked for yet. */
enum weir_overflow_policy {
	/** Keep it; when `capacity` items wait, fail with `WEIR_EOVERFLOW`. */
	WEIR_OVERFLOW_BUFFER,
	/** Keep it; when `capacity` items wait, drop the one that has waited longest. */
	WEIR_OVERFLOW_DROP_OLDEST,
	/** Keep it; when `capacity` items wait, drop it. */
	WEIR_OVERFLOW_DROP_NEWEST,
	/** Keep the newest one only. The capacity is not used. */
	WEIR_OVERFLOW_LATEST,
	/** Fail with `WEIR_EOVERFLOW`. The capacity is not used. */
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
 * Errors: `WEIR_EOVERFLOW` by the policy; `EINVAL` for a capacity of 0. Completion: after what waits. Demand: the
 * source is asked for everything. Since 0.1. RxJS: none (RxJava: `onBackpressureBuffer`, `onBackpressureDrop`,
 * `onBackpressureLatest`).
 */
WEIR_API weir_observable *weir_on_overflow(weir_observable *source, enum weir_overflow_policy policy, size_t capacity);

/**
 * Ask the source for a limited number of items at a time, whatever downstream asks for.
 *
 *     source:             (12345678|)
 *     limit_rate 4:       (12345678|)   asks for 4, then 3 more whenever 3 have come
 *
 * Items pass as they come. It keeps a source that reads ahead (a transfer, another thread) from reading everything when
 * downstream asks without a count.
 *
 * @param source  consumed
 * @param batch   at least 1
 * @return owned
 *
 * Errors: of the source; `EINVAL` for a batch of 0. Completion: nothing held. Demand: as said, never more than downstream
 * asks for. Since 0.1.
 * RxJS: none (Reactor: `limitRate`).
 */
WEIR_API weir_observable *weir_limit_rate(weir_observable *source, uint64_t batch);

/** The cost of an item, at most 2^31; 0: free. The item is borrowed. */
typedef uint64_t (*weir_cost)(weir_value value, void *context);

/**
 * Let each item pass when a limiter gives leave, in order, each at the cost of 1.
 *
 *     source:                             (1234|)
 *     rate_limit, 1 per 3 ms:             1--2--3--(4|)
 *
 * With `WEIR_LIMITER_WAIT` nothing is lost: the source is asked for one item at a time, so a source that can pause does.
 * One that cannot needs weir_on_overflow() in front, or a limiter of another policy. Under `WEIR_LIMITER_DROP` and
 * `WEIR_LIMITER_FAIL` the source is asked for what downstream asks for; items that may not wait are dropped, and reported
 * to the loop's `on_dropped`, or end the stream.
 *
 * @param source   consumed
 * @param limiter  referenced; of the loop that this runs on. Shared with other pipelines: first come, first served
 * @return owned
 *
 * Errors: of the source, before what waits; `WEIR_ERATE` under `WEIR_LIMITER_FAIL`; `EINVAL` for a limiter that is NULL
 * or of another loop. Completion: after the last item that waits. Demand: as said; no more than downstream asks for.
 * Since 0.1. RxJS: none.
 */
WEIR_API weir_observable *weir_rate_limit(weir_observable *source, weir_limiter *limiter);

/**
 * As weir_rate_limit(), each item at its own cost: bytes, say.
 *
 * @param cost     asked once for each item
 * @param context  handed to `cost`; see weir_with_context()
 *
 * Errors: also `EINVAL` for a cost that can never be granted.
 */
WEIR_API weir_observable *weir_rate_limit_by(
	weir_observable *source, weir_limiter *limiter, weir_cost cost, void *context);

#ifdef __cplusplus
}
#endif
#endif
