/** @file
 * Operators that make one stream of several. */
#ifndef WEIR_COMBINING_H
#define WEIR_COMBINING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A named source; a list of them ends with `{ 0 }`. */
struct weir_entry {
	/** Zero-terminated, copied; no two may be equal. NULL ends the list. */
	const char *name;
	/** Consumed. */
	weir_observable *observable;
};
/** Short for it. */
typedef struct weir_entry weir_entry;

/**
 * The newest values of all sources together, whenever one of them has a new one.
 *
 *     a:               -1---2-----|
 *     b:               ---x---y-|
 *     combine_latest:  ---p-q-r---|   p = [1, "x"], q = [2, "x"], r = [2, "y"]
 *
 * Nothing is emitted before each source has had a value; earlier values of one that is ahead are replaced. It completes
 * when all sources have. Without sources it completes at once.
 *
 * @param sources   each consumed; the array is copied
 * @param count     how many
 * @param combiner  makes the item of the values, in order of the sources; NULL: an array of them
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: of any source; what `combiner` reports with weir_fail(); `EINVAL` when a source is NULL. Completion: when all
 * sources have completed; what nobody has asked for yet comes first. Order: by arrival; each combination is made of the
 * sources in their order. Demand: each source is asked for what downstream waits for, at most 16 ahead; for everything
 * when downstream does not count. Since 0.1. RxJS: `combineLatest`.
 */
WEIR_API weir_observable *weir_combine_latest(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);

/**
 * As weir_combine_latest(), errors wait until all sources have ended.
 *
 *     a:                           -1-#
 *     b:                           --x--y-|
 *     combine_latest_delay_error:  --p--q-#   p = [1, "x"], q = [1, "y"]
 *
 * A source that has failed counts as completed. Then the only error is passed on, or one with the code `WEIR_ECOMPOSITE`
 * whose causes are all of them, in the order they came.
 *
 * @param sources   each consumed; the array is copied
 * @param count     how many
 * @param combiner  as of weir_combine_latest()
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: of the sources, at the end; what `combiner` reports with weir_fail(), at once; `EINVAL` when a source is NULL.
 * Completion: of all sources, after the items that wait. Demand: as weir_combine_latest(). Since 0.1. RxJava:
 * `combineLatestDelayError`.
 */
WEIR_API weir_observable *weir_combine_latest_delay_error(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);

/**
 * As weir_combine_latest(), each item a map from the names to the newest values.
 *
 * @param entries  see ::weir_entry; the map has their order
 * @return owned
 *
 * Errors: of any source; `EINVAL` when a source is NULL or a name is there twice. Demand: as weir_combine_latest().
 * Since 0.1. RxJS: `combineLatest` with an object.
 */
WEIR_API weir_observable *weir_combine_latest_keyed(const struct weir_entry *entries);

/**
 * The observables that come as items, collected until the source completes, and then weir_combine_latest() of them.
 *
 *     source:              -a-b--|        a = -1---2|, b = --x|
 *     combine_latest_all:  --------p-q|   p = [1, "x"], q = [2, "x"]
 *
 * None of them is subscribed to before the source has completed. Without items it completes at once.
 *
 * @param source    consumed
 * @param combiner  as of weir_combine_latest()
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_combine_latest(); of the source, at once; `EINVAL` for an item that is no observable. Completion: of
 * the source subscribes to those that have come; of all of them completes. Order: the observables stand in the order
 * they came in. Demand: the source is asked for everything; then as weir_combine_latest(). Since 0.1. RxJS:
 * `combineLatestAll`.
 */
WEIR_API weir_observable *weir_combine_latest_all(weir_observable *source, weir_combiner combiner, void *context);

/**
 * `source` and `other`: weir_combine_latest() of the two.
 *
 * @param source    consumed
 * @param other     consumed
 * @param combiner  as of weir_combine_latest()
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_combine_latest(). Demand: as weir_combine_latest(). Since 0.1. RxJS: `combineLatestWith`.
 */
WEIR_API weir_observable *weir_combine_latest_with(
	weir_observable *source, weir_observable *other, weir_combiner combiner, void *context);

/**
 * One source after the other.
 *
 *     a:       -1-2|
 *     b:           -x-y|
 *     concat:  -1-2-x-y|
 *
 * The next source is subscribed to when the one before has completed and was released. Without sources it completes at
 * once.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @return owned
 *
 * Errors: of the source that runs: the later ones are never subscribed to; `EINVAL` when a source is NULL. Completion:
 * of the last source. Order: by source, one after the other. Demand: passed on to the source that runs. Since 0.1.
 * RxJS: `concat`.
 */
WEIR_API weir_observable *weir_concat(weir_observable *const *sources, size_t count);

/**
 * As weir_concat(), errors wait until all sources have ended: after one that has failed comes the next.
 *
 *     a:                   -1-#
 *     b:                      -x-y|
 *     concat_delay_error:  -1--x-y#
 *
 * Then the only error is passed on, or one with the code `WEIR_ECOMPOSITE` whose causes are all of them, in the order they
 * came.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @return owned
 *
 * Errors: of the sources, at the end; `EINVAL` when a source is NULL. Demand: as weir_concat(). Since 0.1. RxJava:
 * `concatDelayError`.
 */
WEIR_API weir_observable *weir_concat_delay_error(weir_observable *const *sources, size_t count);

/**
 * `source`, and then `other`: weir_concat() of the two.
 *
 * @param source  consumed
 * @param other   consumed
 * @return owned
 *
 * Errors, demand: as weir_concat(). Since 0.1. RxJS: `concatWith`.
 */
WEIR_API weir_observable *weir_concat_with(weir_observable *source, weir_observable *other);

/**
 * The source, and then given values.
 *
 *     source:         -1-2-|
 *     end_with a, b:  -1-2-(ab|)
 *
 * @param source  consumed
 * @param values  each consumed; the array stays the caller's. One of kind error: the stream fails with it there
 * @param count   how many
 * @return owned
 *
 * Errors: of the source, without the values then; the first error among the values. Demand: passed on; the values wait
 * until they are asked for. Since 0.1. RxJS: `endWith`.
 */
WEIR_API weir_observable *weir_end_with(weir_observable *source, const weir_value *values, size_t count);

/**
 * Run several sources at once, and when all have completed, emit the last value of each, by name.
 *
 *     "a":        -1---2|
 *     "b":        ---3-----|
 *     fork_join:  ---------(p|)   p = {"a": 2, "b": 3}
 *
 * A source that completes without a value completes the result at once, empty; the others are cancelled. Without
 * sources it completes at once, empty, too.
 *
 * @param entries  see ::weir_entry; the map has their order
 * @return owned
 *
 * Errors: of any source, at once, and the others are cancelled; `EINVAL` when a source is NULL or a name is there
 * twice. Completion: the result waits until it is asked for; at once when a source completes without a value. Order: of
 * the sources, not of their ends. Demand: the sources are asked for everything, the result waits for demand. Since 0.1.
 * RxJS: `forkJoin` with an object.
 */
WEIR_API weir_observable *weir_fork_join(const struct weir_entry *entries);

/**
 * As weir_fork_join(), for sources without names.
 *
 *     a:               -1---2|
 *     b:               ---3-----|
 *     fork_join_list:  ---------(p|)   p = [2, 3]
 *
 * @param sources   each consumed; the array is copied
 * @param count     how many
 * @param combiner  makes the item of the last values, in order of the sources; NULL: an array of them
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: of any source, at once, and the others are cancelled; what `combiner` reports with weir_fail(); `EINVAL` when
 * a source is NULL. Demand: as weir_fork_join(). Since 0.1. RxJS: `forkJoin`.
 */
WEIR_API weir_observable *weir_fork_join_list(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);

/**
 * Run several sources at once, and when all have ended, emit how each did: it never fails.
 *
 *     "a":                -1---2|
 *     "b":                ---3-#
 *     fork_join_settled:  ------(p|)   p = {"a": {"ok": 2}, "b": {"error": the error}}
 *
 * A source that completes without a value counts as failed with `WEIR_EEMPTY`. Values of one that fails later are
 * forgotten. The errors are values of kind error: see weir_as_error(). Without sources it completes at once, empty.
 *
 * @param entries  see ::weir_entry; the map has their order
 * @return owned
 *
 * Errors: `EINVAL` when a source is NULL or a name is there twice, `ENOMEM`. Completion: the result waits until it is
 * asked for. Order: of the sources, not of their ends. Demand: the sources are asked for everything, the result waits
 * for demand. Since 0.1. JavaScript: `Promise.allSettled`.
 */
WEIR_API weir_observable *weir_fork_join_settled(const struct weir_entry *entries);

/**
 * So many values of each source by turns.
 *
 *     a:             -1-2-3-4-|
 *     b:             --x---y-----|
 *     interleave 1:  -1x2--(y3)--(4|)
 *
 * It waits for the source whose turn it is, however far the others are. One that has completed is left out.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @param segment  values in a turn; 0: 1
 * @return owned
 *
 * Errors: of any source, at once; `WEIR_EDEMAND` when one that cannot pause gets more than 64 values ahead (put
 * weir_on_overflow() behind it); `EINVAL` when a source is NULL. Completion: of all sources, after the values that wait.
 * Order: by turns, in the order of the sources. Demand: each source is asked for what downstream waits for, at most 64
 * ahead. Since 0.1. Pekko: `interleave`.
 */
WEIR_API weir_observable *weir_interleave(weir_observable *const *sources, size_t count, uint64_t segment);

/**
 * The items of all sources as they come.
 *
 *     a:      -1---2|
 *     b:      --x---y-|
 *     merge:  -1x--2y-|
 *
 * It completes when all sources have. Without sources it completes at once.
 *
 * @param sources      each consumed; the array is copied
 * @param count        how many
 * @param concurrency  how many run at once, in the order given; 0: all
 * @return owned
 *
 * Errors: of any source, at once, and the others are cancelled; `EINVAL` when a source is NULL. Completion: when all
 * sources have completed; what nobody has asked for yet comes first. Order: by arrival; of each source its own. Demand:
 * each source is asked for what downstream waits for, at most 16 ahead. Since 0.1. RxJS: `merge`.
 */
WEIR_API weir_observable *weir_merge(weir_observable *const *sources, size_t count, uint64_t concurrency);

/**
 * As weir_merge(), errors wait until all sources have ended.
 *
 *     a:                  -1-#
 *     b:                  --x--y-|
 *     merge_delay_error:  -1x--y-#
 *
 * A source that has failed counts as completed. Then the only error is passed on, or one with the code `WEIR_ECOMPOSITE`
 * whose causes are all of them, in the order they came.
 *
 * @param sources      each consumed; the array is copied
 * @param count        how many
 * @param concurrency  as of weir_merge()
 * @return owned
 *
 * Errors: of the sources, at the end; `EINVAL` when a source is NULL. Completion: of all sources, after the items that
 * wait. Demand: as weir_merge(). Since 0.1. RxJava: `mergeDelayError`.
 */
WEIR_API weir_observable *weir_merge_delay_error(weir_observable *const *sources, size_t count, uint64_t concurrency);

/**
 * The items of all sources; of those that wait for demand, first those of the first source, then of the second, and so
 * on.
 *
 *     a:                  -1-2-----|
 *     b:                  (xyz)----|
 *     asked for one at:   ^--^-^-^-^
 *     merge_prioritized:  x--1-2-y-(z|)
 *
 * Where nothing waits it is weir_merge(). So put it before what asks for items one by one: a slow consumer, or a stage
 * that limits the rate.
 *
 * @param sources  the most urgent first; each consumed; the array is copied
 * @param count    how many
 * @return owned
 *
 * Errors: of any source, at once; `WEIR_EDEMAND` when one that cannot pause gets more than 64 items ahead (put
 * weir_on_overflow() behind it); `EINVAL` when a source is NULL. Completion: of all sources, after the items that wait.
 * Order: of the items that wait, those of an earlier source first. Demand: each source is asked for what downstream waits
 * for, at most 64 ahead. Since 0.1. Pekko: `mergePrioritized`.
 */
WEIR_API weir_observable *weir_merge_prioritized(weir_observable *const *sources, size_t count);

/**
 * Of the next values of all sources always the smallest: sorted sources make a sorted stream.
 *
 *     a:             -1-----4-----7-|
 *     b:             --2--3-----|
 *     merge_sorted:  --1----(23)4-7-|
 *
 * A value is emitted when each source that has not completed has one. Of equal ones that of the earlier source comes
 * first.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @param compare  the order; NULL: weir_compare()
 * @param context  handed to `compare`; see weir_with_context()
 * @return owned
 *
 * Errors: of any source, at once; `WEIR_EDEMAND` when one that cannot pause gets more than 64 values ahead (put
 * weir_on_overflow() behind it); `EINVAL` when a source is NULL. Completion: of all sources, after the values that wait.
 * Order: as `compare` says, of equal ones the earlier source's first. Demand: each source is asked for what downstream
 * waits for, at most 64 ahead. Since 0.1. Reactor: `mergeComparing`; Pekko: `mergeSorted`.
 */
WEIR_API weir_observable *weir_merge_sorted(
	weir_observable *const *sources, size_t count, weir_comparator compare, void *context);

/**
 * `source` and `other` at once: weir_merge() of the two.
 *
 * @param source  consumed
 * @param other   consumed
 * @return owned
 *
 * Errors: as weir_merge(). Demand: as weir_merge(). Since 0.1. RxJS: `mergeWith`.
 */
WEIR_API weir_observable *weir_merge_with(weir_observable *source, weir_observable *other);

/**
 * The source whose first value comes first, alone; the others are cancelled.
 *
 *     a:     ---1-2|
 *     b:     -x--y--|
 *     race:  -x--y--|
 *
 * An error or a completion before any value ends the race as well: it is the result. See weir_race_value(). A source
 * that has a value inside the subscribing call wins before the later ones are subscribed to. Without sources it
 * completes at once.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @return owned
 *
 * Errors: of any source before the first value, later of the winner; `EINVAL` when a source is NULL. Completion: of the
 * first source that completes before there is a winner, later of the winner; nothing held. Order: of the winner.
 * Demand: passed on, to all while the race is open. Since 0.1. RxJS: `race` (which never ends without sources).
 */
WEIR_API weir_observable *weir_race(weir_observable *const *sources, size_t count);

/**
 * The source whose first value comes first, whatever others have failed before.
 *
 *     a:           -#
 *     b:           ---1-2|
 *     c:           -----x|
 *     race_value:  ---1-2|
 *
 * When all have ended without a value, it fails with `WEIR_ECOMPOSITE`: the causes are their errors in order of the
 * sources, `WEIR_EEMPTY` for one that completed. Without sources it fails at once.
 *
 * @param sources  each consumed; the array is copied
 * @param count    how many
 * @return owned
 *
 * Errors: the one above; later of the winner; `EINVAL` when a source is NULL. Completion: of the winner; nothing held.
 * Order: of the winner. Demand: passed on, to all while the race is open. Since 0.1. JavaScript: `Promise.any`.
 */
WEIR_API weir_observable *weir_race_value(weir_observable *const *sources, size_t count);

/**
 * The one of `source` and `other` whose first value comes first: weir_race() of the two.
 *
 * @param source  consumed
 * @param other   consumed
 * @return owned
 *
 * Errors: as weir_race(). Demand: as weir_race(). Since 0.1. RxJS: `raceWith`.
 */
WEIR_API weir_observable *weir_race_with(weir_observable *source, weir_observable *other);

/**
 * Given values, and then the source.
 *
 *     source:               -1-2-|
 *     start_with a, b:  (ab)-1-2-|
 *
 * The source is subscribed to when the values have been emitted.
 *
 * @param source  consumed
 * @param values  each consumed; the array stays the caller's. One of kind error: the stream fails with it at once
 * @param count   how many
 * @return owned
 *
 * Errors: of the source; the first error among the values. Demand: passed on; the source is not subscribed to before the
 * values have been asked for. Since 0.1. RxJS: `startWith`.
 */
WEIR_API weir_observable *weir_start_with(weir_observable *source, const weir_value *values, size_t count);

/**
 * Each value of the source together with the newest values of others.
 *
 *     source:            -1---2---3-|
 *     other:             --x----y-|
 *     with_latest_from:  -----p---q-|   p = [2, "x"], q = [3, "y"]
 *
 * Values of the source that come before each other one has had one are left out. The others are subscribed to first;
 * their completion changes nothing.
 *
 * @param source    consumed
 * @param others    each consumed; the array is copied
 * @param count     how many others
 * @param combiner  makes the item of the source's value and the newest values, in order of `others`; NULL: an array of
 *                  them
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and of the others; what `combiner` reports with weir_fail(); `EINVAL` when one is NULL.
 * Completion: of the source; that of the others changes nothing. Order: of the source. Demand: passed on to the source,
 * and what is left out is replaced; the others are asked for everything. Since 0.1. RxJS: `withLatestFrom`.
 */
WEIR_API weir_observable *weir_with_latest_from(
	weir_observable *source, weir_observable *const *others, size_t count, weir_combiner combiner, void *context);

/**
 * The first values of all sources together, then the second ones, and so on.
 *
 *     a:    -1-2---3-|
 *     b:    ---x--y---z-|
 *     zip:  ---p--q---(r|)   p = [1, "x"], q = [2, "y"], r = [3, "z"]
 *
 * It completes when a source has completed and none of its values waits any more. Without sources it completes at once.
 *
 * Of each source at most 64 values wait for their partners. One that cannot pause and gets further ahead fails with
 * `WEIR_EDEMAND`: put weir_on_overflow() behind it to say what should happen instead.
 *
 * @param sources   each consumed; the array is copied
 * @param count     how many
 * @param combiner  makes the item of the values, in order of the sources; NULL: an array of them
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: of any source, at once; what `combiner` reports with weir_fail(); `EINVAL` when a source is NULL. Completion:
 * when a source has completed and all its values have been used; what waits for partners is released. Order: of the
 * sources: the first values, then the second ones. Demand: each source is asked for what downstream waits for, at most
 * 64 ahead. Since 0.1. RxJS: `zip`.
 */
WEIR_API weir_observable *weir_zip(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);

/**
 * The observables that come as items, collected until the source completes, and then weir_zip() of them.
 *
 *     source:   -a-b--|        a = -1-2|, b = --x--y|
 *     zip_all:  --------p--(q|)   p = [1, "x"], q = [2, "y"]
 *
 * None of them is subscribed to before the source has completed. Without items it completes at once.
 *
 * @param source    consumed
 * @param combiner  as of weir_zip()
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_zip(); of the source, at once; `EINVAL` for an item that is no observable. Completion: of the source
 * subscribes to those that have come; then as weir_zip(). Order: the observables stand in the order they came in.
 * Demand: the source is asked for everything; then as weir_zip(). Since 0.1. RxJS: `zipAll`.
 */
WEIR_API weir_observable *weir_zip_all(weir_observable *source, weir_combiner combiner, void *context);

/**
 * The n-th values of `source` and `other` together: weir_zip() of the two.
 *
 * @param source    consumed
 * @param other     consumed
 * @param combiner  as of weir_zip()
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_zip(). Demand: as weir_zip(). Since 0.1. RxJS: `zipWith`.
 */
WEIR_API weir_observable *weir_zip_with(
	weir_observable *source, weir_observable *other, weir_combiner combiner, void *context);

/**
 * The newest values of all sources together, whenever one of them has a new one, until one of them completes.
 *
 *     a:           -1---2---|
 *     b:           ---x---y-----z-|
 *     zip_latest:  ---p-q-r-|   p = [1, "x"], q = [2, "x"], r = [2, "y"]
 *
 * As weir_combine_latest(), but for the end: the other sources are released then.
 *
 * @param sources   each consumed; the array is copied
 * @param count     how many; 0: completes at once
 * @param combiner  makes the item of the values, in order of the sources; NULL: an array of them
 * @param context   handed to `combiner`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_combine_latest(). Completion: with the first source that completes, behind the items that wait. Order: of
 * arrival. Demand: as weir_combine_latest(). Since 0.1. RxJS: none (Akka: `zipLatest`).
 */
WEIR_API weir_observable *weir_zip_latest(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);

#ifdef __cplusplus
}
#endif
#endif
