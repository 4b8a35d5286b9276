/** @file
 * The doors between threads.
 *
 * A loop, its subscriptions and all their callbacks belong to the thread that runs it. A pipeline reaches another
 * thread through weir_subscribe_on() (what stands before it runs there) or weir_observe_on() (what stands behind it
 * does), and off-loads slow calls through weir_map_blocking(). To push items in from any thread, see the subjects; to
 * run a function on a loop, weir_loop_post().
 *
 * **The other loop** must be run by its thread, and have a reason to keep running when it has nothing to do: a
 * weir_loop_hold() for as long as the program wants it to serve.
 *
 * **Values** are made safe to be owned by several threads on their way (weir_value_share()). A recipe that the same
 * program subscribes to on several threads needs weir_across_threads(), which reaches the values and recipes it holds.
 * What runs for several subscribers (weir_share(), a subject) belongs to one thread all the same. An observable that crosses as an item (a window, a group) still belongs
 * to the loop it comes from.
 *
 * **Order and demand.** Items, errors and completion arrive in the order in which they were emitted; an error does not
 * overtake the items before it. The part of the pipeline on the other side is never asked for more than the consumer
 * has asked for, and at most 4,096 items are on their way; a source that cannot wait needs weir_on_overflow() before
 * the door.
 *
 * **Cancel** is final at once on the consumer's side. The other side learns of it by a message: a callback of its
 * stages may be running while weir_cancel() returns, and the observer's `destroy` does not wait for it. So a context
 * that the other side uses is to be tied to the recipe by weir_with_context(), which frees it when both sides are done,
 * on whichever thread is the last. Items on their way are released there, too.
 *
 * **A loop that is freed** cancels what runs on it. If that was the consumer's side, the source is cancelled. If it was
 * the source's, the consumer gets the error `WEIR_ECLOSED` behind the items that were emitted before. A recipe may
 * outlive the loop it names: who subscribes to it then gets `WEIR_ECLOSED`.
 */
#ifndef WEIR_THREADS_H
#define WEIR_THREADS_H

#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Run what stands behind this on another loop, the observer included.
 *
 *     weir_observe_on(source, loop):  source on the loop given to weir_subscribe(), everything behind it on `loop`
 *
 * weir_subscribe() then returns NULL: the handle is first known on the other loop, by `subscribed`. Two of them in one
 * chain move the stages between them to the first loop and the rest to the second.
 *
 * Where the pipeline runs on `loop` anyway, or with `loop` NULL, it is weir_observe_later() without delay. It cannot
 * stand in a pipeline that another operator subscribes to (an inner one of merge_map, the source of retry …) unless
 * that one runs on `loop` already, because what is behind it is on another loop then: put it behind that operator, or
 * use weir_subscribe_on(), which may stand anywhere.
 *
 * @param source  consumed
 * @param loop    of another thread; NULL: the one given to weir_subscribe()
 * @return owned
 *
 * Errors: those of the source; `WEIR_ECLOSED`, see the top; `EINVAL` where it cannot stand. Completion: after the items
 * before it. Demand: honoured, at most 4,096 items ahead of the consumer. Since 0.1. RxJS: `observeOn`.
 */
WEIR_API weir_observable *weir_observe_on(weir_observable *source, weir_loop *loop);

/**
 * Each signal in a later turn of the loop: items, error and completion.
 *
 *     -1-2-|
 *     weir_observe_later(3):
 *     ----1-2-|
 *
 * Unlike weir_delay(), the error and a completion that follows no item are delayed, too. What was demanded and has come
 * waits here until its time.
 *
 * @param source  consumed
 * @param delay   0 or less: the next turn
 * @return owned
 *
 * Errors: those of the source, delayed. Completion: delayed as well, after the items before it. Order: of the source; among
 * all that falls due at one time each signal has the place of its arrival. Demand: passed on. Since 0.1. RxJS:
 * `observeOn(asyncScheduler, delay)`.
 */
WEIR_API weir_observable *weir_observe_later(weir_observable *source, weir_duration delay);

/**
 * Run what stands before this on another loop; the items come back to the loop of the subscriber.
 *
 *     weir_subscribe_on(source, loop):  source on `loop`, everything behind it where it was
 *
 * Where that is the subscriber's own loop, or with `loop` NULL, it is weir_subscribe_later() without delay.
 *
 * @param source  consumed
 * @param loop    of another thread; NULL: the subscriber's own
 * @return owned
 *
 * Errors: those of the source; `WEIR_ECLOSED`, see the top. Completion: after the items before it. Demand: honoured, at
 * most 4,096 items ahead of the consumer. Since 0.1. RxJS: `subscribeOn`.
 */
WEIR_API weir_observable *weir_subscribe_on(weir_observable *source, weir_loop *loop);

/**
 * Subscribe to the source in a later turn of the loop.
 *
 *     weir_subscribe_later(-1-2-|, 3):  ----1-2-|
 *
 * @param source  consumed
 * @param delay   0 or less: in the next turn
 * @return owned
 *
 * Errors: those of the source. Completion: of the source; nothing held. Order: of the source. Demand: passed on. Since
 * 0.1. RxJS: `subscribeOn(asyncScheduler, delay)`.
 */
WEIR_API weir_observable *weir_subscribe_later(weir_observable *source, weir_duration delay);

/** @name Calls that block
 *
 * @{ */

/** Threads for calls that block: files on a slow disk, a database, a computation. Shared by any number of pipelines. */
typedef struct weir_worker_pool weir_worker_pool;

/**
 * Start some threads. All signals are blocked in them.
 *
 * @param threads  0: as many as there are processors; at most 1,024
 * @return owned; NULL without memory or threads (errno says which)
 */
WEIR_API weir_worker_pool *weir_worker_pool_new(size_t threads);

/**
 * End the threads. NULL is allowed.
 *
 * Waits for the calls that are at work; for those that have not begun their pipelines fail with `WEIR_ECLOSED`, as do
 * those that use the pool later. Not from inside a call.
 */
WEIR_API void weir_worker_pool_free(weir_worker_pool *pool);

/** How the calls are made. All zero means the defaults. */
struct weir_map_blocking_options {
	/** Calls at a time of one subscription. 0: as many as the pool has threads. */
	size_t concurrency;
	/** Results as they come, instead of in the order of the values. */
	bool unordered;
};
/** Short for it. */
typedef struct weir_map_blocking_options weir_map_blocking_options;

/**
 * Pass on what a function that may block makes of each value. The calls are made on worker threads, several at a time.
 *
 *     -1-2-3-|
 *     weir_map_blocking(a call takes 2):
 *     ---a-b-c|
 *
 * The function runs on another thread, beside itself. Its argument is shared with that thread; so is what it returns.
 * When the pool's threads are busy for other pipelines, calls wait for them in order.
 *
 * A call cannot be interrupted: a cancel, or an error, discards what it returns, and the loop is held until it has
 * returned. `context` is in use until then: tie it to the recipe that this returns by weir_with_context(), or free it
 * after the pool.
 *
 * @param source   consumed
 * @param mapper   called on the pool's threads
 * @param context  handed to `mapper`
 * @param pool     borrowed; a recipe may outlive it
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: what `mapper` returns by weir_fail(), in its place; those of the source, at once; `WEIR_ECLOSED` when the
 * pool is freed; `EINVAL` when `mapper` or `pool` is NULL. Completion: after the results of all calls. Demand:
 * honoured; the source is asked for a value for each call that may begin, never for more than was asked for here. Since
 * 0.1.
 */
WEIR_API weir_observable *weir_map_blocking(weir_observable *source, weir_mapper mapper, void *context,
	weir_worker_pool *pool, const struct weir_map_blocking_options *options);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
