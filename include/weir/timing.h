/** @file
 * Operators that choose, gather, delay or limit items by time.
 *
 * Time is the loop's monotonic clock; durations are nanoseconds, best written as weir_ms(250).
 *
 * The lossy ones (debounce, throttle, audit, sample) ask the source for everything. An item that is chosen while nobody
 * has requested one waits, and gives way to a newer one, until it is requested.
 */
#ifndef WEIR_TIMING_H
#define WEIR_TIMING_H

#include <weir/observable.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which items of a window of time pass. */
enum weir_edge {
	WEIR_EDGE_LEADING = 1, /**< the one that begins it, at once */
	WEIR_EDGE_TRAILING = 2, /**< the newest one, at its end */
	WEIR_EDGE_BOTH = 3,
	/** None passes, only the end: for a choice that is made elsewhere. It is not 0, so what was forgotten is refused. */
	WEIR_EDGE_NONE = 4,
};

/**
 * When an item comes, wait for what is made for it to emit, then emit the newest item; only the next item begins the
 * next wait.
 *
 *     source:            -1-2-3-----4---|
 *     audit to ---x:     ----2---3-----4|
 *
 * A notifier that completes without an item ends the wait in silence: the newest item waits for the end of the next one.
 *
 * @param source   consumed
 * @param project  makes the notifier: its first item ends the wait
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and the notifier, at once; `EINVAL` when `project` is NULL. Completion: waits for the item that
 * waits, and for nothing else. Demand: see the file; the notifier is asked for everything. Since 0.1. RxJS: `audit`.
 */
WEIR_API weir_observable *weir_audit(weir_observable *source, weir_project project, void *context);

/**
 * When an item comes, wait for a span of time, then emit the newest item; only the next item begins the next wait.
 *
 *     source:         -1-2-3-----4---|
 *     audit_time 3:   ----2---3-----4|
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source, at once. Completion: waits for the item that waits. Demand: see the file; two items are never
 * closer than `span`. Since 0.1. RxJS: `auditTime`.
 */
WEIR_API weir_observable *weir_audit_time(weir_observable *source, weir_duration span);

/** Beside the span of weir_buffer_time(). All zero means the defaults. */
struct weir_buffer_time_options {
	/** A buffer begins every so often, the first at once, so that buffers overlap or leave gaps. 0: whenever the
	 * one before ends. */
	weir_duration create_interval;
	/** A buffer that holds so many items is emitted early. 0: no limit. */
	size_t max_size;
};
/** Short for it. */
typedef struct weir_buffer_time_options weir_buffer_time_options;

/**
 * Gather the items of a span of time and emit them as an array.
 *
 *     source:          -1-2-3------4-|
 *     buffer_time 5:   -----a----b---(c|)   a = [1, 2, 3], b = [], c = [4]
 *
 * An array may be empty. With `create_interval` and
 * without, the buffers stand on a grid that does not drift; one that was full early shifts those behind it.
 *
 * @param source   consumed
 * @param span     0 or less: until the loop's next turn
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: of the source, at once; what has been gathered is lost. `EINVAL` for an interval below 0. Completion: the
 * open buffers are emitted, oldest first. Demand: a buffer whose time is up goes on gathering until an array is
 * requested, and meanwhile none begins; an empty one is left out. The source is asked for everything; with `max_size`
 * and counted demand for no more than the oldest buffer has room for. Since 0.1. RxJS: `bufferTime`.
 */
WEIR_API weir_observable *weir_buffer_time(
	weir_observable *source, weir_duration span, const struct weir_buffer_time_options *options);

/**
 * Emit an item when no other has come until what is made for it emits.
 *
 *     source:             -1-2-3------4-|
 *     debounce to ---x:   --------3-----(4|)
 *
 * The notifier of the item before is released first. One that completes without an item leaves its item to wait: for
 * the next one, which takes its place, or for the end.
 *
 * @param source   consumed
 * @param project  makes the notifier: its first item says that its item has settled
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and the notifier, at once; `EINVAL` when `project` is NULL. Completion: emits the item that
 * waits, at once. Order: of the source. Demand: see the file; the notifier is asked for everything. Since 0.1. RxJS:
 * `debounce`.
 */
WEIR_API weir_observable *weir_debounce(weir_observable *source, weir_project project, void *context);

/**
 * Emit an item when no other has come for a span of time.
 *
 *     source:            -1-2-3------4-|
 *     debounce_time 3:   --------3-----(4|)
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source, at once. Completion: emits the item that waits, at once. Order: of the source. Demand: see the
 * file; two items are never closer than `span`, but for the one that completion flushes. Since 0.1. RxJS:
 * `debounceTime`.
 */
WEIR_API weir_observable *weir_debounce_time(weir_observable *source, weir_duration span);

/**
 * Emit every item a span of time after it came.
 *
 *     source:    -1-2---3|
 *     delay 3:   ----1-2---(3|)
 *
 * Completion follows the last item and is not delayed itself.
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source, at once, before what waits. Completion: after the last item's delay. Demand: passed on, so
 * what waits was requested. Since 0.1. RxJS: `delay`.
 */
WEIR_API weir_observable *weir_delay(weir_observable *source, weir_duration span);

/**
 * Subscribe to the source when a notifier has emitted or completed.
 *
 *     notifier:            ---x
 *     source:                 -1-2|
 *     delay_subscription:  ----1-2|
 *
 * @param source    consumed
 * @param notifier  consumed; released after its first item
 * @return owned
 *
 * Errors: of the notifier, and then the source is never subscribed to; of the source; `EINVAL` when `notifier` is NULL.
 * Completion: of the source. Order: of the source. Demand: passed on; the notifier is asked for everything. Since 0.1.
 * RxJS: `delayWhen` with a subscription delay.
 */
WEIR_API weir_observable *weir_delay_subscription(weir_observable *source, weir_observable *notifier);

/**
 * Emit every item when the notifier made for it emits.
 *
 *     source:                    -1-2-3--|
 *     delay_when 3, 4 or 1 ms:   ----13-(2|)
 *
 * An item whose notifier completes without an item is dropped. Where all wait equally
 * long weir_delay() does, and holds no more than was asked for; here as many may wait as the source sends.
 *
 * @param source   consumed
 * @param project  makes the notifier: its first item lets its item go
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source and the notifiers, at once, before what waits; `EINVAL` when `project` is NULL. Completion: waits
 * for the notifiers. Order: in which the notifiers emit. Demand: the source is asked for everything. Since 0.1.
 * RxJS: `delayWhen`.
 */
WEIR_API weir_observable *weir_delay_when(weir_observable *source, weir_project project, void *context);

/**
 * Emit an item of its own whenever the source has been silent for a span of time: pings, heartbeats.
 *
 *     source:         -1-------2-|
 *     keep_alive 3:   -1--k--k-2-|
 *
 * The span begins with the subscription and anew with every item, also one of its own. An item that comes in the very turn
 * in which the span is over is in time.
 *
 * @param source   consumed
 * @param span     more than 0
 * @param make     makes an item; failure: weir_fail()
 * @param context  handed to `make`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source, at once, before an item that waits; what `make` reports with weir_fail(); `EINVAL` for a span that
 * is not positive and when `make` is NULL. Completion: waits for an item that waits. Order: of the source. Demand: the
 * source is asked for one item at a time, for everything when downstream does not count. Without demand nothing is made;
 * when it comes after the span, one item is. The item of the source whose demand has been used up so waits. Since 0.1.
 * RxJS: none (Akka: `keepAlive`).
 */
WEIR_API weir_observable *weir_keep_alive(
	weir_observable *source, weir_duration span, weir_value (*make)(void *context), void *context);

/**
 * Whenever a notifier emits, emit the newest item, if one has come since the last time.
 *
 *     source:    -1-2-3----4|
 *     notifier:  ----x---x----
 *     sample:    ----2---3--|
 *
 * @param source    consumed; subscribed to first, so that an item that comes together with the notifier's is in time
 * @param notifier  consumed; its completion changes nothing
 * @return owned
 *
 * Errors: of the source and the notifier, at once; `EINVAL` when `notifier` is NULL. Completion: what has come since
 * the last time is not emitted. Order: of the source. Demand: see the file; the notifier is asked for everything. Since
 * 0.1. RxJS: `sample`.
 */
WEIR_API weir_observable *weir_sample(weir_observable *source, weir_observable *notifier);

/**
 * At every point of a grid in time, emit the newest item, if one has come since the last.
 *
 *     source:          -1-2-3----4|
 *     sample_time 4:   ----2---3--|
 *
 * The grid begins with the subscription and does not drift.
 *
 * @param source  consumed
 * @param period  0 or less: in every turn of the loop, which then never rests
 * @return owned
 *
 * Errors: of the source, at once. Completion: what has come since the last point is not emitted. Order: of the source.
 * Demand: see the file; two items are never closer than `period`. Since 0.1. RxJS: `sampleTime`.
 */
WEIR_API weir_observable *weir_sample_time(weir_observable *source, weir_duration period);

/**
 * Mirror the source for a span of time, then complete and cancel it.
 *
 *     source:         -1-2-3-4-|
 *     take_within 5:  -1-2-|
 *
 * An item that comes when the span is over does not pass. Until some moment: the span from now until then.
 *
 * @param source  consumed
 * @param span    from the subscription on; 0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source. Demand: passed on. Since 0.1. RxJS: none (RxJava: `take` with a time).
 */
WEIR_API weir_observable *weir_take_within(weir_observable *source, weir_duration span);

/**
 * Let at most one item pass until what is made for it emits.
 *
 *     source:                      -1-2--3----4---|
 *     throttle to ----x leading:   -1----3----4---|
 *     throttle to ----x trailing:  -----2---3---4-|
 *     throttle to ----x both:      -1---2---3---4-|
 *
 * An item that comes while no window is open opens one; leading emits it, and then the notifier is made. At the end of
 * the window trailing emits the newest item that has not been emitted, and that opens the next window. A notifier that
 * completes without an item closes its window in silence: what waits is emitted at the end of the next one.
 *
 * @param source   consumed
 * @param project  makes the notifier: its first item closes the window
 * @param context  handed to `project`; see weir_with_context()
 * @param edges    which items of a window pass
 * @return owned
 *
 * Errors: of the source and the notifier, at once; `EINVAL` for other edges and when `project` is NULL. Completion: with
 * trailing, waits for the item that waits. Demand: see the file; the notifier is asked for everything. Since 0.1.
 * RxJS: `throttle`.
 */
WEIR_API weir_observable *weir_throttle(
	weir_observable *source, weir_project project, void *context, enum weir_edge edges);

/**
 * Let at most one item pass in a span of time.
 *
 *     source:                     -1-2--3----4---|
 *     throttle_time 4 leading:    -1----3----4---|
 *     throttle_time 4 trailing:   -----2---3---4-|
 *     throttle_time 4 both:       -1---2---3---4-|
 *
 * An item that comes while no window is open opens one; leading emits it at once. At the end of the window trailing
 * emits the newest item that has not been emitted, and that opens the next window.
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @param edges   which items of a window pass
 * @return owned
 *
 * Errors: of the source, at once; `EINVAL` for other edges. Completion: with trailing, waits for the item that waits.
 * Demand: see the file; two items are never closer than `span`. Since 0.1. RxJS: `throttleTime`.
 */
WEIR_API weir_observable *weir_throttle_time(weir_observable *source, weir_duration span, enum weir_edge edges);

/** Limits of weir_timeout(); 0 means none, but one must be set. */
struct weir_timeout_options {
	/** Until the first item. 0: as `each`. */
	weir_duration first;
	/** From one item to the next. */
	weir_duration each;
	/** From the subscription to the end. */
	weir_duration total;
	/** What to go on with when a limit has passed, without limits of its own; consumed. NULL: `project`. */
	weir_observable *fallback;
	/** The same, made when it is needed; it is called with the number of items so far. NULL: fail. */
	weir_project project;
	/** Handed to `project`; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_timeout_options weir_timeout_options;

/**
 * Fail, or go on with another observable, when items do not come in time.
 *
 *     source:                             -1-2---------3-|
 *     timeout each 5:                     -1-2----#
 *     timeout each 5, fallback -8-9|:     -1-2-----8-9|
 *
 * The source is cancelled first, then the error or the fallback follows. An item that comes in the very turn in which its
 * time is up is in time. While nothing is requested, `first` and `each` stand still and begin anew with the request: a
 * source that is not asked is not late.
 *
 * @param source   consumed
 * @param options  copied
 * @return owned
 *
 * Errors: `WEIR_ETIMEOUT`, whose message begins with the name of the limit; of the source, of the fallback; `EINVAL`
 * for a negative limit or none. Completion: of the one that runs; nothing held. Order: the source, or the fallback
 * after it. Demand: passed on; the fallback is asked for what is left. Since 0.1. RxJS: `timeout`, `timeoutWith`.
 */
WEIR_API weir_observable *weir_timeout(weir_observable *source, const struct weir_timeout_options *options);

/**
 * Each value with the time since the one before, the first with the time since the subscription.
 *
 *     source:         -1---2-|
 *     time_interval:  -a---b-|   a = {"value": 1, "interval": 1000000}, b = {"value": 2, "interval": 4000000}
 *
 * In nanoseconds of the loop's monotonic clock.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Demand: passed on. Since 0.1. RxJS: `timeInterval`.
 */
WEIR_API weir_observable *weir_time_interval(weir_observable *source);

/**
 * Each value with the time it came.
 *
 *     source:     -1---2-|
 *     timestamp:  -a---b-|   a = {"value": 1, "timestamp": 1000000}, b = {"value": 2, "timestamp": 5000000}
 *
 * In nanoseconds since 1970, by weir_loop_wall_clock(); in a test, of virtual time.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of the source. Demand: passed on. Since 0.1. RxJS: `timestamp`.
 */
WEIR_API weir_observable *weir_timestamp(weir_observable *source);

/** Beside the span of weir_window_time(). All zero means the defaults. */
struct weir_window_time_options {
	/** A window opens every so often, the first at once, so that windows overlap or leave gaps. 0: whenever the one
	 * before ends. */
	weir_duration create_interval;
	/** A window that has had so many items ends early. 0: no limit. */
	size_t max_size;
	/** How many values wait in each window until somebody subscribes to it; as for weir_window(). */
	size_t waiting;
};
/** Short for it. */
typedef struct weir_window_time_options weir_window_time_options;

/**
 * The items of a span of time as an observable.
 *
 *     source:          -1-2--3-----4-|
 *     window_time 5:   a----b----c---|   a = -1-2-|, b = -3---|, c = --4-|, each from its letter on
 *
 * A window is emitted as an item when it opens. With `create_interval` and without, windows stand on a grid that does not
 * drift; one that was full early shifts those behind it. Windows are hot, as those of weir_window(), and the source runs as
 * long as there.
 *
 * @param source   consumed
 * @param span     0 or less: until the loop's next turn
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: of the source: to every open window, then here; `WEIR_EOVERFLOW`, see weir_window(); `EINVAL` for an interval
 * below 0. Completion: of the open windows, oldest first, then here. Order: windows as they open; values in each as
 * they came. Demand: as weir_group_by(). Since 0.1. RxJS: `windowTime`.
 */
WEIR_API weir_observable *weir_window_time(
	weir_observable *source, weir_duration span, const struct weir_window_time_options *options);

#ifdef __cplusplus
}
#endif
#endif
