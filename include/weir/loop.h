/** @file
 * Loops: a clock, timers, I/O and posted work, on one thread. */
#ifndef WEIR_LOOP_H
#define WEIR_LOOP_H

#include <weir/api.h>
#include <weir/error.h>
#include <weir/observable.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** libevent's, from <event2/event.h>. */
struct event_base;

/** What a loop calls when something has no other place to go. Absent callbacks: the default of each. */
struct weir_loop_hooks {
	/**
	 * An item that arrived after its subscription's end or was discarded by a stage that had no room; or, with `value`
	 * of kind error, an error that came too late. Default: nothing for items, one line on stderr for errors.
	 *
	 * @param stage  the name of the stage
	 * @param value  borrowed
	 */
	void (*on_dropped)(const char *stage, weir_value value, void *context);
	/** An error that reached an observer without `error` callback, borrowed. Default: one line on stderr. */
	void (*on_unhandled_error)(const weir_error *error, void *context);
	/** Handed to both. */
	void *context;
};

/** What to wait for on a descriptor. */
enum weir_io_events {
	WEIR_READABLE = 1, /**< there is something to read, or an end or error to see */
	WEIR_WRITABLE = 2, /**< there is room to write */
};

/** @name Making loops
 *
 * @{ */

/** A loop on libevent with a base of its own. @return owned; NULL without memory or descriptors (errno says which) */
WEIR_API weir_loop *weir_loop_new(void);

/**
 * A loop inside the caller's libevent base: weir adds its events to it and never runs or frees it.
 *
 * @param base  must outlive the loop; run it on the thread that calls this
 * @return owned; NULL without memory or descriptors
 */
WEIR_API weir_loop *weir_loop_from_event_base(struct event_base *base);

/** A loop whose clock stands still until it is run, and then jumps from event to event. Starts at 0. @return owned; NULL without memory */
WEIR_API weir_loop *weir_loop_new_virtual(void);

/**
 * Cancel what still runs and free the loop. NULL is allowed.
 *
 * Not from inside one of its callbacks. Work posted from other threads that has not run is dropped: its `drop` is called.
 */
WEIR_API void weir_loop_free(weir_loop *loop);

/** @} */

/** @name Running
 *
 * @{ */

/**
 * Run until nothing is left to do: no timer, no watched descriptor, no transfer, no posted work, no hold.
 *
 * @return 0; -EINVAL on a loop made from an event base or when called from inside itself; -ECANCELED after weir_loop_stop()
 */
WEIR_API int weir_loop_run(weir_loop *loop);

/** Run for `duration`, or until nothing is left to do or weir_loop_stop(). A virtual clock ends exactly there. */
WEIR_API int weir_loop_run_for(weir_loop *loop, weir_duration duration);

/** Make the current (or next) run return after the callback at hand. From any thread. */
WEIR_API void weir_loop_stop(weir_loop *loop);

/** Keep weir_loop_run() running although there is nothing to do (somebody will post). Counts. From any thread. */
WEIR_API void weir_loop_hold(weir_loop *loop);

/** Undo one weir_loop_hold(). From any thread. */
WEIR_API void weir_loop_release(weir_loop *loop);

/** @} */

/** @name Time and other threads
 *
 * @{ */

/** The monotonic clock, read once per turn while the loop runs. */
WEIR_API weir_time weir_loop_now(weir_loop *loop);

/** Nanoseconds since 1970 at weir_loop_now(); of a virtual loop the virtual time. */
WEIR_API int64_t weir_loop_wall_clock(weir_loop *loop);

/**
 * Run `work(context)` on the loop's thread in its next turn. From any thread. Order is kept.
 *
 * @return 0, or -ENOMEM (then `work` will not run)
 */
WEIR_API int weir_loop_post(weir_loop *loop, void (*work)(void *context), void *context);

/** As weir_loop_post(), and `drop(context)` is called instead of `work` when the loop is freed first. */
WEIR_API int weir_loop_post_or_drop(
	weir_loop *loop, void (*work)(void *context), void (*drop)(void *context), void *context);

/** Whether the caller is on the loop's thread. */
WEIR_API bool weir_loop_is_current(const weir_loop *loop);

/** Whether the clock is virtual. */
WEIR_API bool weir_loop_is_virtual(const weir_loop *loop);

/** The event base under a real loop; NULL for a virtual one. */
WEIR_API struct event_base *weir_loop_event_base(const weir_loop *loop);

/** @} */

/** Replace the hooks. @param hooks  copied; NULL restores the defaults */
WEIR_API void weir_loop_set_hooks(weir_loop *loop, const struct weir_loop_hooks *hooks);

/** Number of timers waiting: for tests that nothing is left behind. */
WEIR_API size_t weir_loop_timer_count(const weir_loop *loop);

/** Number of subscriptions that have not ended, inner ones not counted. */
WEIR_API size_t weir_loop_subscription_count(const weir_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
