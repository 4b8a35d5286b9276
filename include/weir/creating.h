/** @file
 * Observables from values, callbacks, time and descriptors. */
#ifndef WEIR_CREATING_H
#define WEIR_CREATING_H

#include <weir/observable.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether, asked once per subscription: > 0 yes, 0 no, < 0 a negated errno.
 */
typedef int (*weir_condition)(void *context);

/**
 * Make the observable anew for each subscription.
 *
 *     weir_defer(→ --1-2|):  --1-2|
 *
 * @param factory  called at each subscription; its result is consumed, NULL is a failure
 * @param context  handed to `factory`; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` when `factory` returns NULL; those of what it made. Demand: passed on. Since 0.1. RxJS: `defer`.
 */
WEIR_API weir_observable *weir_defer(weir_factory factory, void *context);

/**
 * No value: complete at once.
 *
 *     weir_empty():  |
 *
 * @return owned
 *
 * Demand: completes without any. Since 0.1. RxJS: `EMPTY`.
 */
WEIR_API weir_observable *weir_empty(void);

/**
 * The items of an array.
 *
 *     weir_from_array([1, 2, 3]):  (123|)
 *
 * An item of a decoded document is a view of it: it keeps the document alive. A long array yields to the loop now and
 * then.
 *
 * @param array  consumed
 * @return owned
 *
 * Errors: `EINVAL` when it is no array; the value itself when that is an error. Demand: honoured. Since 0.1. RxJS:
 * `from`.
 */
WEIR_API weir_observable *weir_from_array(weir_value array);

/**
 * A loop over a state, run as its items are asked for.
 *
 *     weir_generate(1, < 5, + 1, × 10, NULL):  (abcd|)   a = 10, b = 20, c = 30, d = 40
 *
 * As `for (state = initial; condition(state); state = iterate(state)) emit result(state)`. `iterate` and `condition`
 * run when the next item is asked for, not before. A long loop yields to the event loop now and then.
 *
 * @param initial    consumed; the first state
 * @param condition  whether to go on; NULL: for ever
 * @param iterate    from a state to the next one
 * @param result     what is emitted for a state; NULL: the state
 * @param context    handed to the three; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` without `iterate`; the negated errno of `condition`; what the other two report with weir_fail().
 * Demand: honoured. Since 0.1. RxJS: `generate`.
 */
WEIR_API weir_observable *weir_generate(
	weir_value initial, weir_predicate condition, weir_mapper iterate, weir_mapper result, void *context);

/**
 * One of two observables, chosen for each subscription.
 *
 *     yes:                       --1-2|
 *     no:                        -x|
 *     weir_iif(true, yes, no):   --1-2|
 *
 * @param condition  called at each subscription
 * @param context    handed to `condition`; see weir_with_context()
 * @param then       consumed; NULL: as weir_empty()
 * @param otherwise  consumed; NULL: as weir_empty()
 * @return owned
 *
 * Errors: the negated errno of `condition`; those of the chosen one. Demand: passed on. Since 0.1. RxJS: `iif`.
 */
WEIR_API weir_observable *weir_iif(
	weir_condition condition, void *context, weir_observable *then, weir_observable *otherwise);

/** What becomes of ticks that come while nobody has requested an item, or that a busy loop serves too late. */
enum weir_missed_ticks {
	WEIR_MISSED_SKIP,     /**< they are left out; the next item is the next tick */
	WEIR_MISSED_COALESCE, /**< the newest of them is emitted as soon as that is possible */
	WEIR_MISSED_CATCH_UP, /**< each of them is emitted as soon as that is possible */
};

/** As weir_interval_options::delay: the first tick comes at once, in the loop's next turn. */
#define WEIR_AT_ONCE (-1)

/** How ticks come. All zero means the defaults. */
struct weir_interval_options {
	/** From the subscription to the first tick. 0: one period; ::WEIR_AT_ONCE. */
	weir_duration delay;
	/** Default: ::WEIR_MISSED_SKIP. */
	enum weir_missed_ticks missed;
};
typedef struct weir_interval_options weir_interval_options;

/**
 * Numbers from 0 on, a period of time apart, for ever.
 *
 *     weir_interval(3):  ---0--1--2--…
 *
 * The ticks stand on a grid that begins with the subscription: however late one is served, the next is on time. Its
 * number is its place on the grid, so a gap in the numbers shows ticks that were left out.
 *
 * @param period  0 or less: a tick in every turn of the loop
 * @return owned
 *
 * Demand: honoured; ticks that come without any are left out. Since 0.1. RxJS: `interval`.
 */
WEIR_API weir_observable *weir_interval(weir_duration period);

/**
 * As weir_interval(), with another first tick or another policy for missed ones.
 *
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: `EINVAL` for an unknown policy. Demand: honoured; see ::weir_missed_ticks. Since 0.1.
 */
WEIR_API weir_observable *weir_interval_with(weir_duration period, const struct weir_interval_options *options);

/**
 * One value, then complete.
 *
 *     weir_just(7):  (7|)
 *
 * @param value  consumed; of kind error: the observable fails with it
 * @return owned
 *
 * Errors: the value, if it is one. Demand: honoured. Since 0.1. RxJS: `of`.
 */
WEIR_API weir_observable *weir_just(weir_value value);

/**
 * Silence: neither a value nor an end.
 *
 *     weir_never():  -
 *
 * It does not keep a loop running.
 *
 * @return owned
 *
 * Demand: ignored. Since 0.1. RxJS: `NEVER`.
 */
WEIR_API weir_observable *weir_never(void);

/**
 * Given values, then complete.
 *
 *     weir_of((weir_value[]){ 1, 2, 3 }, 3):  (123|)
 *
 * @param values  each consumed; the array stays the caller's. One of kind error: the observable fails with it, at once
 * @param count   how many; 0: as weir_empty()
 * @return owned
 *
 * Errors: the first error among the values. Demand: honoured. Since 0.1. RxJS: `of`.
 */
WEIR_API weir_observable *weir_of(const weir_value *values, size_t count);

/**
 * Consecutive integers.
 *
 *     weir_range(3, 4):  (3456|)
 *
 * A long range yields to the loop now and then, so that timers and other pipelines are served.
 *
 * @param first  the first integer
 * @param count  how many; 0: none
 * @return owned
 *
 * Errors: `EINVAL` when the last one would not fit in int64_t. Demand: honoured. Since 0.1. RxJS: `range`.
 */
WEIR_API weir_observable *weir_range(int64_t first, uint64_t count);

/**
 * The deliveries of a signal, while somebody subscribes.
 *
 *     weir_signal(SIGHUP):  ---a---a---   a = SIGHUP
 *
 * Meanwhile the signal does not do what it would do otherwise; afterwards it does so again. Deliveries that nobody has
 * asked for yet are counted, not lost; the kernel itself makes one of several that come before it could deliver them.
 * Never completes, so it keeps weir_loop_run() running until it is cancelled. libevent can watch signals in one event
 * base of a process only: subscribe on one loop.
 *
 * @param signal_number  SIGINT, SIGHUP, …; not SIGKILL or SIGSTOP
 * @return owned; items are ints: the number
 *
 * Errors: `EINVAL` when it is no signal or cannot be caught; `ENOTSUP` on a virtual loop. Demand: honoured. Since 0.1.
 */
WEIR_API weir_observable *weir_signal(int signal_number);

/**
 * Fail at once with an error made here.
 *
 *     weir_throw(ENOENT, "no sensor %d", 7):  #
 *
 * @param code    an errno value or one of ::weir_error_code
 * @param format  printf format of the message
 * @return owned
 *
 * Errors: this one. Demand: fails without any. Since 0.1. RxJS: `throwError`.
 */
WEIR_API weir_observable *weir_throw(int code, const char *format, ...) WEIR_PRINTF(2, 3);

/**
 * Fail at once with a given error: every subscription gets the same.
 *
 *     weir_throw_error(error):  #
 *
 * @param error  consumed
 * @return owned
 *
 * Errors: `error`, `EINVAL` when that is NULL. Demand: fails without any. Since 0.1. RxJS: `throwError`.
 */
WEIR_API weir_observable *weir_throw_error(weir_error *error);

/**
 * THE asynchronous iterator: from a state to an item and the next state, one step at a time.
 *
 *     weir_unfold_async(1, n → --[n, n + 1]|, NULL):  --1--2--3--   as long as the consumer asks for more
 *
 * `step` makes an observable from the state: of pages, say, a request for the page that the state names. Its first item
 * must be an array of two, `[item, next state]`: the item is emitted, the step's observable released, and the next one
 * made only when another item is asked for. So there is never more than one in flight and nothing is fetched ahead. A
 * step that completes without an item ends the iteration; its error ends it, too. A step may answer at once: the stack
 * stays flat, and after many such answers the loop gets its turn.
 *
 * @param initial_state  consumed; any value
 * @param step           its result is consumed
 * @param context        handed to `step`; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` when `step` is NULL or returns NULL, or its observable emits something else; those of its
 * observables; `initial_state`, if it is an error. Demand: honoured; each item is one step. Since 0.1.
 */
WEIR_API weir_observable *weir_unfold_async(weir_value initial_state, weir_project step, void *context);

/**
 * The number 0 after a span of time, then complete.
 *
 *     weir_timer(3):  ---(0|)
 *
 * @param delay  0 or less: in the loop's next turn
 * @return owned
 *
 * Demand: the item waits until it is requested. Since 0.1. RxJS: `timer`.
 */
WEIR_API weir_observable *weir_timer(weir_duration delay);

/**
 * Numbers from 0 on: the first after a span of time, the others a period apart, for ever.
 *
 *     weir_timer_periodic(1, 3):  -0--1--2--…
 *
 * @param delay   0 or less: in the loop's next turn
 * @param period  0 or less: a tick in every turn of the loop
 * @return owned
 *
 * Demand: as weir_interval(). Since 0.1. RxJS: `timer`.
 */
WEIR_API weir_observable *weir_timer_periodic(weir_duration delay, weir_duration period);

#ifdef __cplusplus
}
#endif
#endif
