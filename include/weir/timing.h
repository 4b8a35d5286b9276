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
};

/**
 * When an item comes, wait for a span of time, then emit the newest item; only the next item begins the next wait.
 *
 *     source:         -1-2-3-----4---|
 *     audit_time 3:   ----2---3-----4|
 *
 * The wait goes on when the source completes, and completion follows its item.
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source, at once. Demand: see the file; two items are never closer than `span`. Since 0.1.
 * RxJS: `auditTime`.
 */
WEIR_API weir_observable *weir_audit_time(weir_observable *source, weir_duration span);

/**
 * Emit an item when no other has come for a span of time.
 *
 *     source:            -1-2-3------4-|
 *     debounce_time 3:   --------3-----(4|)
 *
 * The item that waits when the source completes is emitted at once.
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @return owned
 *
 * Errors: of the source, at once. Demand: see the file; two items are never closer than `span`, but for the one that
 * completion flushes. Since 0.1. RxJS: `debounceTime`.
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
 * Errors: of the source, at once, before what waits. Demand: passed on, so what waits was requested. Since 0.1.
 * RxJS: `delay`.
 */
WEIR_API weir_observable *weir_delay(weir_observable *source, weir_duration span);

/**
 * At every point of a grid in time, emit the newest item, if one has come since the last.
 *
 *     source:          -1-2-3----4|
 *     sample_time 4:   ----2---3--|
 *
 * The grid begins with the subscription and does not drift. What has come since its last point when the source
 * completes is not emitted.
 *
 * @param source  consumed
 * @param period  more than 0
 * @return owned
 *
 * Errors: of the source, at once; `EINVAL` for a period that is not positive. Demand: see the file; two items are never
 * closer than `period`. Since 0.1. RxJS: `sampleTime`.
 */
WEIR_API weir_observable *weir_sample_time(weir_observable *source, weir_duration period);

/**
 * Let at most one item pass in a span of time.
 *
 *     source:                     -1-2--3----4---|
 *     throttle_time 4 leading:    -1----3----4---|
 *     throttle_time 4 trailing:   -----2---3---4-|
 *     throttle_time 4 both:       -1---2---3---4-|
 *
 * An item that comes while no window is open opens one; leading emits it at once. At the end of the window trailing
 * emits the newest item that has not been emitted, and that opens the next window. What still waits when the source
 * completes is emitted at the end of its window, then completion.
 *
 * @param source  consumed
 * @param span    0 or less: until the loop's next turn
 * @param edges   which items of a window pass
 * @return owned
 *
 * Errors: of the source, at once; `EINVAL` for other edges. Demand: see the file; two items are never closer than
 * `span`. Since 0.1. RxJS: `throttleTime`.
 */
WEIR_API weir_observable *weir_throttle_time(weir_observable *source, weir_duration span, enum weir_edge edges);

#ifdef __cplusplus
}
#endif
#endif
