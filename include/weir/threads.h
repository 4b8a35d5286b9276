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
 * program subscribes to on several threads needs weir_across_threads(); the values it holds (of weir_just(), say) need
 * weir_value_share() before they are given to it.
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
 * the source's, the consumer gets the error ::WEIR_ECLOSED behind the items that were emitted before. A recipe may
 * outlive the loop it names: who subscribes to it then gets ::WEIR_ECLOSED.
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
 * Errors: those of the source; ::WEIR_ECLOSED, see the top; `EINVAL` where it cannot stand. Demand: honoured, at most
 * 4,096 items ahead of the consumer. Since 0.1. RxJS: `observeOn`.
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
 * Errors: those of the source, delayed. Demand: passed on. Since 0.1. RxJS: `observeOn(asyncScheduler, delay)`.
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
 * Errors: those of the source; ::WEIR_ECLOSED, see the top. Demand: honoured, at most 4,096 items ahead of the
 * consumer. Since 0.1. RxJS: `subscribeOn`.
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
 * Errors: those of the source. Demand: passed on. Since 0.1. RxJS: `subscribeOn(asyncScheduler, delay)`.
 */
WEIR_API weir_observable *weir_subscribe_later(weir_observable *source, weir_duration delay);

#ifdef __cplusplus
}
#endif
#endif
