/** @file
 * Operators that make other items of the items. */
#ifndef WEIR_TRANSFORMING_H
#define WEIR_TRANSFORMING_H

#include <weir/observable.h>
#include <weir/sharing.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What weir_aggregate_with_boundary() does. All but `accumulator` may be zero. */
struct weir_aggregate_options {
	/** Borrowed; what each result begins with. */
	weir_value seed;
	/** From what was gathered and a value to what is gathered then. */
	weir_accumulator accumulator;
	/** Whether a result is complete with its newest value: > 0 yes, 0 no, < 0 fails. NULL: never. */
	weir_predicate is_complete;
	/** From what was gathered to what is emitted. NULL: as it is. */
	weir_mapper harvest;
	/** The clock looks at a result that often, counted from its first value on. 0: there is no clock. */
	weir_duration interval;
	/** Whether the clock ends it now: > 0 yes, 0 no, < 0 fails. NULL: yes. */
	weir_predicate is_due;
	/** Handed to all callbacks; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_aggregate_options weir_aggregate_options;

/**
 * Fold values until the result or a clock says that it is complete; then begin anew.
 *
 *     source:                             -1-2-3-1-|
 *     sum of values, complete from 3 on:  ---3-3---(1|)
 *
 * A result is never made of no value.
 *
 * @param source   consumed
 * @param options  copied
 * @return owned
 *
 * Errors: of the source, at once; what has been gathered is lost. What the callbacks report; `seed`, if it is an error;
 * `EINVAL` without an accumulator, and for an interval below 0. Completion: what has been gathered is emitted first.
 * Order: of the source. Demand: a result that is complete waits until it is requested; one whose time is up goes on
 * gathering until then. With counted demand the source is asked for one value after the other, and for none while a
 * complete result waits. Since 0.1. RxJS: none (Akka: `aggregateWithBoundary`).
 */
WEIR_API weir_observable *weir_aggregate_with_boundary(weir_observable *source, const weir_aggregate_options *options);

/**
 * The items between two items of another observable, as an array.
 *
 *     source:      -1-2--3----4-|
 *     boundary:    ----x----x----
 *     buffer:      ----a----b---(c|)   a = [1, 2], b = [3], c = [4]
 *
 * An array may be empty.
 *
 * @param source    consumed
 * @param boundary  consumed; that it completes means nothing
 * @return owned
 *
 * Errors: of the source and of the boundary, at once; what has been gathered is lost. `EINVAL` when `boundary` is NULL.
 * Completion: what has been gathered is emitted first. Order: the source is subscribed to before the boundary. Demand:
 * both are asked for everything; a buffer that is ended while no array is requested goes on gathering until one is, and
 * is left out if it is empty. Since 0.1. RxJS: `buffer`.
 */
WEIR_API weir_observable *weir_buffer(weir_observable *source, weir_observable *boundary);

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
 * Errors: `EINVAL` when `size` is 0. Completion: the unfinished buffers, oldest first, as they are asked for. Demand:
 * the source is asked for as many values as the buffers need. Since 0.1. RxJS: `bufferCount`.
 */
WEIR_API weir_observable *weir_buffer_count(weir_observable *source, size_t size, size_t every);

/**
 * Arrays of the items from one observable's item to another's.
 *
 *     source:           -1-2-3-4-5-6-|
 *     openings:         --x-----x-----
 *     closing → ---y    -----a-----b-|   a = [2, 3], b = [5, 6]
 *
 * Each item of `openings` begins an array, and the first item of the observable made for it ends it. Arrays may overlap;
 * items that fall into none are left out.
 *
 * @param source    consumed
 * @param openings  consumed; that it completes means nothing
 * @param closing   from an item of `openings` to what ends that array; that it completes means nothing
 * @param context   handed to `closing`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source, of `openings` and of what ends an array, at once; what has been gathered is lost. `EINVAL` for
 * arguments that are NULL. Completion: the open arrays are emitted, oldest first. Order: `openings` is subscribed to
 * before the source. Demand: all are asked for everything; an array that is ended while none is requested goes on
 * gathering until one is, is left out if it is empty, and meanwhile none begins. Since 0.1. RxJS: `bufferToggle`.
 */
WEIR_API weir_observable *weir_buffer_toggle(
	weir_observable *source, weir_observable *openings, weir_project closing, void *context);

/** What bounds the arrays of weir_buffer_weighted(). All-zero: nothing does. */
struct weir_buffer_weighted_options {
	/** An array is not heavier than this, unless one value is; less than 2^63. 0: weight does not matter. */
	uint64_t max_weight;
	/** What a value weighs. NULL: its bytes, if it is a str, bin or ext; else the bytes of its msgpack encoding. */
	uint64_t (*weight)(weir_value value, void *context);
	/** An array has at most so many values. 0: any number. */
	size_t max_size;
	/** An array ends so long after its first value. 0: time does not matter. */
	weir_duration max_span;
	/** Whether a value is the last of its array: > 0 yes, 0 no, < 0 fails. NULL: none is. */
	weir_predicate ends;
	/** Whether a value is the first of its array: > 0 yes, 0 no, < 0 fails. NULL: none need be. */
	weir_predicate begins;
	/** Whether a value may stand in one array with the one before it: > 0 yes, 0 no, < 0 fails. NULL: any may. */
	weir_equality same;
	/** Handed to all callbacks; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_buffer_weighted_options weir_buffer_weighted_options;

/**
 * Values in arrays that are bounded by weight, by number, by time and by what the values are.
 *
 *     source:                           -a-b-c-d---|    a = "1", b = "22", c = "3", d = "444"
 *     buffer_weighted, max_weight 3:    ---x---(yz)|    x = ["1", "22"], y = ["3"], z = ["444"]
 *
 * Whichever comes first ends an array. A value that would make it too heavy begins the next one. An array is never empty.
 *
 * @param source   consumed
 * @param options  copied; NULL: one array, on completion
 * @return owned
 *
 * Errors: of the source, at once; what has been gathered is lost. `EINVAL` for a value that has no size in bytes and
 * for options out of range; what the predicates report. Completion: what has been gathered is emitted first. Order: of
 * the source. Demand: an array that is complete waits until it is requested; one whose time is up goes on gathering
 * until then. With counted demand the source is asked for one value after the other, and for none while a complete
 * array waits. Since 0.1. RxJS: none (Akka: `groupedWeightedWithin`, `groupedAdjacentBy`; Reactor: `bufferUntil`,
 * `bufferTimeout`).
 */
WEIR_API weir_observable *weir_buffer_weighted(weir_observable *source, const weir_buffer_weighted_options *options);

/**
 * Arrays, one after the other, each ended by an observable made for it.
 *
 *     source:             -1-2-3-4-5-6|
 *     closing → ----y     ----a---b---(c|)   a = [1, 2], b = [3, 4], c = [5, 6]
 *
 * The first item of what `closing` makes ends the array, and the next one begins. An array may be empty.
 *
 * @param source   consumed
 * @param closing  called when an array has begun; that its result completes means nothing
 * @param context  handed to `closing`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and of what ends an array, at once; what has been gathered is lost. `EINVAL` when `closing` or its
 * result is NULL. Completion: what has been gathered is emitted first. Order: what ends the first array is subscribed to
 * before the source. Demand: all are asked for everything; an array that is ended while none is requested goes on
 * gathering until one is, and is left out if it is empty. Since 0.1. RxJS: `bufferWhen`.
 */
WEIR_API weir_observable *weir_buffer_when(weir_observable *source, weir_factory closing, void *context);

/**
 * Run the observables that come as items one after the other.
 *
 *     source:       -a-b---------|   a = --1-2|, b = --x-y|
 *     concat_all:   ---1-2--x-y--|
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: as weir_concat_map(); `EINVAL` for an item that is no observable. Demand: as weir_concat_map(). Since 0.1.
 * RxJS: `concatAll`.
 */
WEIR_API weir_observable *weir_concat_all(weir_observable *source);

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
 * Errors: of the source, at once; of an inner observable. Completion: when the source and the last inner observable
 * have completed. Order: by value, one inner observable after the other. Demand: the source is asked for the next value
 * when an inner observable has completed; an inner one for what downstream waits for, at most 16 ahead. Since 0.1.
 * RxJS: `concatMap`.
 */
WEIR_API weir_observable *weir_concat_map(weir_observable *source, weir_project project, void *context);

/**
 * Run the observables of the values at once, and emit their items in the order of the values.
 *
 *     source:                     -a-b-----|
 *     a → ----1-2|  b → -x--y|    -----1-2(xy|)
 *
 * What the later ones send meanwhile waits. So it is weir_concat_map() that does not wait with the work; for observables
 * of one item it is a map whose calls overlap.
 *
 * @param source       consumed
 * @param project      makes the observable of a value
 * @param context      handed to `project`; see weir_with_context()
 * @param concurrency  how many may run, or have items that wait, at once; 0: no limit. Further values wait upstream: they
 *                     are not asked for
 * @param prefetch     how many items of each may wait; 0: 64
 * @return owned
 *
 * Errors: of the source, of any inner observable; at once, what else runs is cancelled, what waits is dropped.
 * `WEIR_EDEMAND` when an inner one that cannot pause gets more than `prefetch` items ahead. Completion: of the source,
 * after all items. Order: of the values. Demand: of the source as many values as there are free places; each inner
 * observable is asked for what downstream waits for, at most `prefetch` ahead. Since 0.1. RxJava: `concatMapEager`;
 * Reactor: `flatMapSequential`.
 */
WEIR_API weir_observable *weir_concat_map_eager(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency, uint64_t prefetch);

/**
 * As weir_concat_map(), with one inner observable for all values: each value runs it anew.
 *
 * @param source  consumed
 * @param inner   consumed
 * @return owned
 *
 * Errors: as weir_concat_map(); `EINVAL` when `inner` is NULL. Demand: as weir_concat_map(). Since 0.1. RxJS: `concatMapTo`.
 */
WEIR_API weir_observable *weir_concat_map_to(weir_observable *source, weir_observable *inner);

/**
 * Mirror an observable that comes as an item; others that come meanwhile are ignored.
 *
 *     source:        -a-b---c----|   a = --1-2|, c = --x|
 *     exhaust_all:   ---1-2---x--|
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: as weir_exhaust_map(); `EINVAL` for an item that is no observable. Demand: as weir_exhaust_map(). Since 0.1.
 * RxJS: `exhaustAll`.
 */
WEIR_API weir_observable *weir_exhaust_all(weir_observable *source);

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
 * Errors: of the source or the inner observable. Completion: when the source and the inner observable have completed;
 * nothing held. Order: of the inner observable that runs. Demand: the source is asked for everything; the inner
 * observable for what downstream waits for. Since 0.1. RxJS: `exhaustMap`.
 */
WEIR_API weir_observable *weir_exhaust_map(weir_observable *source, weir_project project, void *context);

/**
 * As weir_exhaust_map(), with one inner observable for all values: each value runs it anew.
 *
 * @param source  consumed
 * @param inner   consumed
 * @return owned
 *
 * Errors: as weir_exhaust_map(); `EINVAL` when `inner` is NULL. Demand: as weir_exhaust_map(). Since 0.1.
 */
WEIR_API weir_observable *weir_exhaust_map_to(weir_observable *source, weir_observable *inner);

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
 * Errors: of the source, at once; of any inner observable, behind its items whose turn it is; what else runs is cancelled.
 * Completion: when no value is left and all inner observables have completed. Order: by arrival; depth first where all is
 * synchronous. Demand: the source and the inner observables are asked for one item at a time, while downstream waits for
 * any. Since 0.1. RxJS: `expand`.
 */
WEIR_API weir_observable *weir_expand(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency);

/** Callbacks and bounds of weir_group_by() beside the key. All-zero means the defaults. */
struct weir_group_by_options {
	/** What is pushed into the group instead of the value. */
	weir_mapper element;
	/**
	 * Called with each new group, after that was emitted; the result is consumed. When it emits or completes, the group
	 * completes and is forgotten: a later value of its key opens a new one. Its error goes to the group; a callback that
	 * fails (weir_throw(), or NULL) fails all.
	 */
	weir_observable *(*duration)(const weir_observable *group, void *context);
	/**
	 * How many values wait in each group until somebody subscribes to it. 0: none; what comes before is dropped, and
	 * reported to the loop's `on_dropped`. SIZE_MAX: any number. One more ends all with `WEIR_EOVERFLOW`.
	 */
	size_t waiting;
	/** What a group keeps for those who subscribe to it later. All-zero: nothing; else `waiting` plays no part. */
	weir_connector connector;
};
typedef struct weir_group_by_options weir_group_by_options;

/**
 * An observable for each key, of the values with that key.
 *
 *     source:            -1-2-3-4-|
 *     group_by parity:   -a-b-----|   a = 1---3---|, b = 2---4-|, each from its letter on
 *
 * Each group is emitted as an item when its first value comes; weir_as_observable() has it, weir_group_key() its key. It
 * is hot: who subscribes gets what comes from then on, see `waiting`. The source runs for as long as this or any group
 * has a subscriber, and completes and fails them all.
 *
 * To consume groups by turns (weir_concat_map(), weir_merge_map() with a limit) let values wait: those of a group whose
 * turn has not come do not hold back the groups that run.
 *
 * @param source   consumed
 * @param key      from value to key; keys are told apart by weir_equal()
 * @param context  handed to all callbacks; see weir_with_context()
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: of the source and of `key` and `element`: to every group, then here; `WEIR_EOVERFLOW`, see `waiting`.
 * Completion: of every group, then here, after the groups that nobody has asked for yet. Order: groups by their first
 * value; values in each as they came. Demand: groups wait until they are asked for, values until their group's
 * subscriber asks. The source is asked for at most 256 values more than the subscribers have taken, and for none while
 * no group is asked for and none has a subscriber. Since 0.1. RxJS: `groupBy`.
 */
WEIR_API weir_observable *weir_group_by(
	weir_observable *source, weir_mapper key, void *context, const weir_group_by_options *options);

/** The key of an observable that weir_group_by() emitted, borrowed, valid as long as that; of another observable: nil. */
WEIR_API weir_value weir_group_key(const weir_observable *group);

/** What a ::weir_handler may answer; a negative answer is a negated errno, which ends the stream with that error. */
enum weir_handled {
	WEIR_HANDLED_DROP = 0, /**< nothing for this value */
	WEIR_HANDLED_EMIT = 1, /**< the item */
	WEIR_HANDLED_COMPLETE = 2, /**< complete, without an item */
	WEIR_HANDLED_EMIT_LAST = 3, /**< the item, and then complete */
};

/** Value to ::weir_handled. @param ret_item  nil at first; the item, owned; of kind error: the stream fails with it */
typedef int (*weir_handler)(weir_value value, weir_value *ret_item, void *context);

/**
 * Map, filter and end in one callback: for each value one item or none, and completion or failure when it says so.
 *
 *     source:                                        -1-2-3-4-5-|
 *     odd ones ten times, 3 is the last: weir_handle: -a---(b|)   a = 10, b = 30
 *
 * @param source   consumed
 * @param handler  called with each value
 * @param context  handed to `handler`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `handler`; the item, if it is one; `EINVAL` when `handler` is NULL. Demand: a dropped value is
 * requested again. Since 0.1. Reactor: `handle`.
 */
WEIR_API weir_observable *weir_handle(weir_observable *source, weir_handler handler, void *context);

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
 * As weir_map(), with a function that takes arrays: what comes together is mapped by one call.
 *
 *     source:         (123)--4-|
 *     map_array ×10:  (abc)--d-|   a = 10, b = 20, c = 30, d = 40
 *
 * How many values come together is the source's affair (a burst, a range, all lines of a transfer), and at most 64. The
 * function runs for all of them before the first result is passed on; what a cancel in between makes superfluous is
 * released.
 *
 * @param source   consumed
 * @param mapper   see weir/arrays.h
 * @param context  handed to `mapper`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno of `mapper`, before any of the values that came together; a result of kind error, after those
 * before it; `EINVAL` when `mapper` is NULL. Demand: passed on. Since 0.1. RxJS: none.
 */
WEIR_API weir_observable *weir_map_array(weir_observable *source, weir_array_mapper mapper, void *context);

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

/** What weir_map_with_resource() calls. */
struct weir_map_with_resource_options {
	/** An owned value for each subscription, before the source is subscribed to; see weir_object(). A failure by
	 * weir_fail(). */
	weir_value (*open)(void *context);
	/** As ::weir_mapper; it also borrows the resource. */
	weir_value (*map)(weir_value resource, weir_value value, void *context);
	/** When the source has completed: > 0: an owned item stands in `ret_item`, 0: there is none, < 0: a negated errno. NULL:
	 * there is none. */
	int (*last)(weir_value resource, weir_value *ret_item, void *context);
	/** Once, whatever the end is. It borrows the resource, which is released after that. NULL: it is only released. */
	void (*close)(weir_value resource, void *context);
	/** Handed to all of them; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_map_with_resource_options weir_map_with_resource_options;

/**
 * What a function makes of each value with the help of a resource that each subscription has of its own.
 *
 *     source:                                   -1-2-3-|
 *     map_with_resource, a sum, last the sum:   -1-3-6-(6|)
 *
 * For an encoder, a digest, a prepared statement. An error of the source overtakes the last item, which is then not made.
 *
 * @param source   consumed
 * @param options  copied
 * @return owned
 *
 * Errors: of the source; what `open`, `map` and `last` report; `EINVAL` when `open` or `map` is NULL. Completion: `last` may
 * add an item. Order: of the source. Demand: passed on; the last item waits until it is asked for. Since 0.1. RxJS: none
 * (Akka: `mapWithResource`).
 */
WEIR_API weir_observable *weir_map_with_resource(
	weir_observable *source, const struct weir_map_with_resource_options *options);

/**
 * The same value for each one.
 *
 *     source:    -1--2--3-|
 *     map_to 7:  -7--7--7-|
 *
 * @param source    consumed
 * @param constant  consumed
 * @return owned
 *
 * Errors: `constant`, if it is one. Demand: passed on. Since 0.1. RxJS: `mapTo`.
 */
WEIR_API weir_observable *weir_map_to(weir_observable *source, weir_value constant);

/**
 * Run the observables that come as items at once, and merge their items as they come.
 *
 *     source:      -a--b------|   a = --1-2|, b = -x|
 *     merge_all:   ---1-(2x)--|
 *
 * @param source       consumed
 * @param concurrency  how many run at once; 0: no limit. Further ones wait upstream: they are not asked for
 * @return owned
 *
 * Errors: as weir_merge_map(); `EINVAL` for an item that is no observable. Demand: as weir_merge_map(). Since 0.1.
 * RxJS: `mergeAll`.
 */
WEIR_API weir_observable *weir_merge_all(weir_observable *source, uint64_t concurrency);

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
 * Errors: of the source, of any inner observable; at once, what else runs is cancelled. Completion: when the source and
 * all inner observables have completed; what nobody has asked for yet comes first. Order: by arrival; of each inner
 * observable its own. Demand: of the source as many values as there are free places; each inner observable is asked for
 * what downstream waits for, at most 16 ahead. Since 0.1. RxJS: `mergeMap`.
 */
WEIR_API weir_observable *weir_merge_map(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency);

/**
 * Run the observables of values of different keys at once, those of one key one after the other, and merge their items
 * as they come.
 *
 *     source:               -abA---------|   where a and A have one key
 *     each x → -x-x|        --ababA-A----|
 *
 * So whatever is done for one key (a device, an account) is done in order, however many are served at once. A key is
 * forgotten when nothing of it runs or waits.
 *
 * @param source       consumed
 * @param key          from value to key; keys are told apart by weir_equal()
 * @param project      makes the observable of a value when its turn has come
 * @param context      handed to both; see weir_with_context()
 * @param concurrency  how many run at once; 0: no limit
 * @param waiting      how many values may wait here for their key or for a free place; 0: 64. Further ones wait upstream
 * @return owned
 *
 * Errors: of the source, of any inner observable, of `key`; at once, what else runs is cancelled. Completion: of the
 * source, after all that waits. Order: of one key, that of its values; between keys, as items come. Demand: the source is
 * asked for as many values as may wait; each inner observable for what downstream waits for, at most 64 ahead. Since 0.1.
 * Pekko: `mapAsyncPartitionedUnordered`.
 */
WEIR_API weir_observable *weir_merge_map_by_key(weir_observable *source, weir_mapper key, weir_project project,
	void *context, uint64_t concurrency, size_t waiting);

/**
 * As weir_merge_map(), with one inner observable for all values: each value runs it anew.
 *
 * @param source       consumed
 * @param inner        consumed
 * @param concurrency  as of weir_merge_map()
 * @return owned
 *
 * Errors: as weir_merge_map(); `EINVAL` when `inner` is NULL. Demand: as weir_merge_map(). Since 0.1. RxJS:
 * `mergeMapTo`.
 */
WEIR_API weir_observable *weir_merge_map_to(weir_observable *source, weir_observable *inner, uint64_t concurrency);

/**
 * As weir_merge_map(), where the projection is handed the latest item as well.
 *
 *     source:                        -1-2-3-|
 *     (sum, x) → (s|), s = sum + x   -1-3-6-|   from seed 0
 *
 * @param source       consumed
 * @param project      makes the observable of the latest item and a value, when its turn has come
 * @param context      handed to `project`; see weir_with_context()
 * @param seed         consumed; the latest item before there is one; not emitted itself
 * @param concurrency  how many run at once; 0: no limit. Further values wait upstream: they are not asked for
 * @return owned
 *
 * Errors: as weir_merge_map(); `seed`, if it is one. Completion: as weir_merge_map(). Order: as weir_merge_map().
 * Demand: as weir_merge_map(). Since 0.1. RxJS: `mergeScan`.
 */
WEIR_API weir_observable *weir_merge_scan(weir_observable *source, weir_accumulating_project project, void *context,
	weir_value seed, uint64_t concurrency);

/**
 * Each value with the one before, as an array of two.
 *
 *     source:    -1-2-3-|
 *     pairwise:  ---a-b-|   a = [1, 2], b = [2, 3]
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Demand: passed on; for the first value, which has none before it, another one is asked for.
 * Since 0.1. RxJS: `pairwise`.
 */
WEIR_API weir_observable *weir_pairwise(weir_observable *source);

/**
 * The values that satisfy a predicate, and, as a second observable, those that do not.
 *
 *     source:      -1-2-3-4-|
 *     is_even yes: ---2---4-|
 *     is_even no:  -1---3---|
 *
 * Each of the two runs the source for itself; put weir_share() behind a source that is to run once.
 *
 * @param source      consumed
 * @param predicate   which values go to the result
 * @param context     handed to `predicate`; see weir_with_context()
 * @param ret_others  the observable of the other values, owned
 * @return owned: the observable of the values that satisfy it
 *
 * Errors: of the source; what `predicate` reports; `EINVAL` when it or `ret_others` is NULL. Demand: passed on; what
 * goes to the other one is replaced. Since 0.1. RxJS: `partition`.
 */
WEIR_API weir_observable *weir_partition(
	weir_observable *source, weir_predicate predicate, void *context, weir_observable **ret_others);

/**
 * As weir_partition(), with a predicate that is handed the index of each value as well.
 *
 * @param source      consumed
 * @param predicate   which values go to the result; the index counts from 0 in each subscription
 * @param context     handed to `predicate`; see weir_with_context()
 * @param ret_others  the observable of the other values, owned
 * @return owned: the observable of the values that satisfy it
 *
 * Errors: as weir_partition(). Demand: as weir_partition(). Since 0.1. RxJS: `partition`.
 */
WEIR_API weir_observable *weir_partition_indexed(
	weir_observable *source, weir_predicate_indexed predicate, void *context, weir_observable **ret_others);

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
 * Errors: `EINVAL` when `key` is NULL. Completion: nothing held. Demand: passed on. Since 0.1. RxJS: `pluck`.
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
 * The first values as an array, with all that follow as an observable, in one item.
 *
 *     source:               -1-2-3-4-|
 *     prefix_and_tail 2:    ---x-----|   x = [[1, 2], --3-4-|]
 *
 * The item is an array of two: the values, fewer if the source has no more, and the rest; weir_as_observable(weir_at(item,
 * 1)) has it. The rest waits: the source is asked for no more until somebody subscribes to it. Who subscribes later gets
 * what comes from then on. This completes with the source, which runs for as long as this or the rest has a subscriber.
 *
 * @param source  consumed
 * @param count   how many values the array has; 0: none, and the item comes at once
 * @return owned
 *
 * Errors: of the source: here, and to who has subscribed to the rest. Completion: an array that is too short is emitted
 * first. Order: that of the source, the array and then the rest. Demand: the source is asked for `count` values, and
 * then for what the subscribers of the rest ask for, at most 256 ahead. Since 0.1. RxJS: none (Akka: `prefixAndTail`).
 */
WEIR_API weir_observable *weir_prefix_and_tail(weir_observable *source, size_t count);

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
 * As weir_scan_first(), with an accumulator that is handed the index of each value as well.
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value, a value and its index to the next accumulated value; called from the
 *                     second value on, whose index is 1
 * @param context      handed to `accumulator`; see weir_with_context()
 * @return owned
 *
 * Errors: as weir_scan_first(). Demand: passed on. Since 0.1. RxJS: `scan` without a seed.
 */
WEIR_API weir_observable *weir_scan_first_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context);

/**
 * As weir_scan(), with an accumulator that is handed the index of each value as well.
 *
 *     source:                    -1-2-3-|
 *     sum + value × index, 10:   -a-b-c-|   a = 10, b = 12, c = 18
 *
 * @param source       consumed
 * @param accumulator  from the accumulated value, a value and its index to the next accumulated value; the index counts
 *                     from 0 in each subscription
 * @param context      handed to `accumulator`; see weir_with_context()
 * @param seed         consumed; accumulated before the first value; not emitted itself
 * @return owned
 *
 * Errors: as weir_scan(). Demand: passed on. Since 0.1. RxJS: `scan` with a seed.
 */
WEIR_API weir_observable *weir_scan_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context, weir_value seed);

/**
 * State and value to the item (owned).
 *
 * @param ret_state  nil at first; the next state, owned (weir_retain() keeps the old one); of kind error: the stream fails
 *                   with it
 */
typedef weir_value (*weir_state_step)(weir_value state, weir_value value, weir_value *ret_state, void *context);

/** The last state to a last item: > 0 there is one, owned; 0 there is none; < 0 a negated errno, which ends the stream. */
typedef int (*weir_state_flush)(weir_value state, weir_value *ret_item, void *context);

/**
 * A map with a state: each value makes the next state and an item, which is something else.
 *
 *     source:                                       -1-2-3-|
 *     sum so far as state, difference to 4 as item: -3-1-a-(b|)   a = -2, b = 6: the flushed state
 *
 * @param source   consumed
 * @param initial  consumed; the state of each subscription at first
 * @param step     called with each value
 * @param flush    called with the state when the source has completed; NULL: nothing is flushed
 * @param context  handed to `step` and `flush`; see weir_with_context()
 * @return owned
 *
 * Errors: what `step` reports with weir_fail(); the negated errno of `flush`; `initial`, if it is one; `EINVAL` when `step`
 * is NULL. Completion: the flushed item waits until it is asked for. Demand: passed on. Since 0.1. Akka: `statefulMap`,
 * `mapAccumulate`.
 */
WEIR_API weir_observable *weir_scan_map(
	weir_observable *source, weir_value initial, weir_state_step step, weir_state_flush flush, void *context);

/**
 * Mirror the newest of the observables that come as items; the one before is cancelled first.
 *
 *     source:       -a---b----|   a = --1-2|, b = --x|
 *     switch_all:   ---1---x--|
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: as weir_switch_map(); `EINVAL` for an item that is no observable. Demand: as weir_switch_map(). Since 0.1.
 * RxJS: `switchAll`.
 */
WEIR_API weir_observable *weir_switch_all(weir_observable *source);

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
 * Errors: of the source or the inner observable. Completion: when the source and the newest inner observable have
 * completed; nothing held. Order: of the newest inner observable. Demand: the source is asked for everything; the inner
 * observable for what downstream waits for. Since 0.1. RxJS: `switchMap`.
 */
WEIR_API weir_observable *weir_switch_map(weir_observable *source, weir_project project, void *context);

/** The first value and the source from that value on, both borrowed, to what is made of them (consumed). */
typedef weir_observable *(*weir_first_selector)(weir_value first, weir_observable *whole, void *context);

/**
 * Look at the first value, and then decide what becomes of the source.
 *
 *     source:                              -h-1-2-|
 *     switch_on_first, h: skip 1 and × 10: ---a-b-|   a = 10, b = 20
 *
 * `selector` gets the first value and the source, which begins with it, and makes what is mirrored. That may subscribe to
 * the source once, at once or later; when it lets go of it, the source is released. Without a first value it is not called.
 *
 * @param source    consumed
 * @param selector  NULL counts as failure `EINVAL`
 * @param context   handed to `selector`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source before its first value; of what was made, and only that decides about later ones; `EINVAL` when
 * `selector` is NULL. Completion: with what was made, and the source is released then. Order: of what was made. Demand:
 * the source is asked for one value, then for what is asked of it through `whole`. Since 0.1. RxJS: none (Reactor:
 * `switchOnFirst`).
 */
WEIR_API weir_observable *weir_switch_on_first(weir_observable *source, weir_first_selector selector, void *context);

/**
 * As weir_switch_map(), with one inner observable for all values: each value runs it anew.
 *
 * @param source  consumed
 * @param inner   consumed
 * @return owned
 *
 * Errors: as weir_switch_map(); `EINVAL` when `inner` is NULL. Demand: as weir_switch_map(). Since 0.1. RxJS: `switchMapTo`.
 */
WEIR_API weir_observable *weir_switch_map_to(weir_observable *source, weir_observable *inner);

/**
 * As weir_switch_map(), where the projection is handed the latest item as well.
 *
 *     source:                            -1---2-------|
 *     (sum, x) → --s-|, s = sum + x      ---1---3-----|   from seed 0
 *
 * @param source   consumed
 * @param project  makes the observable of the latest item and a value
 * @param context  handed to `project`; see weir_with_context()
 * @param seed     consumed; the latest item before there is one; not emitted itself
 * @return owned
 *
 * Errors: as weir_switch_map(); `seed`, if it is one. Completion: as weir_switch_map(). Order: as weir_switch_map().
 * Demand: as weir_switch_map(). Since 0.1. RxJS: `switchScan`.
 */
WEIR_API weir_observable *weir_switch_scan(
	weir_observable *source, weir_accumulating_project project, void *context, weir_value seed);

/**
 * The items between two items of another observable, as an observable.
 *
 *     source:      -1-2--3----4-|
 *     boundary:    ----x----x----
 *     window:      a---b----c---|   a = -1-2|, b = --3--|, c = --4-|, each from its letter on
 *
 * A window is emitted as an item when it opens, the first at once. It is hot: who subscribes gets what comes from then
 * on. The source runs for as long as this or any window has a subscriber, and completes and fails them all; once this has
 * none no window opens any more.
 *
 * @param source    consumed
 * @param boundary  consumed; that it completes means nothing
 * @param waiting   how many values wait in each window until somebody subscribes to it. 0: none; what comes before is
 *                  dropped, and reported to the loop's `on_dropped`. SIZE_MAX: any number. One more ends all with
 *                  `WEIR_EOVERFLOW`
 * @return owned
 *
 * Errors: of the source and of the boundary: to the open window, then here; `WEIR_EOVERFLOW`, see `waiting`; `EINVAL` when
 * `boundary` is NULL. Completion: of the open window, then here. Order: the source is subscribed to before the boundary.
 * Demand: as weir_group_by(); the boundary is asked for everything. Since 0.1. RxJS: `window`.
 */
WEIR_API weir_observable *weir_window(weir_observable *source, weir_observable *boundary, size_t waiting);

/** Bounds of weir_window_count() beside the size. All-zero means the defaults. */
struct weir_window_count_options {
	/** A window opens at the beginning and at every so many values; 0 means the size: one after the other. */
	uint64_t every;
	/**
	 * How many values wait in each window until somebody subscribes to it. 0: none; what comes before is dropped, and
	 * reported to the loop's `on_dropped`. SIZE_MAX: any number. One more ends all with `WEIR_EOVERFLOW`.
	 */
	size_t waiting;
};
typedef struct weir_window_count_options weir_window_count_options;

/**
 * The values in observables of `size` values each.
 *
 *     source:           -1-2-3-4-5-|
 *     window_count 2:   a--b---c---|   a = -1-2|, b = --3-4|, c = --5-|, each from its letter on
 *
 * A window is emitted as an item when it opens, the first at once. It is hot: who subscribes gets what comes from then
 * on, see `waiting`. With `every` smaller than `size` windows overlap; with a bigger one the values between them are left
 * out. The source runs for as long as this or any window has a subscriber, and completes and fails them all.
 *
 * @param source   consumed
 * @param size     how many values a window holds, at least 1
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: of the source: to every open window, then here; `WEIR_EOVERFLOW`, see `waiting`; `EINVAL` for a size of 0.
 * Completion: of every window, then here, after the windows that nobody has asked for yet. Order: windows as they open;
 * values in each as they came. Demand: as weir_group_by(). Since 0.1. RxJS: `windowCount`.
 */
WEIR_API weir_observable *weir_window_count(
	weir_observable *source, uint64_t size, const weir_window_count_options *options);

/**
 * Observables of the items from one observable's item to another's.
 *
 *     source:           -1-2-3-4-5-6-|
 *     openings:         --x-----x-----
 *     closing → ---y    --a-----b----|   a = -2-(3|), b = -5-(6|), each from its letter on
 *
 * Each item of `openings` begins a window, which is emitted as an item, and the first item of the observable made for it
 * ends it. Windows may overlap; values that fall into none are left out. They are hot, as those of weir_window(), and the
 * source runs as long as there.
 *
 * @param source    consumed
 * @param openings  consumed; that it completes means nothing
 * @param closing   from an item of `openings` to what ends that window; that it completes means nothing
 * @param context   handed to `closing`; see weir_with_context()
 * @param waiting   as for weir_window()
 * @return owned
 *
 * Errors: of the source, of `openings` and of what ends a window: to every open window, then here; a projection that fails
 * (weir_throw()) opens none. `WEIR_EOVERFLOW`, see `waiting`; `EINVAL` for arguments that are NULL. Completion: of the open
 * windows, oldest first, then here. Order: `openings` is subscribed to before the source. Demand: as weir_group_by();
 * `openings` and what ends a window are asked for everything. Since 0.1. RxJS: `windowToggle`.
 */
WEIR_API weir_observable *weir_window_toggle(
	weir_observable *source, weir_observable *openings, weir_project closing, void *context, size_t waiting);

/**
 * Observables of the items, one after the other, each ended by an observable made for it.
 *
 *     source:             -1-2-3-4-5-6|
 *     closing → ----y     a---b---c---|   a = -1-2|, b = -3-4|, c = -5-6|, each from its letter on
 *
 * What `closing` makes ends the window by its first item or by completing, and the next window begins. Windows are hot, as
 * those of weir_window(), and the source runs as long as there.
 *
 * @param source   consumed
 * @param closing  called when a window has been emitted
 * @param context  handed to `closing`; see weir_with_context()
 * @param waiting  as for weir_window()
 * @return owned
 *
 * Errors: of the source and of what ends a window: to the open window, then here; `WEIR_EOVERFLOW`, see `waiting`; `EINVAL`
 * when `closing` or its result is NULL. Completion: of the open window, then here. Order: what ends the first window is
 * subscribed to before the source. Demand: as weir_group_by(); what ends a window is asked for everything. Since 0.1. RxJS:
 * `windowWhen`.
 */
WEIR_API weir_observable *weir_window_when(
	weir_observable *source, weir_factory closing, void *context, size_t waiting);

/**
 * Each value with its index, as an array of two.
 *
 *     source:      -7-7-8-|
 *     with_index:  -a-b-c-|   a = [7, 0], b = [7, 1], c = [8, 2]
 *
 * The index counts from 0 in every subscription.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Demand: passed on. Since 0.1. RxJS: `map` with the index.
 */
WEIR_API weir_observable *weir_with_index(weir_observable *source);

/**
 * What a function makes of the values that come together: any number of values.
 *
 *     source:                       (123)--4-|
 *     transform_array, each twice:  (112233)--(44)-|
 *
 * How many values come together is the source's affair; the function gets no more than it has room for results of.
 *
 * @param source       consumed
 * @param transformer  see weir/arrays.h
 * @param context      handed to `transformer`; see weir_with_context()
 * @param growth       how many results there may be for one value: 1 to 64
 * @return owned
 *
 * Errors: the negated errno of `transformer`, before any of the values that came together; a result of kind error, after
 * those before it; `EINVAL` when `transformer` is NULL or `growth` out of range, and when it says that it has made more
 * results than there was room for. An error of the source overtakes results that wait. Completion: waits for them. Order: of
 * the results. Demand: the source is asked for as many values as are asked for; results that are not asked for wait, at
 * most `growth` for each of those. Since 0.1. RxJS: none.
 */
WEIR_API weir_observable *weir_transform_array(
	weir_observable *source, weir_array_transformer transformer, void *context, size_t growth);


#ifdef __cplusplus
}
#endif
#endif
