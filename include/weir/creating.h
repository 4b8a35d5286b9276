/** @file
 * Observables from values, callbacks, time and descriptors. */
#ifndef WEIR_CREATING_H
#define WEIR_CREATING_H

#include <weir/observable.h>

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

#ifdef __cplusplus
}
#endif
#endif
