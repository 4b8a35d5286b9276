/** @file
 * Operators that answer an error, or run a source again. */
#ifndef WEIR_RECOVERING_H
#define WEIR_RECOVERING_H

#include <weir/error.h>
#include <weir/observable.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Go on with another observable when the source fails.
 *
 *     source:                   -1-2-#
 *     catch_error → -8-9|:      -1-2--8-9|
 *
 * The source is released before the other one is subscribed to. What that one fails with passes.
 *
 * @param source   consumed
 * @param handler  makes the observable for an error
 * @param context  handed to `handler`; see weir_with_context()
 * @return owned
 *
 * Errors: of the handler's observable; `EINVAL` when `handler` returns NULL. Completion: of the one that runs; nothing
 * held. Order: the source, then what the handler made. Demand: passed on; the handler's observable is asked for what is
 * left. Since 0.1. RxJS: `catchError`.
 */
WEIR_API weir_observable *weir_catch_error(weir_observable *source, weir_error_handler handler, void *context);

/**
 * As weir_catch_error(), and the handler may run the source again.
 *
 *     source:                                -1-#
 *     caught twice, then → 8|:               -1--1--1-(8|)
 *
 * `caught` is the observable that this returns: a subscription to it runs the source with the same handling of its errors.
 * A handler that returns `caught` itself, as in `return weir_ref(caught)`, may do so any number of times: nothing nests, and
 * a source that always fails yields to the loop now and then. To try again after a while see weir_retry().
 *
 * @param source   consumed
 * @param handler  makes the observable for an error; `caught` is borrowed
 * @param context  handed to `handler`; see weir_with_context()
 * @return owned
 *
 * Errors: of the handler's observable; `EINVAL` when `handler` is NULL or returns NULL. Demand: passed on; what runs next
 * is asked for what is left. Since 0.1. RxJS: `catchError`.
 */
WEIR_API weir_observable *weir_catch_error_again(weir_observable *source,
	weir_observable *(*handler)(const weir_error *error, weir_observable *caught, void *context), void *context);

/**
 * A value in place of nothing.
 *
 *     source:              --|          -1-|
 *     default_if_empty 7:  --(7|)       -1-|
 *
 * @param source    consumed
 * @param fallback  consumed; emitted when the source completes without an item; of kind error: the stream fails with it
 * @return owned
 *
 * Errors: of the source; `fallback`, if it is one. Completion: without an item the default waits until it is asked for.
 * Demand: passed on; `fallback` waits until it is asked for. Since 0.1. RxJS: `defaultIfEmpty`.
 */
WEIR_API weir_observable *weir_default_if_empty(weir_observable *source, weir_value fallback);

/**
 * One source after the other, however each of them ends.
 *
 *     a:                     -1-#
 *     b:                     --2-|
 *     on_error_resume_next:  -1---2-|
 *
 * Errors count as completion and are dropped: nobody is told. The next source is subscribed to when the one before has
 * been released.
 *
 * @param sources  each consumed; the array stays the caller's
 * @param count    how many; 0: as weir_empty()
 * @return owned
 *
 * Errors: `EINVAL` when one of the sources is NULL. Completion: after the last source. Order: that of the sources. Demand:
 * passed on; what is left of it goes to the next source. Since 0.1. RxJS: `onErrorResumeNext`.
 */
WEIR_API weir_observable *weir_on_error_resume_next(weir_observable *const *sources, size_t count);

/**
 * `source`, and then `other`: weir_on_error_resume_next() of the two.
 *
 * @param source  consumed
 * @param other   consumed
 * @return owned
 *
 * Errors, demand: as weir_on_error_resume_next(). Since 0.1. RxJS: `onErrorResumeNextWith`.
 */
WEIR_API weir_observable *weir_on_error_resume_next_with(weir_observable *source, weir_observable *other);

/**
 * Run the source again when it completes.
 *
 *     source:               -1-2|
 *     repeat 3:             -1-2-1-2-1-2|
 *     repeat 2, delay 3:    -1-2----1-2|
 *
 * Each run begins when the one before has been released.
 *
 * @param source  consumed
 * @param count   runs in all; 0: completes without subscribing; `WEIR_UNBOUNDED`: for ever
 * @param delay   between the end of a run and the next; 0 or less: none
 * @return owned
 *
 * Errors: of the source, at once. Completion: of the last run; nothing held. Order: one run after the other. Demand:
 * passed on to the run at hand. A source that is always empty yields to the loop now and then. Since 0.1. RxJS:
 * `repeat`.
 */
WEIR_API weir_observable *weir_repeat(weir_observable *source, uint64_t count, weir_duration delay);

/** How weir_repeat_with() repeats. All zero: at once, for ever. */
struct weir_repeat_options {
	/** Runs in all. 0: for ever. */
	uint64_t count;
	/** Between the end of a run and the next. 0 or less: none. */
	weir_duration delay;
	/** Instead of the delay: the next run begins with the first item of this observable; `completed` runs are over. If
	 * it completes without one, the stream completes; if it fails, the stream fails. The result is consumed. NULL: the
	 * delay. */
	weir_observable *(*wait_for)(uint64_t completed, void *context);
	/** Handed to `wait_for`; see weir_with_context(). */
	void *context;
};
typedef struct weir_repeat_options weir_repeat_options;

/**
 * As weir_repeat(), and what to wait for between two runs can be chosen.
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: also those of `wait_for`; `EINVAL` when it returns NULL. Since 0.1. RxJS: `repeat`.
 */
WEIR_API weir_observable *weir_repeat_with(weir_observable *source, const struct weir_repeat_options *options);

/**
 * Run the source again, after it completes, when a notifier says so.
 *
 *     source:                              -1|
 *     repeat_when, completions by 2, 2×:   -1---1---1|
 *
 * When the source completes for the first time, `notifier` makes an observable from the stream of its completions, each of
 * which is nil. Every item of that runs the source again, beside a run that still goes on; its completion lets the result
 * complete with the run at hand.
 *
 * @param source    consumed
 * @param notifier  its argument is borrowed, its result consumed
 * @param context   handed to `notifier`; see weir_with_context()
 * @return owned
 *
 * Errors: of a run or of the notifier's observable, at once; `EINVAL` when `notifier` is NULL or returns NULL. Completion:
 * of a run when the notifier's observable has completed, or of that while no run goes on; a run that has not begun then,
 * because the one before ended inside its own start, is not begun. Order: items of runs
 * side by side as they come. Demand: passed on to the runs; the notifier's observable is asked for everything. Since 0.1.
 * RxJS: `repeatWhen`.
 */
WEIR_API weir_observable *weir_repeat_when(weir_observable *source,
	weir_observable *(*notifier)(weir_observable *completions, void *context), void *context);

/** How chance spreads the attempts of many, so that they do not come all at once. */
enum weir_jitter {
	WEIR_JITTER_NONE,
	WEIR_JITTER_FULL, /**< from 0 to the delay */
	WEIR_JITTER_EQUAL, /**< from half the delay to the delay */
	WEIR_JITTER_DECORRELATED, /**< from the initial delay to `factor` times the wait before */
};

/**
 * How weir_retry() tries again. All zero: at once, without end.
 *
 * The delay before attempt n + 1 is `initial_delay` × `factor`^(n - 1), at most `max_delay`, then jitter. With an initial
 * delay of 100 ms, factor 2, a cap of 5 s and no jitter one waits 100, 200, 400 … ms, 6.3 s after six failures; with full
 * jitter half of that on average.
 */
struct weir_retry_options {
	/** How often the source is subscribed to at most, the first time included, since it was last healthy (see
	 * `reset_after`, `reset_on_item`). 0: no limit. */
	uint64_t max_attempts;
	/** Before the second attempt. 0: none. */
	weir_duration initial_delay;
	/** At least 1. 0: 2, and 3 for `WEIR_JITTER_DECORRELATED`. */
	double factor;
	/** 0: no limit. */
	weir_duration max_delay;
	/** Default: `WEIR_JITTER_NONE`. */
	enum weir_jitter jitter;
	/** The same delays every time, for tests. 0: others every time. */
	uint64_t seed;

	/** An attempt that fails so long after its first item was healthy: attempts and delays are counted anew. 0: none
	 * is. The time before the first item does not count, so that a connection that hangs is not taken for healthy. */
	weir_duration reset_after;
	/** An attempt with an item was healthy. */
	bool reset_on_item;

	/** The most that weir_error_retry_after() of an error may lengthen a delay to; a hint never shortens it. 0: one hour;
	 * negative: hints are ignored. */
	weir_duration max_retry_after;
	/** Whether to try again after this error: > 0 yes, 0 no (the error passes), < 0 a negated errno. `attempt` is the
	 * number of the one that failed, from 1. NULL: after every error. */
	int (*should_retry)(const weir_error *error, uint64_t attempt, void *context);
	/** The delay after this error; `delay` is the one that would be taken. NULL: that one. */
	weir_duration (*delay_for)(const weir_error *error, uint64_t attempt, weir_duration delay, void *context);
	/** Instead of delays: the next attempt begins with the first item of this observable. If that completes without one,
	 * the stream completes; if it fails, the stream fails. The result is consumed. NULL: delays. */
	weir_observable *(*wait_for)(const weir_error *error, uint64_t attempt, void *context);
	/** Told before each wait. */
	void (*on_retry)(const weir_error *error, uint64_t attempt, weir_duration delay, void *context);
	/** Handed to the callbacks; see weir_with_context(). */
	void *context;
	/** Its first item during a wait ends the wait (the link is up again). Subscribed to for each wait; consumed. Its
	 * error ends the stream, its completion does nothing. NULL: none. */
	weir_observable *wake;
};
/** Short for it. */
typedef struct weir_retry_options weir_retry_options;

/**
 * Subscribe to the source again when it fails.
 *
 *     source:                       -1-#
 *     retry 3 attempts:             -1--1--1-#
 *     retry 2 attempts, delay 3:    -1-----1-#
 *
 * Each attempt begins when the one before has been released. When no further attempt is due, the last error passes
 * unchanged. A limiter inside the source counts every attempt (see weir/limiter.h).
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: the last one of the source; of `wake`; `should_retry`'s, caused by the source's; `EINVAL` for options out of
 * range. Completion: of the last run; nothing held. Order: one run after the other. Demand: passed on to the attempt at
 * hand. Since 0.1. RxJS: `retry`, whose `count` is `max_attempts` - 1.
 */
WEIR_API weir_observable *weir_retry(weir_observable *source, const struct weir_retry_options *options);

/**
 * Subscribe to the source again, after it fails, when a notifier says so.
 *
 *     source:                         -1#
 *     retry_when, errors by 2, 2×:    -1---1---1|
 *
 * When the source fails for the first time, `notifier` makes an observable from the stream of its errors, each as an item
 * `{"kind": "E", "error": e}`, as weir_materialize() makes it. Every item of that observable subscribes to the source again,
 * beside a run that still goes on. For attempts with growing delays, weir_retry() is simpler.
 *
 * @param source    consumed
 * @param notifier  its argument is borrowed, its result consumed
 * @param context   handed to `notifier`; see weir_with_context()
 * @return owned
 *
 * Errors: of the notifier's observable; `EINVAL` when `notifier` is NULL or returns NULL. Completion: of a run or of the
 * notifier's observable, at once. Order: items of runs side by side as they come. Demand: passed on to the runs; the
 * notifier's observable is asked for everything. Since 0.1. RxJS: `retryWhen`.
 */
WEIR_API weir_observable *weir_retry_when(
	weir_observable *source, weir_observable *(*notifier)(weir_observable *errors, void *context), void *context);

/**
 * Another observable when the source completes without an item.
 *
 *     source:                      --|           -1-|
 *     switch_if_empty, -8-9|:      ---8-9|       -1-|
 *
 * The source is released before the other one is subscribed to.
 *
 * @param source  consumed
 * @param other   consumed
 * @return owned
 *
 * Errors: of the source, of the other one; `EINVAL` when `other` is NULL. Completion: of the one that runs; nothing
 * held. Order: the source, or what stands for it. Demand: passed on; the other one is asked for what is left. Since
 * 0.1. RxJS: none (Reactor: `switchIfEmpty`).
 */
WEIR_API weir_observable *weir_switch_if_empty(weir_observable *source, weir_observable *other);

/**
 * An error when the source completes without an item.
 *
 *     source:          --|       -1-|
 *     throw_if_empty:  --#       -1-|
 *
 * @param source  consumed
 * @param error   consumed; NULL: `WEIR_EEMPTY`
 * @return owned
 *
 * Errors: of the source; `error`. Demand: passed on. Since 0.1. RxJS: `throwIfEmpty`.
 */
WEIR_API weir_observable *weir_throw_if_empty(weir_observable *source, weir_error *error);

#ifdef __cplusplus
}
#endif
#endif
