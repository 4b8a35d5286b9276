/** @file
 * Operators that look at a pipeline without changing what it does, and signals as items. */
#ifndef WEIR_OBSERVING_H
#define WEIR_OBSERVING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The signals that weir_materialize() has made items of, as signals again.
 *
 *     source:         -a-b-c---   a = {"kind": "N", "value": 1}, b = {"kind": "N", "value": 2}, c = {"kind": "C"}
 *     dematerialize:  -1-2-|
 *
 * In `{"kind": "E", "error": e}` an error is passed on as it is; a text, as in a decoded document, becomes the message
 * of an error `WEIR_EUSER`.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: those in the items; `EINVAL` for an item that is no notification. Demand: passed on. Since 0.1. RxJS:
 * `dematerialize`.
 */
WEIR_API weir_observable *weir_dematerialize(weir_observable *source);

/** How a subscription ended, seen from one stage. */
enum weir_end {
	WEIR_END_CANCEL, /**< from below: weir_cancel(), the loop's end, or a stage below that has had enough or failed
			  */
	WEIR_END_COMPLETE, /**< the source completed */
	WEIR_END_ERROR, /**< the source failed */
};

/** Called once at the end of each subscription. */
typedef void (*weir_finalizer)(enum weir_end end, void *context);

/**
 * Call back once at the end of each subscription, whatever it was.
 *
 *     source:    -1-2-|
 *     finalize:  -1-2-|
 *                     ^ finalizer(WEIR_END_COMPLETE), after the observer has got the completion
 *
 * A terminal is delivered downstream first. What stands upstream has been released by then: of several, the one nearest
 * to the source is called first.
 *
 * @param source     consumed
 * @param finalizer  called exactly once per subscription
 * @param context    handed to `finalizer`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source. Demand: passed on. Since 0.1. RxJS: `finalize`.
 */
WEIR_API weir_observable *weir_finalize(weir_observable *source, weir_finalizer finalizer, void *context);

/**
 * Name the stage above: in the origin of its errors and in the reports of the loop's hooks.
 *
 *     weir_label(weir_map(source, …), "celsius"):  an error of the map comes from "sse > celsius"
 *
 * @param source  consumed
 * @param name    zero-terminated; copied
 * @return owned
 *
 * Errors: `EINVAL` when `name` is NULL. Demand: passed on; it costs nothing per item. Since 0.1.
 */
WEIR_API weir_observable *weir_label(weir_observable *source, const char *name);

/**
 * The signals of the source as items, then complete.
 *
 *     source:       -1-2-|
 *     materialize:  -a-b-(c|)   a = {"kind": "N", "value": 1}, b = {"kind": "N", "value": 2}, c = {"kind": "C"}
 *
 * A failure becomes `{"kind": "E", "error": e}`; weir_as_error() reads `e`.
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: none: an error of the source is an item. Completion: the last item waits until it is asked for. Demand:
 * passed on; the item of the end waits until it is asked for. Since 0.1. RxJS: `materialize`.
 */
WEIR_API weir_observable *weir_materialize(weir_observable *source);

/** What weir_tap() calls; each may be NULL. Arguments are borrowed. */
struct weir_tap_observer {
	/** Before the source is subscribed to. */
	void (*subscribed)(void *context);
	/** An item, before it is passed on. */
	void (*next)(weir_value value, void *context);
	/** The source failed; before that is passed on. */
	void (*error)(const weir_error *error, void *context);
	/** The source completed; before that is passed on. */
	void (*complete)(void *context);
	/** It ends without a terminal of the source: from below. */
	void (*cancelled)(void *context);
	/** The last of all, exactly once, whatever the end was. */
	void (*finished)(void *context);
	void *context;
};
/** Short for it. */
typedef struct weir_tap_observer weir_tap_observer;

/**
 * Look at the signals as they pass.
 *
 *     source:  -1-2-|
 *     tap:     -1-2-|
 *
 * @param source    consumed
 * @param observer  copied; see weir_with_context() for its context
 * @return owned
 *
 * Errors: `EINVAL` when `observer` is NULL. Demand: passed on. Since 0.1. RxJS: `tap`.
 */
WEIR_API weir_observable *weir_tap(weir_observable *source, const weir_tap_observer *observer);

/**
 * Look at the items as they pass.
 *
 *     source:    -1-2-|
 *     tap_next:  -1-2-|
 *
 * @param source   consumed
 * @param next     called before each item is passed on, which it borrows
 * @param context  handed to `next`; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` when `next` is NULL. Demand: passed on. Since 0.1. RxJS: `tap`.
 */
WEIR_API weir_observable *weir_tap_next(
	weir_observable *source, void (*next)(weir_value value, void *context), void *context);

#ifdef __cplusplus
}
#endif
#endif
