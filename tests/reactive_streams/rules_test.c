/*
 * Reactive Streams 1.0.4, rule by rule. The publisher is an observable with the loop it runs on, the subscriber an
 * observer, the subscription its handle.
 *
 * | rule | why it has no test |
 * | ---- | ------------------ |
 * | 2.2  | Advice for the user's callbacks: weir_observe_on() and weir_map_blocking() are the means |
 * | 2.5  | An observer is copied into each subscription: one cannot be attached to two |
 * | 2.11 | Both ends are on one thread; between threads the loop's lock orders them (tests/threads) |
 * | 2.13 | C has no exceptions: a callback returns normally or not at all |
 * | 3.1  | Advice for the caller; weir is wider: from another thread it is posted (tests/threads) |
 * | 3.9  | A count is unsigned, so it cannot be negative; 0 asks for nothing, which is no error here (rule_3_09 shows it) |
 * | 4.1, 4.2 | A processor obeys both sides: the inherited suite runs over every operator |
 *
 * Rules 1.10, 2.12: a subscription is made from a copy of the observer, so the same one may be given again and again.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/subject.h>
#include <weir/testing.h>
#include <weir/transforming.h>

#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/step.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(reactive_streams, .init = set_up, .fini = tear_down);

/* ---- publishers: each emits 1 to 9 and completes, or fails with WEIR_EUSER instead ---- */

static enum numbers_end the_end;

static weir_observable *synchronous(void)
{
	return numbers((struct numbers){ .count = 9, .end = the_end });
}

static weir_observable *asynchronous(void)
{
	return numbers((struct numbers){ .count = 9, .interval = 1000, .end = the_end });
}

static weir_observable *in_batches(void)
{
	return numbers((struct numbers){ .count = 9, .batch = 4, .end = the_end });
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static int is_positive(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) > 0;
}

static weir_observable *through_operators(void)
{
	return weir_filter(weir_map(synchronous(), same, NULL), is_positive, NULL);
}

static weir_observable *project_one(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value), 1);
}

static weir_observable *merged(void)
{
	return weir_merge_map(asynchronous(), project_one, NULL, 2);
}

static weir_observable *concatenated(void)
{
	return weir_concat_map(synchronous(), project_one, NULL);
}

static weir_observable *whole(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return asynchronous();
}

static weir_observable *switched(void)
{
	return weir_switch_map(weir_just(weir_nil()), whole, NULL);
}

static weir_observable *(*const publishers[])(
	void) = { synchronous, asynchronous, in_batches, through_operators, merged, concatenated, switched };

enum { PUBLISHERS = sizeof publishers / sizeof publishers[0] };

/* ---- a subscriber that writes down what it is told ---- */

struct subscriber {
	weir_subscription *subscription;
	uint64_t demand; /* as weir_observer::demand */
	uint64_t inside; /* requested inside each next */
	uint64_t cancel_at;
	uint64_t requested;
	uint64_t received;
	int64_t last;
	int subscribed;
	int errors;
	int completions;
	int destroyed;
	int code;
	int depth;
	int deepest;
	bool cancelled;
	uint64_t after_end;
};

static bool has_ended(const struct subscriber *subscriber)
{
	return subscriber->errors + subscriber->completions > 0 || subscriber->cancelled;
}

static void enter(struct subscriber *subscriber)
{
	if (has_ended(subscriber) || subscriber->destroyed > 0)
		subscriber->after_end++;
	if (++subscriber->depth > subscriber->deepest)
		subscriber->deepest = subscriber->depth;
}

static void request(struct subscriber *subscriber, uint64_t count)
{
	subscriber->requested =
		count >= WEIR_UNBOUNDED - subscriber->requested ? WEIR_UNBOUNDED : subscriber->requested + count;
	weir_request(subscriber->subscription, count);
}

static void cancel(struct subscriber *subscriber)
{
	subscriber->cancelled = true;
	weir_cancel(subscriber->subscription);
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct subscriber *subscriber = context;

	cr_expect_eq(subscriber->received, 0);
	enter(subscriber);
	subscriber->subscribed++;
	subscriber->subscription = weir_subscription_ref(subscription);
	subscriber->depth--;
}

static void on_next(weir_value value, void *context)
{
	struct subscriber *subscriber = context;

	enter(subscriber);
	cr_expect_eq(subscriber->subscribed, 1);
	subscriber->received++;
	subscriber->last = weir_as_int(value);
	cr_expect_leq(subscriber->received, subscriber->requested);
	if (subscriber->received == subscriber->cancel_at)
		cancel(subscriber);
	else if (subscriber->inside > 0)
		request(subscriber, subscriber->inside);
	subscriber->depth--;
}

static void on_error(const weir_error *error, void *context)
{
	struct subscriber *subscriber = context;

	enter(subscriber);
	subscriber->errors++;
	subscriber->code = weir_error_code(error);
	subscriber->depth--;
}

static void on_complete(void *context)
{
	struct subscriber *subscriber = context;

	enter(subscriber);
	subscriber->completions++;
	subscriber->depth--;
}

static void on_destroy(void *context)
{
	((struct subscriber *)context)->destroyed++;
}

static void subscribe(struct subscriber *subscriber, weir_observable *observable)
{
	subscriber->requested = subscriber->demand == WEIR_ON_REQUEST ? 0
				: subscriber->demand == 0	      ? WEIR_UNBOUNDED
								      : subscriber->demand;
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = subscriber,
			.demand = subscriber->demand });
}

/* What holds for every subscription that is over. */
static void release(struct subscriber *subscriber)
{
	cr_expect_eq(subscriber->subscribed, 1);
	cr_expect_leq(subscriber->errors + subscriber->completions, 1);
	cr_expect_eq(subscriber->destroyed, 1);
	cr_expect_eq(subscriber->after_end, 0);
	weir_subscription_unref(subscriber->subscription);
}

#define EACH_PUBLISHER(make) \
	for (size_t publisher = 0; publisher < PUBLISHERS; publisher++) \
		for (weir_observable * (*make)(void) = publishers[publisher]; make != NULL; make = NULL)

/* ---- 1: the publisher ---- */

Test(reactive_streams, rule_1_01_never_more_than_requested)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		for (uint64_t round = 0; round < 4; round++) {
			weir_loop_run(loop);
			cr_expect_eq(subscriber.received, subscriber.requested, "publisher %zu", publisher);
			request(&subscriber, round);
			weir_loop_run(loop);
			cr_expect_eq(subscriber.received, subscriber.requested, "publisher %zu", publisher);
		}
		cancel(&subscriber);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_1_02_may_signal_fewer_and_terminate)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1000 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 9);
		cr_expect_eq(subscriber.completions, 1);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_1_03_signals_are_serial)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1, .inside = 3 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 9);
		cr_expect_eq(subscriber.deepest, 1, "publisher %zu: a signal came inside another", publisher);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_1_04_a_failure_is_signalled_as_error)
{
	the_end = NUMBERS_FAIL;
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { 0 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.errors, 1, "publisher %zu", publisher);
		cr_expect_eq(subscriber.code, WEIR_EUSER);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_1_05_a_finite_stream_completes)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { 0 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.completions, 1);
		cr_expect_eq(subscriber.last, 9);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_1_06_after_a_terminal_the_subscription_counts_as_cancelled)
{
	for (the_end = NUMBERS_COMPLETE; the_end <= NUMBERS_FAIL; the_end++) {
		EACH_PUBLISHER(make)
		{
			struct subscriber subscriber = { 0 };

			subscribe(&subscriber, make());
			weir_loop_run(loop);
			cr_expect(!weir_subscription_is_active(subscriber.subscription));
			weir_request(subscriber.subscription, 5);
			weir_cancel(subscriber.subscription);
			release(&subscriber);
		}
	}
}

Test(reactive_streams, rule_1_07_nothing_follows_a_terminal)
{
	for (the_end = NUMBERS_COMPLETE; the_end <= NUMBERS_FAIL; the_end++) {
		EACH_PUBLISHER(make)
		{
			struct subscriber subscriber = { .inside = 1 };

			subscribe(&subscriber, make());
			weir_loop_run(loop);
			request(&subscriber, 100);
			weir_loop_run_for(loop, weir_s(10));
			cr_expect_eq(subscriber.errors + subscriber.completions, 1);
			/* release() looks at what came after the end. */
			release(&subscriber);
		}
	}
}

Test(reactive_streams, rule_1_08_a_cancelled_subscriber_is_signalled_no_more)
{
	EACH_PUBLISHER(make)
	{
		for (uint64_t item = 1; item <= 9; item++) {
			struct subscriber subscriber = { .cancel_at = item };

			subscribe(&subscriber, make());
			weir_loop_run(loop);
			cr_expect_eq(subscriber.received, item);
			cr_expect_eq(subscriber.errors + subscriber.completions, 0);
			release(&subscriber);
		}
		/* And between any two steps of the loop. */
		for (size_t steps = 0; steps < 25; steps++) {
			struct subscriber subscriber = { 0 };
			bool more = true;

			subscribe(&subscriber, make());
			for (size_t step = 0; more && step < steps; step++)
				more = step_loop(loop, WEIR_FOREVER);
			if (!has_ended(&subscriber))
				cancel(&subscriber);
			weir_loop_run(loop);
			release(&subscriber);
		}
	}
}

Test(reactive_streams, rule_1_09_subscribed_comes_first_and_failure_is_told_by_error)
{
	struct subscriber subscriber = { 0 };

	EACH_PUBLISHER(make)
	{
		struct subscriber plain = { 0 };

		/* on_next() asserts that `subscribed` came before. */
		subscribe(&plain, make());
		weir_loop_run(loop);
		release(&plain);
	}
	subscribe(&subscriber, NULL);
	cr_expect_eq(subscriber.errors, 1);
	release(&subscriber);
}

Test(reactive_streams, rule_1_10_may_be_subscribed_to_as_often_as_wanted)
{
	EACH_PUBLISHER(make)
	{
		weir_observable *observable = make();

		for (int round = 0; round < 5; round++) {
			struct subscriber subscriber = { 0 };

			subscribe(&subscriber, weir_ref(observable));
			weir_loop_run(loop);
			cr_expect_eq(subscriber.received, 9);
			cr_expect_eq(subscriber.completions, 1);
			release(&subscriber);
		}
		weir_unref(observable);
	}
}

Test(reactive_streams, rule_1_11_each_subscription_decides_for_itself)
{
	EACH_PUBLISHER(make)
	{
		weir_observable *observable = make();
		struct subscriber subscribers[3] = { { 0 }, { .demand = 2 }, { .demand = WEIR_ON_REQUEST } };

		for (size_t index = 0; index < 3; index++)
			subscribe(&subscribers[index], weir_ref(observable));
		weir_unref(observable);
		weir_loop_run(loop);
		cr_expect_eq(subscribers[0].received, 9);
		cr_expect_eq(subscribers[1].received, 2);
		cr_expect_eq(subscribers[2].received, 0);
		for (size_t index = 0; index < 3; index++) {
			if (!has_ended(&subscribers[index]))
				cancel(&subscribers[index]);
			release(&subscribers[index]);
		}
	}
}

/* A multicast one: a subject, with as many subscribers as wanted. */
Test(reactive_streams, rule_1_11_or_several_share_one)
{
	weir_subject *subject = weir_subject_new();
	struct subscriber subscribers[3] = { { 0 }, { 0 }, { .cancel_at = 1 } };

	for (size_t index = 0; index < 3; index++)
		subscribe(&subscribers[index], weir_subject_observable(subject));
	weir_subject_next(subject, weir_int(1));
	weir_subject_next(subject, weir_int(2));
	weir_subject_complete(subject);
	cr_expect_eq(subscribers[0].received, 2);
	cr_expect_eq(subscribers[1].received, 2);
	cr_expect_eq(subscribers[2].received, 1);
	for (size_t index = 0; index < 3; index++)
		release(&subscribers[index]);
	weir_subject_unref(subject);
}

/* ---- 2: the subscriber: what the library guarantees to it ---- */

/* An observer need not ask: `.demand` 0 stands for a request of everything. */
Test(reactive_streams, rule_2_01_with_demand_items_come_on_request)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 0);
		request(&subscriber, 1);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 1);
		cancel(&subscriber);
		release(&subscriber);
	}
}

static void call_back(void *context)
{
	struct subscriber *subscriber = context;

	on_complete(context);
	/* The rule forbids it to the user; it is harmless all the same. */
	weir_request(subscriber->subscription, 1);
	weir_cancel(subscriber->subscription);
}

static void call_back_with_error(const weir_error *error, void *context)
{
	struct subscriber *subscriber = context;

	on_error(error, context);
	weir_request(subscriber->subscription, 1);
	weir_cancel(subscriber->subscription);
}

Test(reactive_streams, rule_2_03_calls_from_inside_a_terminal_do_nothing)
{
	for (the_end = NUMBERS_COMPLETE; the_end <= NUMBERS_FAIL; the_end++) {
		EACH_PUBLISHER(make)
		{
			struct subscriber subscriber = { .requested = WEIR_UNBOUNDED };

			weir_subscribe(make(), loop,
				&(struct weir_observer){ .subscribed = on_subscribed,
					.next = on_next,
					.error = call_back_with_error,
					.complete = call_back,
					.destroy = on_destroy,
					.context = &subscriber });
			weir_loop_run(loop);
			cr_expect_eq(subscriber.errors + subscriber.completions, 1);
			release(&subscriber);
		}
	}
}

Test(reactive_streams, rule_2_04_a_terminal_ends_the_subscription)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { 0 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.completions, 1);
		cr_expect(!weir_subscription_is_active(subscriber.subscription));
		cr_expect_eq(weir_loop_subscription_count(loop), 0);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_2_06_cancelling_releases_what_is_no_longer_needed)
{
	struct numbers_log log = { 0 };
	struct subscriber subscriber = { 0 };

	subscribe(&subscriber,
		weir_map(numbers((struct numbers){ .count = 9, .interval = 1000, .log = &log }), same, NULL));
	weir_loop_run_for(loop, 2500);
	cr_expect_eq(log.finished, 0);
	cancel(&subscriber);
	cr_expect_eq(log.finished, 1);
	release(&subscriber);
}

Test(reactive_streams, rule_2_07_requests_and_cancels_are_serial_also_from_inside_signals)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1, .inside = 2, .cancel_at = 5 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 5);
		cr_expect_eq(subscriber.deepest, 1);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_2_08_no_item_comes_after_a_cancel_although_it_might)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 9, .cancel_at = 3 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 3);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_2_09_completion_comes_without_a_request)
{
	weir_observable *empty[] = { weir_empty(), weir_range(0, 0), weir_take(weir_range(0, 3), 0),
		numbers((struct numbers){ .count = 0, .interval = 1000 }) };

	for (size_t index = 0; index < 4; index++) {
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, empty[index]);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.completions, 1, "%zu", index);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_2_10_an_error_comes_without_a_request)
{
	weir_observable *failing[] = { weir_map(NULL, same, NULL), weir_range(INT64_MAX, 5),
		numbers((struct numbers){ .count = 0, .end = NUMBERS_FAIL }),
		numbers((struct numbers){ .count = 0, .interval = 1000, .end = NUMBERS_FAIL }) };

	for (size_t index = 0; index < 4; index++) {
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, failing[index]);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.errors, 1, "%zu", index);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_2_12_subscribed_is_called_once)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { 0 };

		subscribe(&subscriber, make());
		weir_loop_run(loop);
		cr_expect_eq(subscriber.subscribed, 1);
		release(&subscriber);
	}
}

/* ---- 3: the subscription ---- */

static void ask_inside(weir_subscription *subscription, void *context)
{
	on_subscribed(subscription, context);
	request(context, 2);
	request(context, 3);
}

Test(reactive_streams, rule_3_02_may_be_called_from_inside_subscribed_and_next)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { 0 };

		weir_subscribe(make(), loop,
			&(struct weir_observer){ .subscribed = ask_inside,
				.next = on_next,
				.complete = on_complete,
				.destroy = on_destroy,
				.context = &subscriber,
				.demand = WEIR_ON_REQUEST });
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 5, "publisher %zu", publisher);
		subscriber.inside = 1;
		request(&subscriber, 1);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 9);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_03_recursion_between_request_and_next_is_bounded)
{
	weir_observable *long_ones[] = { weir_range(1, 100000), numbers((struct numbers){ .count = 100000 }),
		weir_concat_map(weir_range(1, 100000), project_one, NULL),
		weir_merge_map(weir_range(1, 100000), project_one, NULL, 3),
		weir_filter(weir_map(weir_range(1, 100000), same, NULL), is_positive, NULL) };

	for (size_t index = 0; index < 5; index++) {
		struct subscriber subscriber = { .demand = 1, .inside = 1 };

		subscribe(&subscriber, long_ones[index]);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 100000);
		/* The bound is the smallest there is. */
		cr_expect_eq(subscriber.deepest, 1);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_04_request_returns_in_a_timely_manner)
{
	struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

	/* However much is asked for, a source that could go on for ever yields to the loop. */
	subscribe(&subscriber, weir_range(0, INT64_MAX));
	request(&subscriber, WEIR_UNBOUNDED - 1);
	cr_expect_lt(subscriber.received, 1000000);
	cancel(&subscriber);
	release(&subscriber);
}

Test(reactive_streams, rule_3_05_cancel_returns_at_once_and_may_be_called_again)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1 };

		subscribe(&subscriber, make());
		cancel(&subscriber);
		cr_expect_eq(subscriber.destroyed, 1);
		cancel(&subscriber);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_06_a_request_after_the_cancel_does_nothing)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1 };

		subscribe(&subscriber, make());
		cancel(&subscriber);
		request(&subscriber, 1);
		request(&subscriber, WEIR_UNBOUNDED - 1);
		weir_loop_run(loop);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_07_a_cancel_after_the_cancel_does_nothing)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1 };

		subscribe(&subscriber, make());
		for (int round = 0; round < 3; round++)
			cancel(&subscriber);
		weir_loop_run(loop);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_08_requests_add_up)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		request(&subscriber, 1);
		request(&subscriber, 2);
		request(&subscriber, 3);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 6, "publisher %zu", publisher);
		cancel(&subscriber);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_09_a_request_for_nothing_is_none)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		request(&subscriber, 0);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 0);
		cr_expect_eq(subscriber.errors, 0);
		cancel(&subscriber);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_10_request_may_call_next_before_it_returns)
{
	struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

	subscribe(&subscriber, synchronous());
	request(&subscriber, 2);
	cr_expect_eq(subscriber.received, 2);
	cancel(&subscriber);
	release(&subscriber);
}

Test(reactive_streams, rule_3_11_request_may_call_a_terminal_before_it_returns)
{
	for (the_end = NUMBERS_COMPLETE; the_end <= NUMBERS_FAIL; the_end++) {
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, synchronous());
		request(&subscriber, 100);
		cr_expect_eq(subscriber.errors + subscriber.completions, 1);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_12_cancel_makes_the_publisher_stop)
{
	struct numbers_log log = { 0 };
	struct subscriber subscriber = { .cancel_at = 4 };

	subscribe(&subscriber, numbers((struct numbers){ .count = 1000, .log = &log }));
	cr_expect_eq(log.emitted, 4);
	cr_expect_eq(log.finished, 1);
	release(&subscriber);
}

Test(reactive_streams, rule_3_13_cancel_drops_the_reference_to_the_subscriber)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber *subscriber = malloc(sizeof *subscriber);
		weir_subscription *subscription;

		*subscriber = (struct subscriber){ .demand = 1 };
		subscribe(subscriber, make());
		subscription = subscriber->subscription;
		cancel(subscriber);
		cr_expect_eq(subscriber->destroyed, 1);
		/* Nobody looks at it any more, or a sanitizer would tell. */
		free(subscriber);
		weir_request(subscription, 1);
		weir_loop_run(loop);
		weir_subscription_unref(subscription);
	}
}

Test(reactive_streams, rule_3_14_the_last_cancel_may_shut_a_publisher_down)
{
	weir_subject *subject = weir_subject_new();
	struct subscriber subscribers[2] = { { 0 }, { 0 } };

	for (size_t index = 0; index < 2; index++)
		subscribe(&subscribers[index], weir_subject_observable(subject));
	cancel(&subscribers[0]);
	weir_subject_next(subject, weir_int(1));
	cr_expect_eq(subscribers[1].received, 1);
	cancel(&subscribers[1]);
	cr_expect_eq(weir_subject_next(subject, weir_int(2)), 0);
	for (size_t index = 0; index < 2; index++)
		release(&subscribers[index]);
	weir_subject_unref(subject);
}

Test(reactive_streams, rule_3_15_and_3_16_cancel_and_request_return_normally_without_a_subscription)
{
	weir_cancel(NULL);
	weir_request(NULL, 5);
}

Test(reactive_streams, rule_3_15_cancel_returns_normally_whatever_memory_there_is)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = 1 };

		subscribe(&subscriber, make());
		faults_fail_from(1);
		cancel(&subscriber);
		faults_stop();
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_16_request_returns_normally_whatever_memory_there_is)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		faults_fail_from(1);
		request(&subscriber, 9);
		faults_stop();
		weir_loop_run(loop);
		if (!has_ended(&subscriber))
			cancel(&subscriber);
		release(&subscriber);
	}
}

Test(reactive_streams, rule_3_17_demand_up_to_the_largest_number_and_beyond)
{
	EACH_PUBLISHER(make)
	{
		struct subscriber subscriber = { .demand = WEIR_ON_REQUEST };

		subscribe(&subscriber, make());
		subscriber.requested = WEIR_UNBOUNDED;
		weir_request(subscriber.subscription, INT64_MAX);
		weir_request(subscriber.subscription, INT64_MAX);
		weir_request(subscriber.subscription, INT64_MAX);
		weir_request(subscriber.subscription, WEIR_UNBOUNDED);
		weir_loop_run(loop);
		cr_expect_eq(subscriber.received, 9);
		cr_expect_eq(subscriber.completions, 1);
		release(&subscriber);
	}
}
