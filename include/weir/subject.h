/** @file
 * Subjects: observables that a program pushes values into.
 *
 * Any number of pipelines may listen to one subject. A notification goes to those that listen when it begins, in the
 * order they joined; one that leaves meanwhile gets nothing more, one that joins meanwhile gets the next. What is
 * pushed from inside a delivery is delivered when that is over, so every listener sees the same order.
 *
 * A subject cannot make its producer wait. A listener that has not asked for a value when it comes ends with
 * `WEIR_EDEMAND`, and the others do not notice: put weir_on_overflow() behind the subject where listeners may be slower
 * than the producer. (A replay subject holds its values for slow listeners, as far as it keeps them.)
 *
 * A subject belongs to one thread, that of the loop its listeners run on; the `…_from_any_thread` functions are the way
 * in from others. NULL is allowed for a subject everywhere and stands for one that could not be made: pushing returns
 * `-EINVAL`, its observable fails.
 */
#ifndef WEIR_SUBJECT_H
#define WEIR_SUBJECT_H

#include <weir/api.h>
#include <weir/error.h>
#include <weir/observable.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Short for it. */
typedef struct weir_subject weir_subject;

/** @name Making subjects
 * Each returns an owned handle, or NULL without memory.
 * @{ */

/**
 * A subject that keeps nothing: values go to those who listen, and after the end newcomers get the end.
 *
 *     pushed:   -1-2-3-|
 *     joins 4:  ----(3 at 5)-|
 *
 * Errors: those pushed, at once and to newcomers; `WEIR_EDEMAND` for a listener that has not asked for a value.
 * Completion: at once: nothing held. Order: as pushed, for all the same. Demand: of each listener its own; the program
 * that pushes is not held back. Since 0.1. RxJS: `Subject`.
 */
WEIR_API weir_subject *weir_subject_new(void);

/**
 * A subject with a current value, which every newcomer gets first.
 *
 * A newcomer gets the value that is current when it first asks. After the end it gets the end alone.
 *
 * @param initial  consumed; of kind error: the subject has failed with it from the start
 *
 * Errors: those pushed, at once and to newcomers; `WEIR_EDEMAND` for a listener that has not asked for a value.
 * Completion: at once; a newcomer gets no value any more. Order: as pushed, for all the same. Demand: of each listener
 * its own; the program that pushes is not held back. Since 0.1. RxJS: `BehaviorSubject`.
 */
WEIR_API weir_subject *weir_behavior_subject_new(weir_value initial);

/** What a replay subject keeps. All-zero means the defaults. */
struct weir_replay_subject_options {
	/** How many values, the newest; 0 means all, as does SIZE_MAX: then memory grows with what is pushed. */
	size_t count;
	/** None that is this old or older; 0 means that age does not matter. Looked at when somebody pushes or joins. */
	weir_duration window;
	/** With a window: the loop whose clock counts; it must outlive the subject. */
	weir_loop *loop;
};
/** Short for it. */
typedef struct weir_replay_subject_options weir_replay_subject_options;

/**
 * A subject that keeps its newest values and gives them to every newcomer first, also after the end.
 *
 * Kept values wait for each listener's demand. A listener that falls behind what is kept ends with `WEIR_EDEMAND`.
 *
 * @param options  copied; NULL for the defaults. A window without a loop, or a negative one: the subject has failed
 * with `EINVAL` from the start
 *
 * Errors: those pushed, after what is kept; `WEIR_EDEMAND` for a listener that falls behind what is kept. Completion:
 * after what is kept has been asked for. Order: as pushed, for all the same. Demand: of each listener its own; the
 * program that pushes is not held back. Since 0.1. RxJS: `ReplaySubject`.
 */
WEIR_API weir_subject *weir_replay_subject_new(const weir_replay_subject_options *options);

/**
 * A subject that emits the last value pushed, when it completes, to all who listen and to all who come later.
 *
 * Errors: those pushed, instead of the value. Completion: the last value waits until it is asked for. Order: one item.
 * Demand: the value waits for each listener's. Since 0.1. RxJS: `AsyncSubject`.
 */
WEIR_API weir_subject *weir_async_subject_new(void);

/** @} */

/** @name Handles
 *
 * @{ */

/** One more handle, from any thread. @return `subject` */
WEIR_API weir_subject *weir_subject_ref(weir_subject *subject);

/**
 * One handle less; NULL is allowed. On the subject's thread; from another, weir_subject_unref_from_any_thread().
 *
 * When the last handle goes before the subject has ended, nobody can push any more: listeners get the error
 * `WEIR_ECLOSED`. (Not completion: what is incomplete must not look whole.)
 */
WEIR_API void weir_subject_unref(weir_subject *subject);

/** @} */

/** @name Pushing
 * Each returns 0, or a negated code: `-WEIR_ECLOSED` after the end, `-EINVAL` for NULL; `-WEIR_EOVERFLOW` when more than
 * 65,536 values are pushed from inside one delivery, or `-ENOMEM`: then the subject fails with that code. What could not
 * be pushed is released. A value that nobody listens to is lost, unless the subject keeps it.
 * @{ */

/** Push a value. @param value  consumed; of kind error: as weir_subject_error() */
WEIR_API int weir_subject_next(weir_subject *subject, weir_value value);

/**
 * Push several values in order: to a single listener that takes batches, at once.
 *
 * A listener that joins meanwhile may miss the rest of them.
 *
 * @param values  each consumed; the array stays the caller's
 */
WEIR_API int weir_subject_next_batch(weir_subject *subject, const weir_value *values, size_t count);

/** End by failure. @param error  consumed */
WEIR_API int weir_subject_error(weir_subject *subject, weir_error *error);

/** End by success. */
WEIR_API int weir_subject_complete(weir_subject *subject);

/**
 * Let go of all listeners without a word: they get nothing more, not even an end. From now on subscribing fails with
 * `WEIR_ECLOSED`. RxJS: `unsubscribe()` of a subject.
 */
WEIR_API void weir_subject_close(weir_subject *subject);

/** @} */

/** @name Pushing from other threads
 * Safe from any thread that holds a handle. What is pushed from one thread arrives in order, in a later turn of the
 * loop; what then has nowhere to go is reported to its `on_dropped`. Each returns 0, `-ENOMEM`, `-EINVAL`, or
 * `-ESHUTDOWN` when the loop has been freed meanwhile.
 *
 * @param loop  the one the subject's listeners run on; it must live until this returns
 * @{ */

/** As weir_subject_next(); `value` is shared (weir_value_share()) first, its other owners on this thread included. */
WEIR_API int weir_subject_next_from_any_thread(weir_subject *subject, weir_loop *loop, weir_value value);

/** As weir_subject_error(). */
WEIR_API int weir_subject_error_from_any_thread(weir_subject *subject, weir_loop *loop, weir_error *error);

/** As weir_subject_complete(). */
WEIR_API int weir_subject_complete_from_any_thread(weir_subject *subject, weir_loop *loop);

/** As weir_subject_unref(), after what was pushed before. Without memory (`-ENOMEM`) the handle is still held. */
WEIR_API int weir_subject_unref_from_any_thread(weir_subject *subject, weir_loop *loop);

/** @} */

/** @name Listening and asking
 *
 * @{ */

/** What is pushed, as an observable, any number of times. @return owned */
WEIR_API weir_observable *weir_subject_observable(weir_subject *subject);

/**
 * The current value of a behaviour subject, also after completion.
 *
 * @return owned; after a failure its error, also when it was closed since; after close `WEIR_ECLOSED`; nil for another
 *         kind of subject
 */
WEIR_API weir_value weir_subject_value(const weir_subject *subject);

/** How many pipelines listen. */
WEIR_API size_t weir_subject_listener_count(const weir_subject *subject);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
