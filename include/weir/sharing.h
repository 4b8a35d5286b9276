/** @file
 * Operators that run their source once for all who subscribe. For subjects see weir/subject.h. */
#ifndef WEIR_SHARING_H
#define WEIR_SHARING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What newcomers get of what was before them. */
enum weir_share_kind {
	WEIR_SHARE_SUBJECT, /**< nothing */
	WEIR_SHARE_REPLAY, /**< the newest values: `count`, `window` */
	WEIR_SHARE_BEHAVIOR, /**< the newest value, to begin with `initial` */
	WEIR_SHARE_ASYNC, /**< nobody gets anything but the last value, when the source has completed */
};

/** How weir_share() shares. All-zero means the defaults. */
struct weir_share_options {
	enum weir_share_kind kind;
	/** Replay: how many values, the newest; 0 means 1, or with a window SIZE_MAX; SIZE_MAX means all. */
	size_t count;
	/** Replay: none that is this old or older; 0 means that age does not matter. */
	weir_duration window;
	/** Behaviour: borrowed; of kind error, the observable fails with it. */
	weir_value initial;
	/** After an error newcomers get what is kept and that error; else the first of them starts the source anew. */
	bool keep_after_error;
	/** After completion newcomers get what is kept and completion; else the first of them starts the source anew. */
	bool keep_after_complete;
	/** The source runs on when nobody listens any more; else it is cancelled, and the next newcomer starts it anew. */
	bool keep_at_zero;
	/** How long the source runs on when nobody listens any more, so that one who comes back soon finds it running. */
	weir_duration stop_delay;
};
typedef struct weir_share_options weir_share_options;

/**
 * Run the source once for all who subscribe.
 *
 *     source:       -1-2-3-4-|
 *     first:        -1-2-3-4-|
 *     second at 4:  ----(3 at 5)-4-|   the same items; the source was subscribed to once
 *
 * The first subscription starts the source, later ones join. All run on one loop. Whatever keeps it running, the source
 * is cancelled when nobody holds the observable any more.
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return owned; it stays the same run for all who subscribe to it (weir_ref(), or weir_subscribe_borrowed())
 *
 * Errors: those of the source, to all; `EINVAL` for options out of range and for a subscription on another loop;
 * `WEIR_EDEMAND`, see below. Completion: each subscriber takes what waits for it first. Order: of the source, for all
 * the same. Demand: the slowest subscriber decides; the source is asked for what all have asked for, at most 64 items
 * ahead. When all ask for everything, so does this, and from then on a slow newcomer cannot hold the source back: 64
 * values wait for it, then it fails with `WEIR_EDEMAND`, it alone. Since 0.1. RxJS: `share`; the options here are its
 * `reset…` the other way round.
 */
WEIR_API weir_observable *weir_share(weir_observable *source, const weir_share_options *options);

/**
 * Run the source once for all who subscribe; newcomers get the newest values first, also after completion.
 *
 *     source:                -1-2-3-4-|
 *     first:                 -1-2-3-4-|
 *     second at 4, count 1:  ----2 (3 at 5)-4-|
 *
 * weir_share() of kind `WEIR_SHARE_REPLAY` with `keep_after_complete`. When nobody listens any more before completion,
 * the source is cancelled and forgotten. (RxJS keeps it running unless told otherwise; weir_share() has options for that.)
 *
 * @param source  consumed
 * @param count   how many values; 0 means 1, or with a window SIZE_MAX; SIZE_MAX means all
 * @param window  no values that are this old or older; 0: age does not matter
 * @return owned
 *
 * Errors, demand: as weir_share(). Errors: as weir_share(). Completion: as weir_share(). Order: as weir_share().
 * Demand: as weir_share(). Since 0.1. RxJS: `shareReplay`.
 */
WEIR_API weir_observable *weir_share_replay(weir_observable *source, size_t count, weir_duration window);

#ifdef __cplusplus
}
#endif
#endif
