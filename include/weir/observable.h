/** @file
 * Observables (recipes), observers (callbacks) and subscriptions (running pipelines). */
#ifndef WEIR_OBSERVABLE_H
#define WEIR_OBSERVABLE_H

#include <weir/api.h>
#include <weir/error.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A clock, timers and I/O on one thread; see weir/loop.h. */
typedef struct weir_loop weir_loop;

/** A running pipeline. */
typedef struct weir_subscription weir_subscription;

/** Demand without a count. */
#define WEIR_UNBOUNDED UINT64_MAX

/** As weir_observer::demand: begin with no demand at all; weir_request() asks. */
#define WEIR_ON_REQUEST (UINT64_MAX - 1)

/** @name Callbacks of operators
 * Arguments are borrowed, results owned. `context` is what was given beside the callback.
 * @{ */

/** Value to value. Failure: return weir_fail(). */
typedef weir_value (*weir_mapper)(weir_value value, void *context);

/** As ::weir_mapper, with the value's index: 0, 1, … in each subscription. */
typedef weir_value (*weir_mapper_indexed)(weir_value value, uint64_t index, void *context);

/** > 0 yes, 0 no, < 0 a negated errno, which ends the stream with that error. */
typedef int (*weir_predicate)(weir_value value, void *context);

/** As ::weir_predicate, with the value's index: 0, 1, … in each subscription. */
typedef int (*weir_predicate_indexed)(weir_value value, uint64_t index, void *context);

/**
 * Values to values: as many into `ret_results`, each owned. 0, or a negated errno, which ends the stream; then none is
 * looked at. For the macros of weir/arrays.h.
 */
typedef int (*weir_array_mapper)(const weir_value *values, size_t count, weir_value *ret_results, void *context);

/** Which values pass: true or false for each into `ret_passes`. 0, or a negated errno, which ends the stream. */
typedef int (*weir_array_predicate)(const weir_value *values, size_t count, bool *ret_passes, void *context);

/** Accumulated value and next values to accumulated value. Failure: return weir_fail(). */
typedef weir_value (*weir_array_accumulator)(
	weir_value accumulated, const weir_value *values, size_t count, void *context);

/**
 * Values to any number of values, each owned, into `ret_results`, which has room for `room`: how many there are, or a
 * negated errno, which ends the stream; then none is looked at.
 */
typedef int (*weir_array_transformer)(
	const weir_value *values, size_t count, weir_value *ret_results, size_t room, void *context);

/** Value to observable; the result is consumed. NULL counts as failure `EINVAL`. */
typedef weir_observable *(*weir_project)(weir_value value, void *context);

/** Accumulated value and next value to accumulated value. */
typedef weir_value (*weir_accumulator)(weir_value accumulated, weir_value value, void *context);

/** As ::weir_accumulator, with the value's index: 0, 1, … in each subscription. */
typedef weir_value (*weir_accumulator_indexed)(weir_value accumulated, weir_value value, uint64_t index, void *context);

/** Accumulated value and next value to observable; the result is consumed. NULL counts as failure `EINVAL`. */
typedef weir_observable *(*weir_accumulating_project)(weir_value accumulated, weir_value value, void *context);

/** Values to one value; the array is borrowed, too. */
typedef weir_value (*weir_combiner)(const weir_value *values, size_t count, void *context);

/** > 0 equal, 0 different, < 0 a negated errno. */
typedef int (*weir_equality)(weir_value left, weir_value right, void *context);

/** < 0, 0, > 0: the left one is smaller, equal, greater. It cannot fail. */
typedef int (*weir_comparator)(weir_value left, weir_value right, void *context);

/** Error to observable; the result is consumed. */
typedef weir_observable *(*weir_error_handler)(const weir_error *error, void *context);

/** Makes an observable for one subscription. */
typedef weir_observable *(*weir_factory)(void *context);

/** @} */

/**
 * The user's end of a pipeline. All callbacks are optional; they run on the loop's thread, one at a time:
 * `subscribed · next* · (error | complete)? · destroy`.
 */
struct weir_observer {
	/** First of all, before anything is emitted: the handle, borrowed until the subscription ends. */
	void (*subscribed)(weir_subscription *subscription, void *context);
	/** One item, borrowed. */
	void (*next)(weir_value value, void *context);
	/** Several items at once, all borrowed; without it they come one by one through `next`. */
	void (*next_batch)(const weir_value *values, size_t count, void *context);
	/** The end by failure; the error is borrowed. Without it the error goes to the loop's `on_unhandled_error`. */
	void (*error)(const weir_error *error, void *context);
	/** The end by success. */
	void (*complete)(void *context);
	/** Called exactly once, after everything else and also on cancel: the context may be freed. */
	void (*destroy)(void *context);
	/** Handed to all of them. */
	void *context;
	/** Demand to begin with: 0 means `WEIR_UNBOUNDED`, `WEIR_ON_REQUEST` means none. */
	uint64_t demand;
};
/** Short for the struct. */
typedef struct weir_observer weir_observer;

/** @name Recipes
 * Immutable and reusable: each subscription runs its own pipeline. A constructor consumes the observables it is given,
 * even when it fails; a failed one yields an observable that fails when subscribed, so a chain needs no checks.
 * @{ */

/** One more reference. @return `observable`, owned */
WEIR_API weir_observable *weir_ref(weir_observable *observable);

/** One reference less; NULL is allowed. */
WEIR_API void weir_unref(weir_observable *observable);

/**
 * Let several threads own `observable` from now on: its count becomes atomic.
 *
 * Until then a recipe belongs to the thread that made it (an uncontended atomic count would cost more than all else of
 * a subscription). Mark each one that is handed to another thread or kept by two. What it is made of is marked with it:
 * its stages, and the values and recipes that they hold.
 *
 * @return `observable`
 */
WEIR_API weir_observable *weir_across_threads(weir_observable *observable);

/**
 * Tie a callback context to a recipe.
 *
 * @param observable  consumed
 * @param destroy     called exactly once with `context`, when no subscription and no reference can use the recipe any
 *                    more; at once, if this function fails
 * @return owned: the same pipeline
 */
WEIR_API weir_observable *weir_with_context(weir_observable *observable, void *context, void (*destroy)(void *context));

/** @} */

/** @name Subscriptions
 *
 * @{ */

/**
 * Run a pipeline.
 *
 * Items may arrive before this returns. Without memory the observer gets the error `ENOMEM`, then `destroy`.
 *
 * @param observable  consumed
 * @param loop        where it runs; call this on the loop's thread. Where weir_observe_on() moves the pipeline to another
 *                    loop, the observer runs there, and is the first to get the handle, by `subscribed`
 * @param observer    copied
 * @return the handle, borrowed: valid until the subscription ends (`destroy` tells), or for as long as
 *         weir_subscription_ref() holds it. NULL when it has ended already, or runs on another loop; NULL is allowed
 *         wherever a handle is.
 */
WEIR_API weir_subscription *weir_subscribe(
	weir_observable *observable, weir_loop *loop, const struct weir_observer *observer);

/** As weir_subscribe(), but `observable` is borrowed: for a recipe that is run again and again. */
WEIR_API weir_subscription *weir_subscribe_borrowed(
	weir_observable *observable, weir_loop *loop, const struct weir_observer *observer);

/**
 * Ask for `count` more items; `WEIR_UNBOUNDED` switches counting off.
 *
 * May be called from inside a callback; what it makes possible is then delivered after that callback returned. From
 * another thread it is posted to the loop (hold a reference). After the end it does nothing. A count of 0 does nothing.
 */
WEIR_API void weir_request(weir_subscription *subscription, uint64_t count);

/**
 * End a subscription: final and synchronous.
 *
 * When it returns, no callback of the subscription will run again and `destroy` has been called. From inside one of its
 * callbacks: every later signal is stopped, `destroy` is called before this returns. From another thread it is posted to
 * the loop (hold a reference). Again, after the end, or on NULL it does nothing.
 */
WEIR_API void weir_cancel(weir_subscription *subscription);

/** Whether it has neither ended nor been cancelled. */
WEIR_API bool weir_subscription_is_active(const weir_subscription *subscription);

/** Hold the handle beyond the end. @return `subscription` */
WEIR_API weir_subscription *weir_subscription_ref(weir_subscription *subscription);

/** Release the handle; NULL is allowed. It does not cancel. From any thread while the loop lives. */
WEIR_API void weir_subscription_unref(weir_subscription *subscription);

/** The loop it runs on. */
WEIR_API weir_loop *weir_subscription_loop(const weir_subscription *subscription);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
