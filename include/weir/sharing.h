/** @file
 * Operators that run their source once for all who subscribe. For subjects see weir/subject.h. */
#ifndef WEIR_SHARING_H
#define WEIR_SHARING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The kinds of weir_connector: as subjects, they differ in what newcomers get of what was before them. */
enum weir_connector_kind {
	WEIR_CONNECTOR_SUBJECT, /**< nothing */
	WEIR_CONNECTOR_REPLAY, /**< the newest values: `count`, `window` */
	WEIR_CONNECTOR_BEHAVIOR, /**< the newest value, to begin with `initial` */
	WEIR_CONNECTOR_ASYNC, /**< nobody gets anything but the last value, when the source has completed */
};

/** What stands between a source and those who share it. All-zero: it keeps nothing. */
struct weir_connector {
	enum weir_connector_kind kind;
	/** Replay: how many values, the newest; 0 means all, as does SIZE_MAX. */
	size_t count;
	/** Replay: none that is this old or older; 0 means that age does not matter. */
	weir_duration window;
	/** Behaviour: borrowed; of kind error, the observable fails with it. */
	weir_value initial;
};
/** Short for it. */
typedef struct weir_connector weir_connector;

/** How weir_share() shares. All-zero means the defaults. */
struct weir_share_options {
	/** What newcomers get. */
	weir_connector connector;
	/** After an error newcomers get what is kept and that error; else the first of them starts the source anew. */
	bool keep_after_error;
	/** After completion newcomers get what is kept and completion; else the first of them starts the source anew. */
	bool keep_after_complete;
	/** The source runs on when nobody listens any more; else it is cancelled, and the next newcomer starts it anew. */
	bool keep_at_zero;
	/** How long the source runs on when nobody listens any more, so that one who comes back soon finds it running. */
	weir_duration stop_delay;
	/** As keep_after_error, but only until what this returns (consumed) emits its first item. */
	weir_error_handler reset_on_error;
	/** As keep_after_complete, but only until what this returns (consumed) emits its first item. */
	weir_factory reset_on_complete;
	/** As stop_delay, but until what this returns (consumed) emits its first item, if nobody has come back by then. */
	weir_factory reset_at_zero;
	/** Handed to the three; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_share_options weir_share_options;

/**
 * Run the source once for all who subscribe.
 *
 *     source:       -1-2-3-4-|
 *     first:        -1-2-3-4-|
 *     second at 4:  ----(3 at 5)-4-|   the same items; the source was subscribed to once
 *
 * The first subscription starts the source, later ones join. All run on one loop. Whatever keeps it running, the source
 * is cancelled when nobody holds the observable any more. An error of what is to tell when to reset goes to the loop's
 * `on_unhandled_error`; an error of the source that comes when nobody listens, and that nobody will get later, to
 * `on_dropped`.
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return owned; it stays the same run for all who subscribe to it (weir_ref(), or weir_subscribe_borrowed())
 *
 * Errors: those of the source, to all; `EINVAL` for options out of range and for a subscription on another loop;
 * `WEIR_EDEMAND`, see below. Completion: each subscriber takes what waits for it first. Order: of the source, for all
 * the same. Demand: the slowest subscriber decides; the source is asked for what all have asked for, at most 64 items
 * ahead. When all ask for everything, so does this, and from then on a slow newcomer cannot hold the source back: 64
 * values wait for it, then it fails with `WEIR_EDEMAND`, it alone. With `keep_at_zero` a source that nobody listens to
 * is asked for everything. Since 0.1. RxJS: `share`; the options here are its `reset…` the other way round.
 */
WEIR_API weir_observable *weir_share(weir_observable *source, const weir_share_options *options);

/** What weir_share_replay() keeps. All-zero means the defaults. */
struct weir_share_replay_options {
	/** How many values, the newest; 0 means all: then memory grows with the source. */
	size_t count;
	/** None that is this old or older; 0 means that age does not matter. */
	weir_duration window;
	/** When nobody listens any more the source is cancelled and forgotten; else it runs on, and what it emits is kept. */
	bool ref_count;
};
/** Short for it. */
typedef struct weir_share_replay_options weir_share_replay_options;

/**
 * Run the source once for all who subscribe; newcomers get the newest values first, also after completion.
 *
 *     source:                -1-2-3-4-|
 *     first:                 -1-2-3-4-|
 *     second at 4, count 1:  ----2 (3 at 5)-4-|
 *
 * weir_share() of kind `WEIR_CONNECTOR_REPLAY` with `keep_after_complete` and, without `ref_count`, `keep_at_zero`.
 * After an error the next newcomer starts the source anew.
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: as weir_share(). Completion: as weir_share(). Order: as weir_share(). Demand: as weir_share(). Since 0.1.
 * RxJS: `shareReplay`.
 */
WEIR_API weir_observable *weir_share_replay(weir_observable *source, const weir_share_replay_options *options);

/** @name Connectables
 * A source that is run once for all who subscribe, when somebody says so. A handle belongs to one thread. NULL is allowed
 * everywhere and stands for one that there was no memory for: its observable fails, connecting returns `-EINVAL`.
 * @{ */

/** Short for it. */
typedef struct weir_multicast weir_connectable;

/** How weir_connectable_new() shares. All-zero means the defaults. */
struct weir_connectable_options {
	/** What newcomers get. */
	weir_connector connector;
	/**
	 * It is one connector for good: subscribers stay on it over disconnections, and once the source has ended newcomers
	 * get what is kept and the end. Else a new one is made after each disconnection and each end: newcomers wait for the
	 * next connection, and those who were left on the old one get nothing more.
	 */
	bool keep_connector;
};
/** Short for it. */
typedef struct weir_connectable_options weir_connectable_options;

/**
 * A source that waits for weir_connectable_connect(), and then runs once for all who subscribe.
 *
 *     source:                -1-2-3-|
 *     subscribed at 0:       ----1-2-3-|
 *     subscribed at 5:       -----(2 at 6)-3-|
 *     connected at 3:        ---^
 *
 * @param source   consumed
 * @param options  copied; NULL for the defaults
 * @return an owned handle, or NULL without memory
 *
 * Errors: those of the source, to all; `EINVAL` for options out of range and for a subscription on another loop than the
 * source; `WEIR_EDEMAND`, as weir_share(). Completion: as weir_share(). Order: as weir_share(). Demand: as weir_share(); while nobody listens, the
 * source is asked for everything. Since 0.1. RxJS: `connectable`, `multicast`.
 */
WEIR_API weir_connectable *weir_connectable_new(weir_observable *source, const weir_connectable_options *options);

/** One more handle. @return `connectable` */
WEIR_API weir_connectable *weir_connectable_ref(weir_connectable *connectable);

/** One handle less. When nobody holds it or an observable of it any more, the source is cancelled. */
WEIR_API void weir_connectable_unref(weir_connectable *connectable);

/**
 * What the source emits while connected, for any number of subscribers.
 *
 * @return owned
 *
 * Errors: as weir_connectable_new(). Completion: as weir_share(). Order: as weir_share(). Demand: as
 * weir_connectable_new(). Since 0.1.
 */
WEIR_API weir_observable *weir_connectable_observable(weir_connectable *connectable);

/**
 * Run the source, if it does not run.
 *
 * @param loop  where; that of the subscribers
 * @return 0, also when it runs already; `-EINVAL` for another loop, `-ENOMEM`
 */
WEIR_API int weir_connectable_connect(weir_connectable *connectable, weir_loop *loop);

/** Cancel the source, if it runs. Subscribers get no end. */
WEIR_API void weir_connectable_disconnect(weir_connectable *connectable);

/** Whether the source runs. */
WEIR_API bool weir_connectable_is_connected(const weir_connectable *connectable);

/**
 * A connectable over one connector that keeps nothing: as weir_connectable_new() with `keep_connector`.
 *
 *     source:                        -1-2-|
 *     connected at 2:                --^
 *     subscribed at 0:               ---1-2-|
 *     subscribed after the end:      |
 *
 * @param source  consumed
 * @return an owned handle, or NULL without memory
 *
 * Errors: as weir_connectable_new(). Completion: as weir_share(). Order: as weir_share(). Demand: as
 * weir_connectable_new(). Since 0.1. RxJS: `publish`; with a selector,
 * weir_connect().
 */
WEIR_API weir_connectable *weir_publish(weir_observable *source);

/**
 * As weir_publish(), with a current value that newcomers get first.
 *
 *     source:                 -1-2-|
 *     connected at 2:         --^
 *     initial 0, from 0 on:   0--1-2-|
 *
 * @param source   consumed
 * @param initial  consumed; of kind error, the observable fails with it
 * @return an owned handle, or NULL without memory
 *
 * Errors: as weir_connectable_new(). Completion: as weir_share(). Order: as weir_share(). Demand: as
 * weir_connectable_new(). Since 0.1. RxJS: `publishBehavior`.
 */
WEIR_API weir_connectable *weir_publish_behavior(weir_observable *source, weir_value initial);

/**
 * As weir_publish(), but only the last value, when the source completes, also to those who come later.
 *
 *     source:            -1-2-|
 *     connected at 2:    --^
 *     from 0 on:         -------(2|)
 *
 * @param source  consumed
 * @return an owned handle, or NULL without memory
 *
 * Errors: as weir_connectable_new(). Completion: as weir_share(). Order: as weir_share(). Demand: as
 * weir_connectable_new(). Since 0.1. RxJS: `publishLast`.
 */
WEIR_API weir_connectable *weir_publish_last(weir_observable *source);

/**
 * As weir_publish(), and newcomers get the newest values first, also after the end.
 *
 *     source:                         -1-2-3-|
 *     connected at 0:                 ^
 *     subscribed at 4, count 1:       ----2(3 at 5)-|
 *
 * @param source  consumed
 * @param count   how many values; 0 means all
 * @param window  none that is this old or older; 0: age does not matter
 * @return an owned handle, or NULL without memory
 *
 * Errors: as weir_connectable_new(). Completion: as weir_share(). Order: as weir_share(). Demand: as
 * weir_connectable_new(). Since 0.1. RxJS: `publishReplay`.
 */
WEIR_API weir_connectable *weir_publish_replay(weir_observable *source, size_t count, weir_duration window);

/**
 * Connect with the first subscriber, disconnect when the last one has left.
 *
 *     weir_ref_count(weir_publish(-1-2-3-4-|))
 *     first, leaves at 4:    -1-2-
 *     second at 2, at 6:     ---2-3-     the source is cancelled at 6
 *     third at 8:            ---------1-2-3-4-|
 *
 * What subscribes to weir_connectable_observable() does not count. What weir_connectable_connect() has started is
 * disconnected likewise.
 *
 * @param connectable  borrowed; held as long as the observable is
 * @return owned
 *
 * Errors: as weir_connectable_new(); `EINVAL` when `connectable` is NULL. Completion: as weir_share(). Order: as
 * weir_share(). Demand: as weir_share(). Since 0.1. RxJS: `refCount`.
 */
WEIR_API weir_observable *weir_ref_count(weir_connectable *connectable);

/** @} */

/** The source that is shared (borrowed) to what is made of it (consumed); NULL counts as failure `EINVAL`. */
typedef weir_observable *(*weir_selector)(weir_observable *shared, void *context);

/** How weir_connect() shares. All-zero means the defaults. */
struct weir_connect_options {
	/** What newcomers get. */
	weir_connector connector;
	/** One connector for all subscriptions, also later ones, instead of one for each. */
	bool keep_connector;
};
/** Short for it. */
typedef struct weir_connect_options weir_connect_options;

/**
 * Use the source in several places of a pipeline, and run it once.
 *
 *     source:                                     -1-2-|
 *     weir_connect(source, s → merge(s, s × 10)): -(1a)-(2b)-|   a = 10, b = 20
 *
 * For each subscription `selector` makes an observable out of the source, which is then subscribed to, and after that the
 * source is run for it, until that observable has ended.
 *
 * @param source    consumed
 * @param selector  may use its argument any number of times (weir_ref()), at once or later
 * @param context   handed to `selector`; see weir_with_context()
 * @param options   copied; NULL for the defaults
 * @return owned
 *
 * Errors: those of what `selector` made; `EINVAL` when `selector` is NULL or returns NULL, and for options out of range.
 * Completion: that of what `selector` made. Order: that of what `selector` made. Demand: what `selector` made is asked for what is asked for; the source as
 * weir_share(), and for everything while nobody listens to it. Since 0.1. RxJS: `connect`, and `publish` and `multicast`
 * with a selector.
 */
WEIR_API weir_observable *weir_connect(
	weir_observable *source, weir_selector selector, void *context, const weir_connect_options *options);

#ifdef __cplusplus
}
#endif
#endif
