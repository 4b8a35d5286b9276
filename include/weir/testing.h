/** @file
 * Tests of pipelines in virtual time, with streams drawn as marbles.
 *
 *     weir_test *test = weir_test_new();
 *
 *     weir_test_expect(test, weir_map(weir_test_cold(test, "-1-2-3|"), times_ten, NULL), "-a-b-c|");
 *     puts(weir_test_run(test));       // NULL, or what differs, drawn
 *     weir_test_free(test);
 *
 * A string of marbles is a time line, one character a millisecond (a *frame*):
 *
 * | text         | meaning |
 * | ------------ | ------- |
 * | `-`          | a frame passes |
 * | digit        | that integer; takes a frame |
 * | letter       | the letter as a string of one character, or what weir_test_bind() gave it; takes a frame |
 * | `\|`         | completion; takes a frame |
 * | `#`          | failure: code `WEIR_EUSER`, message "error", or what weir_test_bind_error() said; takes a frame |
 * | `(ab\|)`  | all at the frame of the `(`; yet every character of the group takes a frame, parentheses too |
 * | ` 12ms `     | 12 milliseconds pass; also `us`, `s` and `m`. Only at the beginning or behind a space, and a space or the end follows |
 * | space        | nothing, takes no time |
 * | `^`          | in a hot source: frame 0 is here, and what is left of it happened before; takes a frame |
 * | `^` and `!`  | in weir_test_expect_subscriptions(): subscribed, released |
 *
 * Everything is compared exactly: values by weir_equal(), times to the nanosecond, errors by code and message. A test
 * also fails when a timer or subscription is left over, when an error reached no `error` callback, and when an item was
 * dropped (see weir_test_allow_drops()).
 *
 * Within one frame, subscriptions and cancellations of the expectations come first, then the messages of hot sources,
 * in the order they were made, then what is scheduled while running.
 */
#ifndef WEIR_TESTING_H
#define WEIR_TESTING_H

#include <weir/api.h>
#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A test: a virtual loop, sources, and what is expected. Belongs to one thread. */
typedef struct weir_test weir_test;

/** A new test. @return owned; NULL without memory */
WEIR_API weir_test *weir_test_new(void);

/** Cancel what still runs and free the test. Its sources must not be subscribed to any more. NULL is allowed. */
WEIR_API void weir_test_free(weir_test *test);

/** The virtual loop, borrowed: for subscriptions of your own. Do not run it: weir_test_run() does. */
WEIR_API weir_loop *weir_test_loop(weir_test *test);

/** @name Sources
 * Each is an observable like any other: owned by you, consumed by the next constructor, weir_ref() for several uses. It
 * logs its subscriptions. It emits when its marbles say so; what nobody has asked for by then waits and comes, in
 * order, as soon as it is requested (an error waits, too).
 * @{ */

/**
 * A source that replays its marbles for each subscription, from the moment of subscribing.
 *
 * A message of frame 0 comes in that same millisecond, but not inside the subscribing call.
 *
 * @param marbles  copied; malformed ones are reported by weir_test_run()
 * @return owned
 */
WEIR_API weir_observable *weir_test_cold(weir_test *test, const char *marbles);

/**
 * A source whose marbles happen once, at frames of the test itself, whoever listens.
 *
 * A subscription after the terminal gets the terminal at once. Make it before weir_test_run().
 *
 * @param marbles  copied; may hold one `^`, which stands for frame 0
 * @return owned
 */
WEIR_API weir_observable *weir_test_hot(weir_test *test, const char *marbles);

/** @} */

/** @name Meanings
 * For the marbles that are given after the call.
 * @{ */

/** From now on the letter means this value. @param letter  A to Z, a to z @param value  consumed */
WEIR_API void weir_test_bind(weir_test *test, char letter, weir_value value);

/**
 * From now on the letter means, in an expectation, an observable that emits these marbles.
 *
 * An observable that arrives as an item (a window, a group) is subscribed to as soon as it arrives, and the frames of
 * `marbles` count from there.
 */
WEIR_API void weir_test_bind_stream(weir_test *test, char letter, const char *marbles);

/**
 * From now on `#` means this error.
 *
 * @param message  copied; NULL: in an expectation any message will do, a source says the code's own text
 */
WEIR_API void weir_test_bind_error(weir_test *test, int code, const char *message);

/** @} */

/** @name Expectations
 * Each subscribes at frame 0 of weir_test_run(), in the order given, and compares what came with its marbles.
 * @{ */

/** Expect these marbles. @param observable  consumed @param marbles  copied */
WEIR_API void weir_test_expect(weir_test *test, weir_observable *observable, const char *marbles);

/** As weir_test_expect(), and cancel at that time, before anything else that happens then. */
WEIR_API void weir_test_expect_cancelled(
	weir_test *test, weir_observable *observable, weir_duration after, const char *marbles);

/**
 * As weir_test_expect(), with demand: also fails when more items come than were asked for.
 *
 * @param first  requested at the beginning; 0: nothing
 * @param then   requested inside `next`, after every item; 0: nothing
 */
WEIR_API void weir_test_expect_with_demand(
	weir_test *test, weir_observable *observable, uint64_t first, uint64_t then, const char *marbles);

/**
 * Expect one subscription of a source: `--^---!`. Call it once for each that is expected, in order of subscribing.
 *
 * Without `!`: it is never released. `(^!)`: subscribed and released in one frame. An empty string: there is none at
 * all. A source about which nothing is expected is not looked at.
 *
 * @param source  what weir_test_cold() or weir_test_hot() returned; may have been consumed meanwhile
 */
WEIR_API void weir_test_expect_subscriptions(weir_test *test, const weir_observable *source, const char *marbles);

/** Call `action(context)` at that time, before anything else that happens then: to push into a subject, to request. */
WEIR_API void weir_test_at(weir_test *test, weir_duration after, void (*action)(void *context), void *context);

/** Items that are dropped are no failure of this test. */
WEIR_API void weir_test_allow_drops(weir_test *test);

/** How much virtual time the run may take: longer is a failure. Without this, a minute. */
WEIR_API void weir_test_limit(weir_test *test, weir_duration limit);

/** @} */

/**
 * Run the test: once.
 *
 * What has not ended when nothing is left to do is cancelled then.
 *
 * @return NULL when all is as expected; otherwise a report for people, borrowed: valid until weir_test_free()
 */
WEIR_API const char *weir_test_run(weir_test *test);

#ifdef __cplusplus
}
#endif
#endif
