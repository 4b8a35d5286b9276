/*
 * A consumer that writes down what came and when, in virtual time, and asks for items when it is told:
 *
 *	struct recorder recorder;
 *
 *	record(&recorder, weir_interval(weir_ms(3)), 1);     // demand; WEIR_UNBOUNDED, or 0
 *	record_run(&recorder, weir_ms(4));
 *	weir_request(recorder.subscription, 1);
 *	record_run(&recorder, weir_ms(4));
 *	RECORDED(&recorder, "0@3ms 1@6ms");                  // cancels, compares, nothing must be left over
 *
 * Completion is `|@9ms`, an error `#CODE@9ms`. Times that are no whole milliseconds are nanoseconds: `0@1500000ns`.
 */
#ifndef TESTS_KIT_RECORDER_H
#define TESTS_KIT_RECORDER_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include <weir/loop.h>
#include <weir/observable.h>

struct recorder {
	weir_loop *loop;
	bool owns_loop;
	weir_subscription *subscription;
	char text[4096];
	size_t length;
	char message[512]; /* of the error */
	bool ended;
	/* Asked for inside `next`, after each item. */
	uint64_t then;
};

static inline void recorder_add(struct recorder *recorder, const char *what)
{
	weir_time now = weir_loop_now(recorder->loop);
	size_t room = sizeof recorder->text - recorder->length;
	bool is_whole = now % 1000000 == 0;
	int length = snprintf(recorder->text + recorder->length, room, "%s%s@%lld%s", recorder->length > 0 ? " " : "",
		what, (long long)(is_whole ? now / 1000000 : now), is_whole ? "ms" : "ns");

	cr_assert((size_t)length < room, "the recorder is full");
	recorder->length += (size_t)length;
}

static inline void recorder_subscribed(weir_subscription *subscription, void *context)
{
	((struct recorder *)context)->subscription = weir_subscription_ref(subscription);
}

static inline void recorder_next(weir_value value, void *context)
{
	struct recorder *recorder = (struct recorder *)context;
	char text[256];

	weir_print(value, text, sizeof text);
	recorder_add(recorder, text);
	weir_request(recorder->subscription, recorder->then);
}

static inline void recorder_error(const weir_error *error, void *context)
{
	struct recorder *recorder = (struct recorder *)context;
	char text[64];

	snprintf(text, sizeof text, "#%s", weir_error_code_name(weir_error_code(error)));
	snprintf(recorder->message, sizeof recorder->message, "%s", weir_error_message(error));
	recorder->ended = true;
	recorder_add(recorder, text);
}

static inline void recorder_complete(void *context)
{
	((struct recorder *)context)->ended = true;
	recorder_add((struct recorder *)context, "|");
}

/* Subscribe on `loop`, borrowed. */
static inline void record_on(struct recorder *recorder, weir_loop *loop, weir_observable *observable, uint64_t demand)
{
	*recorder = (struct recorder){ .loop = loop };
	weir_subscribe(observable, loop,
		&(weir_observer){
			.subscribed = recorder_subscribed,
			.next = recorder_next,
			.error = recorder_error,
			.complete = recorder_complete,
			.context = recorder,
			.demand = demand == 0 ? WEIR_ON_REQUEST : demand,
		});
}

/* Subscribe on a virtual loop of its own. */
static inline void record(struct recorder *recorder, weir_observable *observable, uint64_t demand)
{
	record_on(recorder, weir_loop_new_virtual(), observable, demand);
	recorder->owns_loop = true;
}

static inline void record_run(struct recorder *recorder, weir_duration duration)
{
	weir_loop_run_for(recorder->loop, duration);
}

static inline void record_end(struct recorder *recorder)
{
	weir_cancel(recorder->subscription);
	weir_subscription_unref(recorder->subscription);
	recorder->subscription = NULL;
	if (!recorder->owns_loop)
		return;
	cr_expect_eq(
		weir_loop_timer_count(recorder->loop), 0, "%zu timers are left", weir_loop_timer_count(recorder->loop));
	weir_loop_free(recorder->loop);
}

#define RECORDED(recorder, expected) \
	do { \
		record_end(recorder); \
		cr_expect_str_eq((recorder)->text, expected); \
	} while (0)

#endif
