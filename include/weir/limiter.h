/** @file
 * Rate limiters: one quota, shared by any number of pipelines of one loop.
 *
 *     weir_limiter *limiter = weir_limiter_new(loop, &(weir_limiter_options){ .limit = 10, .period = weir_s(1) });
 *
 *     weir_observable *a = weir_merge_map(weir_rate_limit(requests, limiter), fetch, NULL, 4);
 *     weir_observable *b = weir_retry(weir_concat_map(weir_rate_limit(weir_just(url), limiter), fetch, NULL), &options);
 *
 * The first request goes at once. Requests that have to wait do so in one queue, in the order they came, whatever
 * pipeline they belong to. What stands inside weir_retry(), as in `b`, asks for leave again with each attempt.
 *
 * **Two algorithms.** The generic cell rate algorithm (ITU-T I.371) spaces requests evenly, `period` / `limit` apart, after
 * a burst of up to `burst`: no window of time, however it is laid, holds more than the rate gives plus the burst.
 * A loop that is a few milliseconds late does not slow the rate down: what was due then goes now.
 * The sliding window lets `limit` requests go at once and then as each becomes older than `period`: no window of that
 * length, however it is laid, holds more than `limit`. Neither has edges at which twice the limit could pass.
 *
 * **The server steers.** weir_limiter_observe() takes what an answer says about quotas.
 *
 * The weight of a request is its cost, usually 1; read "request" as "a cost of 1" above.
 */
#ifndef WEIR_LIMITER_H
#define WEIR_LIMITER_H

#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A limiter. Reference-counted; belongs to its loop's thread. */
typedef struct weir_limiter weir_limiter;

enum weir_limiter_algorithm {
	WEIR_LIMITER_GCRA, /**< even spacing after a burst */
	WEIR_LIMITER_SLIDING_WINDOW, /**< exactly `limit` in any window of `period`; remembers each for so long */
};

/** What becomes of a request that cannot go now. */
enum weir_limiter_policy {
	WEIR_LIMITER_WAIT, /**< it waits for its turn */
	WEIR_LIMITER_DROP, /**< it waits, unless `max_waiting` do: then it is refused, and its item dropped */
	WEIR_LIMITER_FAIL, /**< it waits, unless `max_waiting` do: then it is refused, and its stream fails */
};

/** All zero: nothing is limited until a server says so. */
struct weir_limiter_options {
	/** So many requests in … 0: no limit of its own. At most 2^31. */
	uint64_t limit;
	/** … so long. */
	weir_duration period;
	/** How many may go at once after a pause; not of the sliding window. 0: 1. At most 2^31. */
	uint64_t burst;
	enum weir_limiter_algorithm algorithm;
	enum weir_limiter_policy policy;
	/** Requests of all pipelines that may wait; of `WEIR_LIMITER_DROP` and `WEIR_LIMITER_FAIL`. 0: none, so that the
	 * limiter only lets pass or refuses. */
	size_t max_waiting;
	/** The longest that a server's answer can make everything wait. 0: one hour. */
	weir_duration max_pause;
};
/** Short for it. */
typedef struct weir_limiter_options weir_limiter_options;

/** What an answer says about quotas. All zero: nothing. */
struct weir_limiter_signal {
	/** Retry-After: nothing goes for so long. 0: not said. */
	weir_duration retry_after;
	/** Whether the next two were said. */
	bool has_remaining;
	/** So many requests are left … */
	uint64_t remaining;
	/** … until the quota is renewed, so long from now. */
	weir_duration reset;
	/** The server's own limit: so many requests … 0: not said. */
	uint64_t limit;
	/** … in so long. */
	weir_duration period;
};
/** Short for it. */
typedef struct weir_limiter_signal weir_limiter_signal;

/**
 * A new limiter.
 *
 * @param loop     of all the pipelines that will use it; must outlive what waits
 * @param options  copied; NULL for the defaults
 * @return owned; NULL with errno `EINVAL` for options out of range, `ENOMEM` without memory
 */
WEIR_API weir_limiter *weir_limiter_new(weir_loop *loop, const struct weir_limiter_options *options);

/** One more reference. @return `limiter`, owned */
WEIR_API weir_limiter *weir_limiter_ref(weir_limiter *limiter);

/** One reference less; NULL is allowed. Pipelines hold references of their own. */
WEIR_API void weir_limiter_unref(weir_limiter *limiter);

/**
 * Let a server's answer steer the limiter.
 *
 * - `retry_after`: nothing goes until then.
 * - `remaining` and `reset`: no more than that goes until then. Answers may come late and out of order: within one quota
 *   (a reset time at most a second later than the known one) the smaller number stands.
 * - `limit` and `period`: the rate from now on, unless the limiter's own is slower.
 *
 * No wait of these is longer than `max_pause`. What can go now goes in the loop's next turn.
 */
WEIR_API void weir_limiter_observe(weir_limiter *limiter, const struct weir_limiter_signal *signal);

/** Let nothing go until `time`; a time in the past ends a pause. */
WEIR_API void weir_limiter_pause_until(weir_limiter *limiter, weir_time time);

/**
 * Change the limiter's own rate; what went already counts on.
 *
 * @param limit  0: no limit
 * @return 0, or -EINVAL for a rate out of range
 */
WEIR_API int weir_limiter_set_rate(weir_limiter *limiter, uint64_t limit, weir_duration period);

/** How many requests wait. */
WEIR_API size_t weir_limiter_waiting(const weir_limiter *limiter);

#ifdef __cplusplus
}
#endif
#endif
