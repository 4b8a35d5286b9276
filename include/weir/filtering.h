/** @file
 * Operators that pass on some of the items. */
#ifndef WEIR_FILTERING_H
#define WEIR_FILTERING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How weir_distinct() compares and remembers. */
struct weir_distinct_options {
	/** What is compared of a value; NULL: the value itself. */
	weir_mapper key;
	/** Handed to `key`; see weir_with_context(). */
	void *context;
	/** How many keys are remembered: beyond it the oldest is forgotten and would pass again. 0: all of them. */
	size_t limit;
	/** Consumed; each of its items forgets all keys. NULL: none. */
	weir_observable *flush;
};
/** Short for it. */
typedef struct weir_distinct_options weir_distinct_options;

/**
 * Values that have not been there before.
 *
 *     source:    -1-2-1-3-2-|
 *     distinct:  -1-2---3---|
 *
 * Without `limit` or `flush` it remembers every key for ever, and a live feed never ends: give one of them there.
 *
 * @param source   consumed
 * @param options  copied; NULL: the values themselves, remembered for ever
 * @return owned
 *
 * Errors: what `key` reports with weir_fail(); those of `flush`. Completion: nothing held. Order: of the source.
 * Demand: passed on; a dropped value is asked for again; `flush` is asked for everything. The source is subscribed to
 * first, then `flush`. Since 0.1. RxJS: `distinct`.
 */
WEIR_API weir_observable *weir_distinct(weir_observable *source, const weir_distinct_options *options);

/** How weir_distinct_until_changed() compares. */
struct weir_distinct_until_changed_options {
	/** What is compared of a value; NULL: the value itself. */
	weir_mapper key;
	/** The key of the value passed on last, and the new one; NULL: weir_equal(). */
	weir_equality equal;
	/** Handed to both; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_distinct_until_changed_options weir_distinct_until_changed_options;

/**
 * Values that differ from the one passed on before.
 *
 *     source:                  -1-1-2-2-1-|
 *     distinct_until_changed:  -1---2---1-|
 *
 * @param source   consumed
 * @param options  copied; NULL: whole values, by weir_equal()
 * @return owned
 *
 * Errors: what `key` reports with weir_fail(), the negated errno of `equal`. Demand: passed on; a dropped value is
 * asked for again. Since 0.1. RxJS: `distinctUntilChanged`.
 */
WEIR_API weir_observable *weir_distinct_until_changed(
	weir_observable *source, const weir_distinct_until_changed_options *options);

/**
 * Maps of which one member differs from that of the one passed on before.
 *
 *     source:                        -a-b-c-|   a = {"k": 1, "n": 1}, b = {"k": 1, "n": 2}, c = {"k": 2, "n": 3}
 *     distinct_until_key_changed k:  -a---c-|
 *
 * A member that is not there counts as nil.
 *
 * @param source   consumed
 * @param key      of the member; zero-terminated, copied
 * @param equal    called with the member passed on last, and the new one; NULL: weir_equal()
 * @param context  handed to `equal`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `equal`; `EINVAL` when `key` is NULL. Demand: passed on; a dropped value is asked for
 * again. Since 0.1. RxJS: `distinctUntilKeyChanged`.
 */
WEIR_API weir_observable *weir_distinct_until_key_changed(
	weir_observable *source, const char *key, weir_equality equal, void *context);

/**
 * The value at an index, then complete and cancel the source.
 *
 *     source:         -a-b-c-d-|
 *     element_at 2:   -----(c|)
 *
 * @param source  consumed
 * @param index   from 0
 * @return owned
 *
 * Errors: `WEIR_EOUTOFRANGE` when the source completes before. Completion: the default waits until it is asked for.
 * Demand: the source is asked for no value beyond. Since 0.1. RxJS: `elementAt`.
 */
WEIR_API weir_observable *weir_element_at(weir_observable *source, uint64_t index);

/**
 * The value at an index, or another one when the source completes before.
 *
 *     source:            -a-b-|
 *     element_at 2, x:   -----(x|)
 *
 * @param source    consumed
 * @param index     from 0
 * @param fallback  consumed; what is emitted when there are too few values
 * @return owned
 *
 * Errors: `fallback`, if it is one. Demand: the source is asked for no value beyond; a fallback waits until it is asked
 * for. Since 0.1. RxJS: `elementAt` with a default.
 */
WEIR_API weir_observable *weir_element_at_or(weir_observable *source, uint64_t index, weir_value fallback);

/**
 * Pass on the values that satisfy a predicate.
 *
 *     source:       -1-2-3-4-|
 *     filter even:  ---2---4-|
 *
 * @param source     consumed
 * @param predicate  > 0 passes the value on, 0 drops it, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno that `predicate` returns. Demand: passed on; a dropped value is asked for again. Since 0.1.
 * RxJS: `filter`.
 */
WEIR_API weir_observable *weir_filter(weir_observable *source, weir_predicate predicate, void *context);

/**
 * As weir_filter(), with a predicate that takes arrays: what comes together is chosen from by one call.
 *
 *     source:             (123)--4-|
 *     filter_array even:  (2)----4-|
 *
 * As weir_map_array() says of functions that take arrays.
 *
 * @param source     consumed
 * @param predicate  see weir/arrays.h
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `predicate`, before any of the values that came together; `EINVAL` when it is NULL. Demand: a
 * dropped value is requested again. Since 0.1. RxJS: none.
 */
WEIR_API weir_observable *weir_filter_array(weir_observable *source, weir_array_predicate predicate, void *context);

/**
 * Pass on the values that, with their index, satisfy a predicate.
 *
 *     source:               -a-b-c-d-|
 *     filter even indexes:  -a---c---|
 *
 * @param source     consumed
 * @param predicate  > 0 passes the value on, 0 drops it, < 0 fails; the index counts from 0 in each subscription
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno that `predicate` returns. Demand: passed on; a dropped value is asked for again. Since 0.1.
 * RxJS: `filter`.
 */
WEIR_API weir_observable *weir_filter_indexed(weir_observable *source, weir_predicate_indexed predicate, void *context);

/**
 * Pass on the values for which an observable says so: a predicate that takes time.
 *
 *     source:                     -1-2-3--------|
 *     filter_when odd, in 3 ms:   ----1-----3---|
 *
 * The first item of what is made for a value decides, by weir_as_bool(); none drops it. Values are asked about one after
 * the other, in order.
 *
 * @param source   consumed
 * @param project  makes what decides about a value; released after its first item
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and of what decides, at once; `EINVAL` when `project` is NULL. Completion: waits for the value that
 * is being asked about. Order: of the source. Demand: the source is asked for one value after the other: one that cannot
 * pause needs weir_on_overflow() before. Since 0.1. RxJS: none (Reactor: `filterWhen`).
 */
WEIR_API weir_observable *weir_filter_when(weir_observable *source, weir_project project, void *context);

/**
 * The first value, then complete and cancel the source.
 *
 *     source:  --a-b-|
 *     first:   --(a|)
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: `WEIR_EEMPTY` when there is none (weir_take() with 1 completes then). Completion: the default waits until it
 * is asked for. Demand: the source is asked for one value. Since 0.1. RxJS: `first`.
 */
WEIR_API weir_observable *weir_first(weir_observable *source);

/**
 * The first value, or another one when there is none.
 *
 *     source:      -----|
 *     first or x:  -----(x|)
 *
 * @param source    consumed
 * @param fallback  consumed; what is emitted when the source completes without a value
 * @return owned
 *
 * Errors: `fallback`, if it is one. Demand: the source is asked for one value; a fallback waits until it is asked for.
 * Since 0.1. RxJS: `first` with a default.
 */
WEIR_API weir_observable *weir_first_or(weir_observable *source, weir_value fallback);

/**
 * The first value that satisfies a predicate, then complete and cancel the source.
 *
 *     source:            -1-2-3-4-|
 *     first_where even:  ---(2|)
 *
 * As weir_first() of weir_filter(); with a fallback: weir_first_or() of weir_filter().
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: `WEIR_EEMPTY` when there is none; the negated errno of `predicate`. Demand: the source is asked for one value
 * after the other. Since 0.1. RxJS: `first` with a predicate.
 */
WEIR_API weir_observable *weir_first_where(weir_observable *source, weir_predicate predicate, void *context);

/**
 * Only the end of the source.
 *
 *     source:           -1-2-3-|
 *     ignore_elements:  -------|
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Completion: at once. Demand: the source is asked for everything. Since 0.1. RxJS:
 * `ignoreElements`.
 */
WEIR_API weir_observable *weir_ignore_elements(weir_observable *source);

/**
 * The last value, when the source has completed.
 *
 *     source:  -a-b-c-|
 *     last:    -------(c|)
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: `WEIR_EEMPTY` when there is none (weir_take_last() with 1 completes then). Completion: the value waits until
 * it is asked for. Demand: the source is asked for everything; the value waits until it is asked for. Since 0.1. RxJS:
 * `last`.
 */
WEIR_API weir_observable *weir_last(weir_observable *source);

/**
 * The last value, or another one when there is none.
 *
 *     source:     -----|
 *     last or x:  -----(x|)
 *
 * @param source    consumed
 * @param fallback  consumed; what is emitted when the source completes without a value
 * @return owned
 *
 * Errors: `fallback`, if it is one. Demand: as weir_last(). Since 0.1. RxJS: `last` with a default.
 */
WEIR_API weir_observable *weir_last_or(weir_observable *source, weir_value fallback);

/**
 * The last value that satisfies a predicate, when the source has completed.
 *
 *     source:           -1-2-3-4-5-|
 *     last_where even:  -----------(4|)
 *
 * As weir_last() of weir_filter(); with a fallback: weir_last_or() of weir_filter().
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: `WEIR_EEMPTY` when there is none; the negated errno of `predicate`. Demand: as weir_last(). Since 0.1. RxJS:
 * `last` with a predicate.
 */
WEIR_API weir_observable *weir_last_where(weir_observable *source, weir_predicate predicate, void *context);

/**
 * The one value there is, when the source has completed; another one or none is an error.
 *
 *     source:  -a---|           -a-b-|
 *     single:  -----(a|)        ---#
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: `WEIR_ESEQUENCE` as soon as there is a second one; `WEIR_EEMPTY` when there is none. Completion: the value
 * waits until it is asked for. Demand: the source is asked for two values; the result waits until it is asked for.
 * Since 0.1. RxJS: `single`.
 */
WEIR_API weir_observable *weir_single(weir_observable *source);

/**
 * The one value that satisfies a predicate, when the source has completed; another one or none is an error.
 *
 *     source:             -1-2-3-|
 *     single_where even:  -------(2|)
 *
 * @param source     consumed
 * @param predicate  > 0 yes, 0 no, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: `WEIR_ESEQUENCE` as soon as there is a second one; `WEIR_ENOTFOUND` when there is none among the values,
 * `WEIR_EEMPTY` when there are no values; the negated errno of `predicate`. Demand: the source is asked for one value
 * after the other until there are two; the result waits until it is asked for. Since 0.1. RxJS: `single` with a
 * predicate.
 */
WEIR_API weir_observable *weir_single_where(weir_observable *source, weir_predicate predicate, void *context);

/**
 * All but the first values.
 *
 *     source:  -1-2-3-4-|
 *     skip 2:  -----3-4-|
 *
 * @param source  consumed
 * @param count   how many are left out
 * @return owned
 *
 * Errors: of the source. Demand: passed on; for each value left out another one is asked for. Since 0.1. RxJS: `skip`.
 */
WEIR_API weir_observable *weir_skip(weir_observable *source, uint64_t count);

/**
 * All but the last values: each one comes when so many others have followed.
 *
 *     source:       -1-2-3-4-|
 *     skip_last 2:  -----1-2-|
 *
 * @param source  consumed
 * @param count   how many are left out, and held until then
 * @return owned
 *
 * Errors: of the source. Completion: the last values are released. Demand: passed on; for each of the first values
 * another one is asked for. Since 0.1. RxJS: `skipLast`.
 */
WEIR_API weir_observable *weir_skip_last(weir_observable *source, size_t count);

/**
 * Everything after a notifier has emitted.
 *
 *     source:      -1-2-3-4-|
 *     notifier:    ----x
 *     skip_until:  -----3-4-|
 *
 * A notifier that completes without an item lets nothing pass.
 *
 * @param source    consumed
 * @param notifier  consumed; subscribed to before the source, until its first item
 * @return owned
 *
 * Errors: of the source or the notifier; `EINVAL` when `notifier` is NULL. Completion: of the source; nothing held.
 * Order: of the source. Demand: passed on; a dropped value is asked for again. Since 0.1. RxJS: `skipUntil`.
 */
WEIR_API weir_observable *weir_skip_until(weir_observable *source, weir_observable *notifier);

/**
 * Everything from the first value on that does not satisfy a predicate.
 *
 *     source:          -1-2-5-1-|
 *     skip_while < 3:  -----5-1-|
 *
 * @param source     consumed
 * @param predicate  > 0 drops the value, 0 passes on it and all that follow, < 0 fails; not called any more then
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `predicate`. Demand: passed on; a dropped value is asked for again. Since 0.1. RxJS:
 * `skipWhile`.
 */
WEIR_API weir_observable *weir_skip_while(weir_observable *source, weir_predicate predicate, void *context);

/**
 * The first values, then complete and cancel the source.
 *
 *     source:   -1-2-3-4-|
 *     take 2:   -1-(2|)
 *
 * @param source  consumed
 * @param count   how many; 0: completes without subscribing to the source
 * @return owned
 *
 * Errors: of the source. Demand: passed on, never more than is left. Since 0.1. RxJS: `take`.
 */
WEIR_API weir_observable *weir_take(weir_observable *source, uint64_t count);

/**
 * The last values, when the source has completed.
 *
 *     source:       -1-2-3-4-|
 *     take_last 2:  ---------(34|)
 *
 * @param source  consumed
 * @param count   how many at most; 0: completes without subscribing to the source
 * @return owned
 *
 * Errors: of the source. Completion: the values wait until they are asked for. Demand: the source is asked for
 * everything; the values wait until they are asked for. Since 0.1. RxJS: `takeLast`.
 */
WEIR_API weir_observable *weir_take_last(weir_observable *source, size_t count);

/**
 * Mirror the source until a notifier emits, then complete and cancel the source.
 *
 *     source:      -1-2-3-4-|
 *     notifier:    ----x
 *     take_until:  -1-2|
 *
 * A notifier that completes without an item changes nothing. When it emits while being subscribed to, the source is not
 * subscribed to at all.
 *
 * @param source    consumed
 * @param notifier  consumed; subscribed to before the source
 * @return owned
 *
 * Errors: of the source or the notifier; `EINVAL` when `notifier` is NULL. Completion: of the source, or with the first
 * item of the notifier; nothing held. Order: of the source. Demand: passed on; the notifier is asked for everything.
 * Since 0.1. RxJS: `takeUntil`.
 */
WEIR_API weir_observable *weir_take_until(weir_observable *source, weir_observable *notifier);

/**
 * Values as long as they satisfy a predicate, then complete and cancel the source.
 *
 *     source:                     -1-2-5-1-|
 *     take_while < 3:             -1-2-|
 *     take_while < 3, inclusive:  -1-2-(5|)
 *
 * @param source     consumed
 * @param predicate  > 0 passes the value on, 0 completes, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @param inclusive  whether the value that ends it is passed on
 * @return owned
 *
 * Errors: the negated errno of `predicate`. Demand: passed on. Since 0.1. RxJS: `takeWhile`.
 */
WEIR_API weir_observable *weir_take_while(
	weir_observable *source, weir_predicate predicate, void *context, bool inclusive);

#ifdef __cplusplus
}
#endif
#endif
