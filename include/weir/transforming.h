/** @file
 * Operators that make other items of the items. */
#ifndef WEIR_TRANSFORMING_H
#define WEIR_TRANSFORMING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Values in arrays of a given size.
 *
 *     source:                -1-2-3-4-5-|
 *     buffer_count(2, 2):    ---a---b---(c|)   a = [1, 2], b = [3, 4], c = [5]
 *     buffer_count(3, 1):    -----a-b-c-(de|)  a = [1, 2, 3], b = [2, 3, 4], c = [3, 4, 5], d = [4, 5], e = [5]
 *
 * Completion emits the unfinished buffers, oldest first; an error drops them.
 *
 * @param source  consumed
 * @param size    values in a buffer; at least 1
 * @param every   a new buffer begins at every `every`-th value: less than `size` overlaps, more leaves values out; 0:
 * as `size`
 * @return owned
 *
 * Errors: `EINVAL` when `size` is 0. Demand: the source is asked for as many values as the buffers need. Since 0.1.
 * RxJS: `bufferCount`.
 */
WEIR_API weir_observable *weir_buffer_count(weir_observable *source, size_t size, size_t every);

/**
 * Run the observables of the values one after the other.
 *
 *     source:                   -a-b---------|
 *     a → --1-2|  b → --x-y|    ---1-2--x-y--|
 *
 * @param source   consumed
 * @param project  makes the observable of a value when its turn has come
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source, at once; of an inner observable. Demand: the source is asked for the next value when an inner
 * observable has completed; an inner one for what downstream waits for, at most 16 ahead. Since 0.1. RxJS: `concatMap`.
 */
WEIR_API weir_observable *weir_concat_map(weir_observable *source, weir_project project, void *context);

/**
 * Mirror the observable of a value; values that come meanwhile are ignored.
 *
 *     source:                       -a--b-----c----|
 *     a → --1-2|  b, c → --x-y|     ---1-2------x-y|
 *
 * @param source   consumed
 * @param project  makes the observable of a value; not called for those that are ignored
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source or the inner observable. Demand: the source is asked for everything; the inner observable for
 * what downstream waits for. Since 0.1. RxJS: `exhaustMap`.
 */
WEIR_API weir_observable *weir_exhaust_map(weir_observable *source, weir_project project, void *context);

/**
 * Each value, the items of its observable, the items of theirs, and so on.
 *
 *     source:                              -1-------|
 *     x → --y|  with y = x + 1, up to 3    -1-2-3---|
 *
 * A value is emitted, and then its observable is run. What runs synchronously is gone through depth first, on a flat
 * stack; one that goes on for ever yields to the loop now and then.
 *
 * @param source       consumed
 * @param project      makes the observable of a value; an empty one ends the recursion
 * @param context      handed to `project`; see weir_with_context()
 * @param concurrency  how many run at once; 0: no limit. Further values wait, and are emitted when their turn comes
 * @return owned
 *
 * Errors: of the source, of any inner observable; at once, what else runs is cancelled. Demand: the source and the inner
 * observables are asked for one item at a time, while downstream waits for any. Since 0.1. RxJS: `expand`.
 */
WEIR_API weir_observable *weir_expand(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency);

/**
 * Pass on what a function makes of each value.
 *
 *     source:  -1--2--3-|
 *     map ×10: -a--b--c-|   a = 10, b = 20, c = 30
 *
 * @param source   consumed
 * @param mapper   its result is passed on
 * @param context  handed to `mapper`; see weir_with_context()
 * @return owned
 *
 * Errors: what `mapper` reports with weir_fail(). Demand: passed on. Since 0.1. RxJS: `map`.
 */
WEIR_API weir_observable *weir_map(weir_observable *source, weir_mapper mapper, void *context);

/**
 * Pass on what a function makes of each value and its index.
 *
 *     source:         -7--7--7-|
 *     value + index:  -7--8--9-|
 *
 * @param source   consumed
 * @param mapper   its result is passed on; the index counts from 0 in each subscription
 * @param context  handed to `mapper`; see weir_with_context()
 * @return owned
 *
 * Errors: what `mapper` reports with weir_fail(). Demand: passed on. Since 0.1. RxJS: `map`.
 */
WEIR_API weir_observable *weir_map_indexed(weir_observable *source, weir_mapper_indexed mapper, void *context);

/**
 * Run the observables of all values at once, and merge their items as they come.
 *
 *     source:                  -a-----b---|
 *     a → --x--y|  b → -z|     ---x--y-z---|
 *
 * @param source       consumed
 * @param project      makes the observable of a value when its turn has come
 * @param context      handed to `project`; see weir_with_context()
 * @param concurrency  how many run at once; 0: no limit. Further values wait upstream: they are not asked for
 * @return owned
 *
 * Errors: of the source, of any inner observable; at once, what else runs is cancelled. Demand: of the source as many
 * values as there are free places; each inner observable is asked for what downstream waits for, at most 16 ahead.
 * Since 0.1. RxJS: `mergeMap`.
 */
WEIR_API weir_observable *weir_merge_map(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency);

/**
 * Each value with the one before, as an array of two.
 *
 *     source:    -1-2-3-|
 *     pairwise:  ---a-b-|   a = [1, 2], b = [2, 3]
 *
 * @param source  consumed
 * @return owned
 *
 * Demand: passed on; for the first value, which has none before it, another one is asked for. Since 0.1. RxJS:
 * `pairwise`.
 */
WEIR_API weir_observable *weir_pairwise(weir_observable *source);

/**
 * A member of each map.
 *
 *     source:         -a----b----c-|   a = {"t": 1}, b = {"t": 2}, c = 7
 *     pluck "t":      -1----2----n-|   n = nil
 *
 * A member that is missing, and any member of what is no map, is nil. The member of a decoded document is a view of it:
 * it keeps the document alive.
 *
 * @param source  consumed
 * @param key     zero-terminated; copied
 * @return owned
 *
 * Errors: `EINVAL` when `key` is NULL. Demand: passed on. Since 0.1. RxJS: `pluck`.
 */
WEIR_API weir_observable *weir_pluck(weir_observable *source, const char *key);

/**
 * A member of a member … of each map, as weir_pluck() several times.
 *
 *     source:                      -a----b-|   a = {"room": {"t": 1}}, b = {"room": 5}
 *     pluck_path "room", "t":      -1----n-|   n = nil
 *
 * @param source  consumed
 * @param keys    zero-terminated; copied; outermost first
 * @param count   how many keys; at least 1
 * @return owned
 *
 * Errors: `EINVAL` without keys or when one is NULL. Demand: passed on. Since 0.1. RxJS: `pluck`.
 */
WEIR_API weir_observable *weir_pluck_path(weir_observable *source, const char *const *keys, size_t count);

/**
 * A running fold: pass on every accumulated value.
 *
 *     source:         -1-2-3-|
 *     scan +, 10:     -a-b-c-|   a = 11, b = 13, c = 16
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value and a value to the next accumulated value
 * @param context      handed to `accumulator`; see weir_with_context()
 * @param seed         consumed; accumulated before the first value; not emitted itself
 * @return owned
 *
 * Errors: what `accumulator` reports with weir_fail(); `seed`, if it is one. Demand: passed on. Since 0.1. RxJS: `scan`
 * with a seed.
 */
WEIR_API weir_observable *weir_scan(
	weir_observable *source, weir_accumulator accumulator, void *context, weir_value seed);

/**
 * A running fold that begins with the first value, which is passed on as it is.
 *
 *     source:         -1-2-3-|
 *     scan_first +:   -1-3-6-|
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value and a value to the next accumulated value
 * @param context      handed to `accumulator`; see weir_with_context()
 * @return owned
 *
 * Errors: what `accumulator` reports with weir_fail(). Demand: passed on. Since 0.1. RxJS: `scan` without a seed.
 */
WEIR_API weir_observable *weir_scan_first(weir_observable *source, weir_accumulator accumulator, void *context);

/**
 * Mirror the observable of the newest value; the one before is cancelled first.
 *
 *     source:                   -a----b------|
 *     a → --1-2-3|  b → -x-y|   ---1-2-x-y---|
 *
 * @param source   consumed
 * @param project  makes the observable of a value
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source or the inner observable. Demand: the source is asked for everything; the inner observable for
 * what downstream waits for. Since 0.1. RxJS: `switchMap`.
 */
WEIR_API weir_observable *weir_switch_map(weir_observable *source, weir_project project, void *context);

#ifdef __cplusplus
}
#endif
#endif
