/** @file
 * Observables from values, callbacks, time and descriptors. */
#ifndef WEIR_CREATING_H
#define WEIR_CREATING_H

#include <weir/observable.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether, asked once per subscription: > 0 yes, 0 no, < 0 a negated errno.
 */
typedef int (*weir_condition)(void *context);

/** @name Emitters
 * What a callback of weir_create() emits with. Borrowed: valid until the subscription has ended (the teardown tells), or
 * for as long as weir_emitter_ref() holds it; then it may be spoken to at any time.
 * @{ */

/** Short for it. */
typedef struct weir_emitter weir_emitter;

/** Hold the emitter beyond the end. From any thread. @return `emitter` */
WEIR_API weir_emitter *weir_emitter_ref(weir_emitter *emitter);

/** Release it; NULL is allowed. From any thread. */
WEIR_API void weir_emitter_unref(weir_emitter *emitter);

/**
 * Emit an item. From inside the delivery of another one it is delivered after that.
 *
 * @param value  consumed; of kind error: as weir_emitter_error()
 * @return 0; `-WEIR_ECLOSED` after the end: the item is reported to the loop's `on_dropped`; `-WEIR_EDEMAND` when nobody
 *         had asked for it, `-WEIR_EOVERFLOW` when more than 65,536 are emitted from inside one delivery, `-ENOMEM`: it
 *         is reported likewise, and the subscription fails with that code
 */
WEIR_API int weir_emitter_next(weir_emitter *emitter, weir_value value);

/** End by failure. @param error  consumed @return 0; `-WEIR_ECLOSED` after the end: the error is reported to `on_dropped` */
WEIR_API int weir_emitter_error(weir_emitter *emitter, weir_error *error);

/** End by success. @return 0; `-WEIR_ECLOSED` after the end */
WEIR_API int weir_emitter_complete(weir_emitter *emitter);

/** How many more items may be emitted; `WEIR_UNBOUNDED` for any number; 0 after the end. */
WEIR_API uint64_t weir_emitter_demand(const weir_emitter *emitter);

/** Whether the subscription goes on. */
WEIR_API bool weir_emitter_is_open(const weir_emitter *emitter);

/** The loop the subscription runs on. From any thread. */
WEIR_API weir_loop *weir_emitter_loop(const weir_emitter *emitter);

/**
 * Be told when more is asked for. Set it in the callback of weir_create(): what is asked for in the beginning comes right
 * after that. It may emit.
 *
 * @param on_request  `count` more have been asked for; weir_emitter_demand() has the sum
 */
WEIR_API void weir_emitter_on_request(
	weir_emitter *emitter, void (*on_request)(weir_emitter *emitter, uint64_t count, void *context), void *context);

/**
 * What to call at the end, whatever it was: exactly once, when nothing more can be emitted and none of the emitter's own
 * callbacks is running (they may use the context to their end); at once, if that is so already. It takes the place of one
 * set before, which is then not called.
 */
WEIR_API void weir_emitter_on_end(weir_emitter *emitter, void (*teardown)(void *context), void *context);

/**
 * As weir_emitter_next(), from any thread that holds a reference: in a later turn of the loop, in order.
 *
 * @param value  consumed; shared (weir_value_share()) first
 * @return 0; `-ENOMEM`; `-ESHUTDOWN` when the loop has been freed. What the emission then meets cannot be told
 */
WEIR_API int weir_emitter_next_from_any_thread(weir_emitter *emitter, weir_value value);

/** As weir_emitter_error(), likewise. */
WEIR_API int weir_emitter_error_from_any_thread(weir_emitter *emitter, weir_error *error);

/** As weir_emitter_complete(), likewise. */
WEIR_API int weir_emitter_complete_from_any_thread(weir_emitter *emitter);

/** @} */

/**
 * Whatever a callback emits: the way in for every source that nobody has wrapped yet.
 *
 *     weir_create(emit 1, 2, 3, complete):  (123|)
 *
 * `subscribe` runs for each subscription. It may emit at once, or keep the emitter and emit later, from callbacks of
 * other libraries or from other threads.
 *
 *     static int on_subscribe(weir_emitter *emitter, void *sensor)
 *     {
 *             weir_emitter_on_end(emitter, stop_reading, sensor);
 *             return start_reading(sensor, emitter);    // 0, or a negated errno
 *     }
 *
 * @param subscribe  0, or a negated errno, which ends the subscription with that error
 * @param context    handed to `subscribe`; see weir_with_context()
 * @return owned
 *
 * Errors: those emitted; the negated errno of `subscribe`; `WEIR_EDEMAND` when more is emitted than was asked for: obey
 * weir_emitter_demand(), or put weir_on_overflow() behind it; `EINVAL` when `subscribe` is NULL. Completion: of the
 * emitter; nothing held. Demand: see above. Since 0.1. RxJS: `new Observable`.
 */
WEIR_API weir_observable *weir_create(int (*subscribe)(weir_emitter *emitter, void *context), void *context);

/**
 * Make the observable anew for each subscription.
 *
 *     weir_defer(→ --1-2|):  --1-2|
 *
 * @param factory  called at each subscription; its result is consumed, NULL is a failure
 * @param context  handed to `factory`; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` when `factory` returns NULL; those of what it made. Completion: of the one that runs; nothing held.
 * Order: of the one that runs. Demand: passed on. Since 0.1. RxJS: `defer`.
 */
WEIR_API weir_observable *weir_defer(weir_factory factory, void *context);

/**
 * No value: complete at once.
 *
 *     weir_empty():  |
 *
 * @return owned
 *
 * Errors: none. Demand: completes without any. Since 0.1. RxJS: `EMPTY`.
 */
WEIR_API weir_observable *weir_empty(void);

/** @name Promises
 * What the callback of weir_from_callback() answers with, once. Borrowed during that callback; whoever answers later holds
 * it by weir_promise_ref() until then.
 * @{ */

/** Short for it. */
typedef struct weir_promise weir_promise;

/** One more handle. From any thread. @return `promise` */
WEIR_API weir_promise *weir_promise_ref(weir_promise *promise);

/**
 * One handle less; NULL is allowed. From any thread.
 *
 * When the last one goes and nobody has answered, nobody will: the subscription fails with `WEIR_ECLOSED`.
 */
WEIR_API void weir_promise_unref(weir_promise *promise);

/**
 * Answer with a value: it is emitted as soon as it is asked for, then the subscription completes.
 *
 * @param value  consumed; of kind error: as weir_promise_reject()
 * @return 0; `-EALREADY` when it has been answered before; `-WEIR_ECLOSED` when the subscription has been cancelled: the
 *         value is reported to the loop's `on_dropped`
 */
WEIR_API int weir_promise_resolve(weir_promise *promise, weir_value value);

/** Answer with a failure. @param error  consumed @return as weir_promise_resolve() */
WEIR_API int weir_promise_reject(weir_promise *promise, weir_error *error);

/**
 * As weir_promise_resolve(), from any thread: in a later turn of the loop.
 *
 * @param value  consumed; shared (weir_value_share()) first
 * @return 0; `-EALREADY`; `-ENOMEM` (then it is not answered yet), `-ESHUTDOWN` when the loop has been freed
 */
WEIR_API int weir_promise_resolve_from_any_thread(weir_promise *promise, weir_value value);

/** As weir_promise_reject(), from any thread. */
WEIR_API int weir_promise_reject_from_any_thread(weir_promise *promise, weir_error *error);

/** What to call when the subscription ends before it was answered, once: to abort the call. */
WEIR_API void weir_promise_on_cancel(weir_promise *promise, void (*on_cancel)(void *context), void *context);

/** The loop the subscription runs on. From any thread. */
WEIR_API weir_loop *weir_promise_loop(const weir_promise *promise);

/** @} */

/**
 * Call an API that answers once, through a callback.
 *
 *     weir_from_callback(answers "a" after 3):  ---(a|)
 *
 * `start` runs for each subscription; weir_bind_callback() makes one call for all of them.
 *
 *     static void on_answer(int code, const char *text, void *promise)
 *     {
 *             weir_promise_resolve(promise, code == 0 ? weir_string(text) : weir_fail(code, "no answer"));
 *             weir_promise_unref(promise);
 *     }
 *
 *     static int on_start(weir_promise *promise, void *database)
 *     {
 *             return query(database, "…", on_answer, weir_promise_ref(promise));
 *     }
 *
 * @param start    0, or a negated errno, which ends the subscription with that error
 * @param context  handed to `start`; see weir_with_context()
 * @return owned
 *
 * Errors: those answered; the negated errno of `start`; `WEIR_ECLOSED` when all handles were released without an
 * answer; `EINVAL` when `start` is NULL. Completion: after the answer, which waits until it is asked for. Demand: the
 * answer waits until it is requested. Since 0.1. RxJS: `bindCallback`.
 */
WEIR_API weir_observable *weir_from_callback(int (*start)(weir_promise *promise, void *context), void *context);

/**
 * Call an API that answers once, through a callback, when somebody subscribes first; all get that answer, now and later.
 *
 *     weir_bind_callback(answers "a" after 3):
 *     first at 0:   ---(a|)
 *     second at 1:  ---(a|)
 *     third at 5:   -----(a|)
 *
 * As weir_from_callback(), but `start` runs once. That nobody waits for the answer any more does not cancel the call; that
 * nobody holds the observable any more does. A failed call fails for all.
 *
 * @param start    as for weir_from_callback(); resolves the promise, or rejects it (bindNodeCallback's first argument)
 * @param context  handed to `start`; see weir_with_context()
 * @return owned; it stays the same call for all who subscribe to it
 *
 * Errors: as weir_from_callback(). Completion: the answer waits until it is requested. Demand: the answer waits until it is
 * requested. Since 0.1. RxJS: `bindCallback`, `bindNodeCallback`.
 */
WEIR_API weir_observable *weir_bind_callback(int (*start)(weir_promise *promise, void *context), void *context);

/**
 * The items of an array.
 *
 *     weir_from_array([1, 2, 3]):  (123|)
 *
 * An item of a decoded document is a view of it: it keeps the document alive. A long array yields to the loop now and
 * then.
 *
 * @param array  consumed
 * @return owned
 *
 * Errors: `EINVAL` when it is no array; the value itself when that is an error. Demand: honoured. Since 0.1. RxJS:
 * `from`.
 */
WEIR_API weir_observable *weir_from_array(weir_value array);

/**
 * The events of something that calls handlers, while somebody subscribes.
 *
 *     events:                     -1-2-3-4-…
 *     weir_from_event_pattern():  -1-2-3-4-…
 *
 * Each subscription adds a handler of its own and removes it when it ends: an emitter, to be given the events by
 * weir_emitter_next() (from another thread by weir_emitter_next_from_any_thread()). It never completes by itself.
 *
 * @param add      0, or a negated errno, which ends the subscription with that error. `handler` may be called until `remove`
 *                 is, also at once; weir_emitter_ref() holds it longer
 * @param remove   called once for each handler that was added
 * @param context  handed to both; see weir_with_context()
 * @return owned; weir_map() behind it makes something else of the events
 *
 * Errors: the negated errno of `add`; `WEIR_EDEMAND` when an event comes that was not asked for: put weir_on_overflow()
 * behind it; `EINVAL` when `add` or `remove` is NULL. Completion: never by itself. Demand: events do not wait. Since 0.1. RxJS: `fromEventPattern`,
 * `fromEvent`.
 */
WEIR_API weir_observable *weir_from_event_pattern(int (*add)(weir_emitter *handler, void *context),
	void (*remove)(weir_emitter *handler, void *context), void *context);

/**
 * A loop over a state, run as its items are asked for.
 *
 *     weir_generate(1, < 5, + 1, × 10, NULL):  (abcd|)   a = 10, b = 20, c = 30, d = 40
 *
 * As `for (state = initial; condition(state); state = iterate(state)) emit result(state)`. `iterate` and `condition`
 * run when the next item is asked for, not before. A long loop yields to the event loop now and then.
 *
 * @param initial    consumed; the first state
 * @param condition  whether to go on; NULL: for ever
 * @param iterate    from a state to the next one
 * @param result     what is emitted for a state; NULL: the state
 * @param context    handed to the three; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` without `iterate`; the negated errno of `condition`; what the other two report with weir_fail().
 * Demand: honoured. Since 0.1. RxJS: `generate`.
 */
WEIR_API weir_observable *weir_generate(
	weir_value initial, weir_predicate condition, weir_mapper iterate, weir_mapper result, void *context);

/**
 * One of two observables, chosen for each subscription.
 *
 *     yes:                       --1-2|
 *     no:                        -x|
 *     weir_iif(true, yes, no):   --1-2|
 *
 * @param condition  called at each subscription
 * @param context    handed to `condition`; see weir_with_context()
 * @param then       consumed; NULL: as weir_empty()
 * @param otherwise  consumed; NULL: as weir_empty()
 * @return owned
 *
 * Errors: the negated errno of `condition`; those of the chosen one. Completion: of the one that runs; nothing held.
 * Order: of the one that runs. Demand: passed on. Since 0.1. RxJS: `iif`.
 */
WEIR_API weir_observable *weir_iif(
	weir_condition condition, void *context, weir_observable *then, weir_observable *otherwise);

/** What becomes of ticks that come while nobody has requested an item, or that a busy loop serves too late. */
enum weir_missed_ticks {
	WEIR_MISSED_SKIP, /**< they are left out; the next item is the next tick */
	WEIR_MISSED_COALESCE, /**< the newest of them is emitted as soon as that is possible */
	WEIR_MISSED_CATCH_UP, /**< each of them is emitted as soon as that is possible */
};

/** As weir_interval_options::delay: the first tick comes at once, in the loop's next turn. */
#define WEIR_AT_ONCE (-1)

/** How ticks come. All zero means the defaults. */
struct weir_interval_options {
	/** From the subscription to the first tick. 0: one period; `WEIR_AT_ONCE`. */
	weir_duration delay;
	/** Default: `WEIR_MISSED_SKIP`. */
	enum weir_missed_ticks missed;
};
/** Short for it. */
typedef struct weir_interval_options weir_interval_options;

/**
 * Numbers from 0 on, a period of time apart, for ever.
 *
 *     weir_interval(3):  ---0--1--2--…
 *
 * The ticks stand on a grid that begins with the subscription: however late one is served, the next is on time. Its
 * number is its place on the grid, so a gap in the numbers shows ticks that were left out.
 *
 * @param period  0 or less: a tick in every turn of the loop
 * @return owned
 *
 * Errors: none. Demand: honoured; ticks that come without any are left out. Since 0.1. RxJS: `interval`.
 */
WEIR_API weir_observable *weir_interval(weir_duration period);

/**
 * As weir_interval(), with another first tick or another policy for missed ones.
 *
 * @param options  copied; NULL for the defaults
 * @return owned
 *
 * Errors: `EINVAL` for an unknown policy. Demand: honoured; see ::weir_missed_ticks. Since 0.1.
 */
WEIR_API weir_observable *weir_interval_with(weir_duration period, const struct weir_interval_options *options);

/**
 * One value, then complete.
 *
 *     weir_just(7):  (7|)
 *
 * @param value  consumed; of kind error: the observable fails with it
 * @return owned
 *
 * Errors: the value, if it is one. Completion: after the value. Demand: honoured. Since 0.1. RxJS: `of`.
 */
WEIR_API weir_observable *weir_just(weir_value value);

/**
 * Silence: neither a value nor an end.
 *
 *     weir_never():  -
 *
 * It does not keep a loop running.
 *
 * @return owned
 *
 * Errors: none. Demand: ignored. Since 0.1. RxJS: `NEVER`.
 */
WEIR_API weir_observable *weir_never(void);

/**
 * Given values, then complete.
 *
 *     weir_of((weir_value[]){ 1, 2, 3 }, 3):  (123|)
 *
 * @param values  each consumed; the array stays the caller's. One of kind error: the observable fails with it, at once
 * @param count   how many; 0: as weir_empty()
 * @return owned
 *
 * Errors: the first error among the values. Demand: honoured. Since 0.1. RxJS: `of`.
 */
WEIR_API weir_observable *weir_of(const weir_value *values, size_t count);

/**
 * The members of a map, each as an array of key and value.
 *
 *     weir_pairs({"a": 1, "b": 2}):  (xy|)   x = ["a", 1], y = ["b", 2]
 *
 * In the map's order. A big map yields to the loop now and then.
 *
 * @param map  consumed
 * @return owned
 *
 * Errors: `EINVAL` when it is no map; the value itself when that is an error. Demand: honoured. Since 0.1. RxJS: `pairs`.
 */
WEIR_API weir_observable *weir_pairs(weir_value map);

/**
 * Consecutive integers.
 *
 *     weir_range(3, 4):  (3456|)
 *
 * A long range yields to the loop now and then, so that timers and other pipelines are served.
 *
 * @param first  the first integer
 * @param count  how many; 0: none
 * @return owned
 *
 * Errors: `EINVAL` when the last one would not fit in int64_t. Demand: honoured. Since 0.1. RxJS: `range`.
 */
WEIR_API weir_observable *weir_range(int64_t first, uint64_t count);

/**
 * The deliveries of a signal, while somebody subscribes.
 *
 *     weir_signal(SIGHUP):  ---a---a---   a = SIGHUP
 *
 * Meanwhile the signal does not do what it would do otherwise; afterwards it does so again. Deliveries that nobody has
 * asked for yet are counted, not lost; the kernel itself makes one of several that come before it could deliver them.
 * Never completes, so it keeps weir_loop_run() running until it is cancelled. libevent can watch signals in one event
 * base of a process only: subscribe on one loop.
 *
 * @param signal_number  SIGINT, SIGHUP, …; not SIGKILL or SIGSTOP
 * @return owned; items are ints: the number
 *
 * Errors: `EINVAL` when it is no signal or cannot be caught; `ENOTSUP` on a virtual loop. Demand: honoured. Since 0.1.
 */
WEIR_API weir_observable *weir_signal(int signal_number);

/**
 * Fail at once with an error made here.
 *
 *     weir_throw(ENOENT, "no sensor %d", 7):  #
 *
 * @param code    an errno value or one of ::weir_error_code
 * @param format  printf format of the message
 * @return owned
 *
 * Errors: this one. Demand: fails without any. Since 0.1. RxJS: `throwError`.
 */
WEIR_API weir_observable *weir_throw(int code, const char *format, ...) WEIR_PRINTF(2, 3);

/**
 * Fail at once with a given error: every subscription gets the same.
 *
 *     weir_throw_error(error):  #
 *
 * @param error  consumed
 * @return owned
 *
 * Errors: `error`, `EINVAL` when that is NULL. Demand: fails without any. Since 0.1. RxJS: `throwError`.
 */
WEIR_API weir_observable *weir_throw_error(weir_error *error);

/**
 * THE asynchronous iterator: from a state to an item and the next state, one step at a time.
 *
 *     weir_unfold_async(1, n → --[n, n + 1]|, NULL):  --1--2--3--   as long as the consumer asks for more
 *
 * `step` makes an observable from the state: of pages, say, a request for the page that the state names. Its first item
 * must be an array of two, `[item, next state]`: the item is emitted, the step's observable released, and the next one
 * made only when another item is asked for. So there is never more than one in flight and nothing is fetched ahead. A
 * step that completes without an item ends the iteration; its error ends it, too. A step may answer at once: the stack
 * stays flat, and after many such answers the loop gets its turn.
 *
 * @param initial_state  consumed; any value
 * @param step           its result is consumed
 * @param context        handed to `step`; see weir_with_context()
 * @return owned
 *
 * Errors: `EINVAL` when `step` is NULL or returns NULL, or its observable emits something else; those of its
 * observables; `initial_state`, if it is an error. Completion: of a step without a pair; nothing held. Order: of the
 * steps, one after the other. Demand: honoured; each item is one step. Since 0.1.
 */
WEIR_API weir_observable *weir_unfold_async(weir_value initial_state, weir_project step, void *context);

/**
 * The number 0 after a span of time, then complete.
 *
 *     weir_timer(3):  ---(0|)
 *
 * @param delay  0 or less: in the loop's next turn
 * @return owned
 *
 * Errors: none. Demand: the item waits until it is requested. Since 0.1. RxJS: `timer`.
 */
WEIR_API weir_observable *weir_timer(weir_duration delay);

/**
 * Numbers from 0 on: the first after a span of time, the others a period apart, for ever.
 *
 *     weir_timer_periodic(1, 3):  -0--1--2--…
 *
 * @param delay   0 or less: in the loop's next turn
 * @param period  0 or less: a tick in every turn of the loop
 * @return owned
 *
 * Demand: as weir_interval(). Since 0.1. RxJS: `timer`.
 */
WEIR_API weir_observable *weir_timer_periodic(weir_duration delay, weir_duration period);

/**
 * What is read from a resource: open, read as items are asked for, close.
 *
 *     weir_unfold_resource(open, read → 1, 2, 3, end, close):  (123|)
 *
 * For a cursor, a file, an iterator of another library. `open` runs for each subscription. `read` runs when an item is asked
 * for, not before; many reads in a row yield to the loop now and then. The resource is closed exactly once, whatever the end
 * is. A read that blocks holds up the loop: see weir_read_fd(), weir_unfold_async() and weir_map_blocking().
 *
 * @param open     an owned value, see weir_object(); a failure by weir_fail()
 * @param read     > 0: an owned item stands in `ret_item`, a failure if it is an error; 0: there is none any more; < 0: a
 *                 negated errno
 * @param close    borrows the resource, which is released after that; NULL: it is only released
 * @param context  handed to the three; see weir_with_context()
 * @return owned
 *
 * Errors: what `open` and `read` report; `EINVAL` when one of them is NULL. Completion: when there is
 * nothing left to read. Order: of the reads. Demand: honoured. Since 0.1. RxJS: none (Akka: `unfoldResource`).
 */
WEIR_API weir_observable *weir_unfold_resource(weir_value (*open)(void *context),
	int (*read)(weir_value resource, weir_value *ret_item, void *context),
	void (*close)(weir_value resource, void *context), void *context);

/**
 * A resource that lives as long as the subscription.
 *
 *     use(resource):  --1-2|
 *     weir_using:     --1-2|
 *                     ^    ^ dispose(resource), after the observable was released
 *                     create()
 *
 * `create` runs for each subscription. A pointer becomes a value by weir_object(), whose destructor may take the place of
 * `dispose`. The resource is disposed of exactly once, whatever the end is, also when `use` made nothing of it.
 *
 * @param create   an owned value; a failure by weir_fail()
 * @param use      makes the observable; the resource is borrowed until it is disposed of
 * @param dispose  borrows the resource, which is released after that; NULL: it is only released
 * @param context  handed to the three; see weir_with_context()
 * @return owned
 *
 * Errors: what `create` reports; those of the observable; `EINVAL` when `create` or `use` is NULL or `use` returns
 * NULL. Completion: of the one that runs; nothing held. Order: of the one that runs. Demand: passed on. Since 0.1.
 * RxJS: `using`.
 */
WEIR_API weir_observable *weir_using(weir_value (*create)(void *context), weir_project use,
	void (*dispose)(weir_value resource, void *context), void *context);

/** What weir_using_when() calls. The resource is borrowed, results are consumed. */
struct weir_using_when_options {
	/** Makes the observable. */
	weir_observable *(*use)(weir_value resource, void *context);
	/** Makes the clean-up after the observable has completed. Its items are ignored. */
	weir_observable *(*on_complete)(weir_value resource, void *context);
	/** Makes the clean-up after it has failed. NULL: `on_complete`. */
	weir_observable *(*on_error)(weir_value resource, const weir_error *error, void *context);
	/** Makes the clean-up after a cancel. NULL: `on_complete`. */
	weir_observable *(*on_cancel)(weir_value resource, void *context);
	/** Handed to all of them; see weir_with_context(). */
	void *context;
};
/** Short for it. */
typedef struct weir_using_when_options weir_using_when_options;

/**
 * A resource that takes time to get and to give back: a connection from a pool, a transaction to commit or roll back.
 *
 *     source:           -r
 *     use(r):           --1-2|
 *     on_complete(r):   --|
 *     using_when:       ---1-2--|
 *
 * The first item of the source is the resource; without one, the result completes. When the observable made of it has ended
 * and was released, the clean-up runs, and what it ended with passes when that has completed. After a cancel, of a clean-up
 * as well, nobody waits: it goes on by itself on the loop, and its error goes to the loop's `on_unhandled_error`. There is
 * exactly one clean-up for a resource, and it runs to its end unless the loop is freed.
 *
 * @param source   consumed; released when its first item has come
 * @param options  copied
 * @return owned
 *
 * Errors: of the source, which is not cleaned up after; of the observable, after the clean-up; of the clean-up; of both of
 * these, `WEIR_ECOMPOSITE`; `EINVAL` when `use` or `on_complete` is NULL or a callback returns NULL. Completion: after the
 * clean-up. Order: of the observable. Demand: passed on to the observable; the source and the clean-up are asked for everything. Since 0.1. RxJS:
 * none (Reactor: `usingWhen`).
 */
WEIR_API weir_observable *weir_using_when(weir_observable *source, const struct weir_using_when_options *options);

#ifdef __cplusplus
}
#endif
#endif
