/** @file
 * Operators that make one item of all the items. */
#ifndef WEIR_AGGREGATING_H
#define WEIR_AGGREGATING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * How many values there were, when the source has completed.
 *
 *     source:  -a-b-c-|
 *     count:   -------(3|)
 *
 * How many satisfy a predicate: weir_count() of weir_filter().
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Completion: the number waits until it is asked for. Demand: the source is asked for
 * everything; the number waits until it is asked for. Since 0.1. RxJS: `count`.
 */
WEIR_API weir_observable *weir_count(weir_observable *source);

/**
 * Whether all values satisfy a predicate: false at the first that does not, true on completion.
 *
 *     source:     -2-4-5-6-|       -2-4-|
 *     every even: -----(f|)        -----(t|)   f = false, t = true
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `predicate`. Completion: the result waits until it is asked for. Demand: the source is
 * asked for one value after the other; the result waits until it is asked for. Since 0.1. RxJS: `every`.
 */
WEIR_API weir_observable *weir_every(weir_observable *source, weir_predicate predicate, void *context);

/**
 * The first value that satisfies a predicate, or nil when there is none.
 *
 *     source:     -1-2-3-|       -1-3-|
 *     find even:  ---(2|)        -----(n|)   n = nil
 *
 * As weir_first_or() with nil.
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `predicate`. Demand: the source is asked for one value after the other; nil waits until
 * it is asked for. Since 0.1. RxJS: `find`.
 */
WEIR_API weir_observable *weir_find(weir_observable *source, weir_predicate predicate, void *context);

/**
 * The index, from 0, of the first value that satisfies a predicate, or -1 when there is none.
 *
 *     source:           -1-2-3-|       -1-3-|
 *     find_index even:  ---(1|)        -----(m|)   m = -1
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `predicate`. Completion: the result waits until it is asked for. Demand: the source is
 * asked for one value after the other; the result waits until it is asked for. Since 0.1. RxJS: `findIndex`.
 */
WEIR_API weir_observable *weir_find_index(weir_observable *source, weir_predicate predicate, void *context);

/**
 * Whether the source completes without a value: false at the first value, true on completion.
 *
 *     source:    --a-b-|      ---|
 *     is_empty:  --(f|)       ---(t|)   f = false, t = true
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Completion: the result waits until it is asked for. Demand: the source is asked for one value;
 * the result waits until it is asked for. Since 0.1. RxJS: `isEmpty`.
 */
WEIR_API weir_observable *weir_is_empty(weir_observable *source);

/**
 * The greatest value, when the source has completed; of equal ones the last.
 *
 *     source:  -3-7-5-|
 *     max:     -------(7|)
 *
 * Without a value it completes without one.
 *
 * @param source   consumed
 * @param compare  the order; NULL: weir_compare()
 * @param context  handed to `compare`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source. Completion: the value waits until it is asked for. Demand: the source is asked for everything;
 * the value waits until it is asked for. Since 0.1. RxJS: `max`.
 */
WEIR_API weir_observable *weir_max(weir_observable *source, weir_comparator compare, void *context);

/**
 * The smallest value, when the source has completed; of equal ones the last.
 *
 *     source:  -7-3-5-|
 *     min:     -------(3|)
 *
 * Without a value it completes without one.
 *
 * @param source   consumed
 * @param compare  the order; NULL: weir_compare()
 * @param context  handed to `compare`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source. Completion: the value waits until it is asked for. Demand: the source is asked for everything;
 * the value waits until it is asked for. Since 0.1. RxJS: `min`.
 */
WEIR_API weir_observable *weir_min(weir_observable *source, weir_comparator compare, void *context);

/**
 * A fold: the accumulated value, when the source has completed.
 *
 *     source:        -1-2-3-|
 *     reduce +, 10:  -------(a|)   a = 16
 *
 * Without a value it is the seed.
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value and a value to the next accumulated value
 * @param context      handed to `accumulator`; see weir_with_context()
 * @param seed         consumed; accumulated before the first value
 * @return owned
 *
 * Errors: what `accumulator` reports with weir_fail(); `seed`, if it is one. Completion: the result waits until it is
 * asked for. Demand: the source is asked for everything; the result waits until it is asked for. Since 0.1. RxJS:
 * `reduce` with a seed.
 */
WEIR_API weir_observable *weir_reduce(
	weir_observable *source, weir_accumulator accumulator, void *context, weir_value seed);

/**
 * As weir_reduce(), with an accumulator that takes arrays: what comes together is accumulated by one call.
 *
 *     source:              (12)-3-|
 *     reduce_array +, 10:  -------(a|)   a = 16
 *
 * @param source       consumed
 * @param accumulator  see weir/arrays.h
 * @param context      handed to `accumulator`; see weir_with_context()
 * @param seed         consumed; accumulated before the first values
 * @return owned
 *
 * Errors: what `accumulator` reports with weir_fail(); `seed`, if it is one; `EINVAL` when `accumulator` is NULL. Completion:
 * the result waits until it is asked for. Demand: the source is asked for everything; the result waits until it is asked
 * for. Since 0.1. RxJS: none.
 */
WEIR_API weir_observable *weir_reduce_array(
	weir_observable *source, weir_array_accumulator accumulator, void *context, weir_value seed);

/**
 * A fold that begins with the first value.
 *
 *     source:          -1-2-3-|
 *     reduce_first +:  -------(6|)
 *
 * Without a value it completes without one.
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value and a value to the next accumulated value
 * @param context      handed to `accumulator`; see weir_with_context()
 * @return owned
 *
 * Errors: what `accumulator` reports with weir_fail(). Demand: as weir_reduce(). Since 0.1. RxJS: `reduce` without a
 * seed.
 */
WEIR_API weir_observable *weir_reduce_first(weir_observable *source, weir_accumulator accumulator, void *context);

/**
 * As weir_reduce_first(), with an accumulator that is handed the index of each value as well.
 *
 * @param source       consumed
 * @param accumulator  as of weir_scan_first_indexed()
 * @param context      handed to `accumulator`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_reduce_first(). Demand: as weir_reduce(). Since 0.1. RxJS: `reduce` without a seed.
 */
WEIR_API weir_observable *weir_reduce_first_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context);

/**
 * As weir_reduce(), with an accumulator that is handed the index of each value as well.
 *
 *     source:                   -1-2-3-|
 *     sum + value × index, 10:  -------(a|)   a = 18
 *
 * @param source       consumed
 * @param accumulator  as of weir_scan_indexed()
 * @param context      handed to `accumulator`; see weir_with_context()
 * @param seed         consumed; accumulated before the first value
 * @return owned
 *
 * Errors: as weir_reduce(). Demand: as weir_reduce(). Since 0.1. RxJS: `reduce` with a seed.
 */
WEIR_API weir_observable *weir_reduce_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context, weir_value seed);

/**
 * Whether two observables emit equal values in the same order: false at the first difference, true when both have
 * completed.
 *
 *     a:               -1---2---|         -1---2---|
 *     b:               ---1--2-----|      ---1--3-----|
 *     sequence_equal:  ------------(t|)   ------(f|)      t = true, f = false
 *
 * A value too many is a difference when it comes after the other observable has completed; one that came before counts
 * when its own side sends another one or completes.
 *
 * @param source   consumed; subscribed to first
 * @param other    consumed
 * @param equal    called with the value that has come and the one that has waited for it, whichever side they are of;
 *                 NULL: weir_equal()
 * @param context  handed to `equal`; see weir_with_context()
 * @return owned
 *
 * Errors: of both, at once; the negated errno of `equal`; `EINVAL` when `other` is NULL. Completion: as drawn. Order: of
 * arrival on each side. Demand: each is asked for 64 values more than were compared; the result waits until it is asked
 * for. Since 0.1. RxJS: `sequenceEqual`.
 */
WEIR_API weir_observable *weir_sequence_equal(
	weir_observable *source, weir_observable *other, weir_equality equal, void *context);

/**
 * All values as one array, when the source has completed.
 *
 *     source:    -1-2-3-|
 *     to_array:  -------(a|)   a = [1, 2, 3]
 *
 * Without a value it is the empty array.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Completion: the array waits until it is asked for. Demand: the source is asked for everything;
 * the array waits until it is asked for. Since 0.1. RxJS: `toArray`.
 */
WEIR_API weir_observable *weir_to_array(weir_observable *source);

#ifdef __cplusplus
}
#endif
#endif
