/*
 * Promises and emitters that other threads feed: the last word is one's, whoever else speaks at that moment, and nothing
 * that was handed over is lost or freed twice.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/transforming.h>

#include "threads/cases.h"

enum {
	THREADS = 4,
	ROUNDS = 200,
};

static pthread_t threads[THREADS];

static void start_threads(void *(*body)(void *), size_t count)
{
	for (uintptr_t number = 0; number < count; number++)
		pthread_create(&threads[number], NULL, body, (void *)number);
}

static void join_threads(size_t count)
{
	for (size_t number = 0; number < count; number++)
		pthread_join(threads[number], NULL);
}

/* Some time that differs from round to round: nothing, or up to half a millisecond. */
static void wait_a_little(unsigned seed)
{
	unsigned step = seed * 2654435761u >> 28;

	if (step > 6)
		usleep(1u << (step - 6));
}

/* Values that tell when they are freed. */

static int objects; /* atomic: alive */

static void object_freed(void *pointer)
{
	(void)pointer;
	__atomic_fetch_sub(&objects, 1, __ATOMIC_RELAXED);
}

static weir_value object(uintptr_t number)
{
	weir_value value;

	__atomic_fetch_add(&objects, 1, __ATOMIC_RELAXED);
	value = weir_object((void *)(number + 1), object_freed);
	if (weir_is_error(value))
		__atomic_fetch_sub(&objects, 1, __ATOMIC_RELAXED);
	return value;
}

/* What the consumer has seen, and what the loop reported as dropped. */

static weir_loop *loop;
static unsigned round_number;

static struct {
	weir_subscription *subscription;
	size_t items;
	size_t dropped;
	size_t dropped_errors;
	size_t ends; /* by completion or error */
	int code;
	size_t destroyed;
	uint64_t newest[THREADS];
	bool in_order;
	bool ends_cancelled; /* from inside the first item */
} seen;

static void on_subscribed(weir_subscription *subscription, void *context)
{
	(void)context;
	seen.subscription = weir_subscription_ref(subscription);
}

static void on_next(weir_value value, void *context)
{
	uintptr_t number = (uintptr_t)weir_as_object(value) - 1;
	uint64_t *newest = &seen.newest[number % THREADS];

	(void)context;
	seen.items++;
	seen.in_order = seen.in_order && (*newest == 0 || number > *newest);
	*newest = number;
	if (seen.ends_cancelled)
		weir_cancel(seen.subscription);
}

static void on_error(const weir_error *error, void *context)
{
	(void)context;
	seen.ends++;
	seen.code = weir_error_code(error);
}

static void on_complete(void *context)
{
	(void)context;
	seen.ends++;
}

static void on_destroy(void *context)
{
	(void)context;
	seen.destroyed++;
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	(void)stage;
	(void)context;
	if (weir_is_error(value))
		seen.dropped_errors++;
	else
		seen.dropped++;
}

static void begin(weir_observable *observable)
{
	loop = weir_loop_new();
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	memset(&seen, 0, sizeof seen);
	seen.in_order = true;
	weir_subscribe(observable, loop,
		&(weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy });
}

/* Everything has come to an end, and nothing is left. */
static void end(void)
{
	weir_cancel(seen.subscription);
	weir_subscription_unref(seen.subscription);
	EXPECT(weir_loop_timer_count(loop) == 0);
	EXPECT(weir_loop_subscription_count(loop) == 0);
	weir_loop_free(loop);
	EXPECT(seen.destroyed == 1);
	EXPECT(__atomic_load_n(&objects, __ATOMIC_RELAXED) == 0);
}

/* ---- promises ---- */

static weir_promise *promise;
static int settled[THREADS]; /* what each thread was told */
static int cancelled; /* calls of on_cancel */

static void on_cancel(void *context)
{
	(void)context;
	cancelled++;
}

/* One handle for each thread; those that answer hold the loop. */
static int keep_promise(weir_promise *fresh, void *context)
{
	cancelled = 0;
	weir_promise_on_cancel(fresh, on_cancel, NULL);
	promise = fresh;
	for (uintptr_t number = 0; number < (uintptr_t)context; number++) {
		weir_promise_ref(fresh);
		weir_loop_hold(weir_promise_loop(fresh));
	}
	return 0;
}

static void *resolve(void *context)
{
	uintptr_t number = (uintptr_t)context;

	wait_a_little(round_number + (unsigned)number);
	settled[number] = weir_promise_resolve_from_any_thread(promise, object(number));
	weir_loop_release(weir_promise_loop(promise));
	weir_promise_unref(promise);
	return NULL;
}

static void *reject(void *context)
{
	uintptr_t number = (uintptr_t)context;

	wait_a_little(round_number * 7 + (unsigned)number);
	settled[number] = weir_promise_reject_from_any_thread(promise, weir_error_new(EIO, "thread %d", (int)number));
	weir_loop_release(weir_promise_loop(promise));
	weir_promise_unref(promise);
	return NULL;
}

static void *resolve_or_reject(void *context)
{
	return (uintptr_t)context % 2 == 0 ? resolve(context) : reject(context);
}

/* Nobody answers: the last handle to go does. */
static void *abandon(void *context)
{
	wait_a_little(round_number + (unsigned)(uintptr_t)context);
	weir_loop_release(weir_promise_loop(promise));
	weir_promise_unref(promise);
	return NULL;
}

static size_t threads_told(int result)
{
	size_t count = 0;

	for (size_t number = 0; number < THREADS; number++)
		count += settled[number] == result;
	return count;
}

static void a_promise_is_answered_by_another_thread(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_from_callback(keep_promise, (void *)1));
		start_threads(resolve, 1);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads(1);
		weir_loop_run(loop);
		EXPECT(settled[0] == 0);
		EXPECT(seen.items == 1 && seen.ends == 1 && seen.code == 0 && cancelled == 0);
		end();
	}
}

static void one_of_many_threads_answers(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_from_callback(keep_promise, (void *)THREADS));
		start_threads(resolve_or_reject, THREADS);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads(THREADS);
		weir_loop_run(loop);
		EXPECT(threads_told(0) == 1);
		EXPECT(threads_told(-EALREADY) == THREADS - 1);
		EXPECT(seen.ends == 1);
		/* The winner's answer, and no other. */
		if (settled[0] == 0 || settled[2] == 0)
			EXPECT(seen.items == 1 && seen.code == 0);
		else
			EXPECT(seen.items == 0 && seen.code == EIO);
		EXPECT(seen.dropped == 0 && seen.dropped_errors == 0);
		end();
	}
}

static void a_promise_that_all_threads_abandon_fails(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_from_callback(keep_promise, (void *)THREADS));
		start_threads(abandon, THREADS);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads(THREADS);
		weir_loop_run(loop);
		EXPECT(seen.items == 0 && seen.ends == 1 && seen.code == WEIR_ECLOSED);
		end();
	}
}

static void an_answer_and_a_cancel_at_the_same_moment(void)
{
	size_t cancels = 0;

	for (round_number = 0; round_number < 5 * ROUNDS; round_number++) {
		begin(weir_from_callback(keep_promise, (void *)1));
		start_threads(round_number % 2 == 0 ? resolve : reject, 1);
		wait_a_little(round_number * 3);
		weir_loop_run_for(loop, 0);
		weir_cancel(seen.subscription);
		EXPECT(seen.destroyed == 1);
		weir_loop_run(loop);
		join_threads(1);
		weir_loop_run(loop);
		/* It came, or it was dropped; on_cancel was told if nobody had answered yet. */
		EXPECT(seen.ends + seen.dropped + seen.dropped_errors == 1);
		EXPECT(cancelled == 0 || seen.ends == 0);
		cancels += (size_t)cancelled;
		end();
	}
	/* Not of the library, but of this test: the moments must vary. */
	printf("# %zu of %d were cancelled before the answer\n", cancels, 5 * ROUNDS);
}

static void *resolve_what_may_be_freed(void *context)
{
	uintptr_t number = (uintptr_t)context;

	wait_a_little(round_number + (unsigned)number);
	settled[number] = weir_promise_resolve_from_any_thread(promise, object(number));
	weir_promise_unref(promise);
	return NULL;
}

static int keep_promise_without_hold(weir_promise *fresh, void *context)
{
	promise = fresh;
	for (uintptr_t number = 0; number < (uintptr_t)context; number++)
		weir_promise_ref(fresh);
	return 0;
}

static void a_promise_outlives_its_loop(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_from_callback(keep_promise_without_hold, (void *)THREADS));
		start_threads(resolve_what_may_be_freed, THREADS);
		wait_a_little(round_number * 5);
		weir_subscription_unref(seen.subscription);
		weir_loop_free(loop);
		join_threads(THREADS);
		EXPECT(threads_told(0) + threads_told(-ESHUTDOWN) + threads_told(-EALREADY) == THREADS);
		EXPECT(threads_told(0) <= 1);
		EXPECT(seen.destroyed == 1);
		EXPECT(__atomic_load_n(&objects, __ATOMIC_RELAXED) == 0);
	}
}

/* Many calls at once, each answered by whoever is free. */
enum {
	CALLS = 500,
};

static struct {
	pthread_mutex_t lock;
	weir_promise *promises[CALLS];
	uintptr_t numbers[CALLS];
	size_t count;
	size_t answered;
} desk = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int ask_at_desk(weir_promise *fresh, void *context)
{
	(void)context;
	weir_loop_hold(weir_promise_loop(fresh));
	pthread_mutex_lock(&desk.lock);
	desk.numbers[desk.count] = desk.count;
	desk.promises[desk.count++] = weir_promise_ref(fresh);
	pthread_mutex_unlock(&desk.lock);
	return 0;
}

static void *answer_at_desk(void *context)
{
	size_t answered = 0;

	(void)context;
	while (answered < CALLS) {
		weir_promise *asked = NULL;
		uintptr_t number = 0;

		pthread_mutex_lock(&desk.lock);
		if (desk.count > 0) {
			asked = desk.promises[--desk.count];
			number = desk.numbers[desk.count];
			desk.answered++;
		}
		answered = desk.answered;
		pthread_mutex_unlock(&desk.lock);
		if (asked == NULL) {
			usleep(10);
			continue;
		}
		EXPECT(weir_promise_resolve_from_any_thread(asked, object(number)) == 0);
		weir_loop_release(weir_promise_loop(asked));
		weir_promise_unref(asked);
	}
	return NULL;
}

static weir_observable *call(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_from_callback(ask_at_desk, NULL);
}

static void many_calls_are_answered_by_many_threads(void)
{
	desk.count = desk.answered = 0;
	begin(weir_merge_map(weir_range(0, CALLS), call, NULL, 16));
	start_threads(answer_at_desk, THREADS);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads(THREADS);
	weir_loop_run(loop);
	EXPECT(seen.items == CALLS && seen.ends == 1 && seen.code == 0);
	end();
}

/* ---- emitters ---- */

static weir_emitter *emitter;
static int torn_down;
static int results[THREADS]; /* how many were taken */

static void tear_down(void *context)
{
	(void)context;
	torn_down++;
}

/* One reference for each thread, which holds the loop. */
static int keep_emitter(weir_emitter *fresh, void *context)
{
	torn_down = 0;
	emitter = fresh;
	weir_emitter_on_end(fresh, tear_down, NULL);
	for (uintptr_t number = 0; number < (uintptr_t)context; number++) {
		weir_emitter_ref(fresh);
		weir_loop_hold(weir_emitter_loop(fresh));
	}
	return 0;
}

enum {
	ITEMS = 50,
};

/* Items of each thread count up; the thread's number is the remainder. */
static void emit_items(uintptr_t number)
{
	results[number] = 0;
	for (uintptr_t item = 0; item < ITEMS; item++)
		if (weir_emitter_next_from_any_thread(emitter, object((item + 1) * THREADS + number)) == 0)
			results[number]++;
}

static void *emit(void *context)
{
	uintptr_t number = (uintptr_t)context;

	emit_items(number);
	weir_loop_release(weir_emitter_loop(emitter));
	weir_emitter_unref(emitter);
	return NULL;
}

/* One of the first two completes, the other one fails, when the others are in the midst of it. */
static void *emit_and_end(void *context)
{
	uintptr_t number = (uintptr_t)context;

	if (number > 1)
		return emit(context);
	wait_a_little(round_number + (unsigned)number * 13);
	emit_items(number);
	if ((number + round_number) % 2 == 0)
		EXPECT(weir_emitter_complete_from_any_thread(emitter) == 0);
	else
		EXPECT(weir_emitter_error_from_any_thread(emitter, weir_error_new(EIO, "enough")) == 0);
	weir_loop_release(weir_emitter_loop(emitter));
	weir_emitter_unref(emitter);
	return NULL;
}

static size_t items_taken(void)
{
	size_t sum = 0;

	for (size_t number = 0; number < THREADS; number++)
		sum += (size_t)results[number];
	return sum;
}

static void one_end_is_the_end_and_the_rest_is_reported(void)
{
	size_t failed = 0;

	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_create(keep_emitter, (void *)THREADS));
		start_threads(emit_and_end, THREADS);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads(THREADS);
		weir_loop_run(loop);
		EXPECT(seen.ends == 1 && torn_down == 1);
		EXPECT(seen.in_order);
		EXPECT(seen.items + seen.dropped == items_taken());
		EXPECT(items_taken() == THREADS * ITEMS);
		EXPECT(seen.dropped_errors == (seen.code == 0 ? 1 : 0));
		failed += seen.code != 0;
		end();
	}
	printf("# %zu of %d ended by the error\n", failed, ROUNDS);
}

static void a_cancel_while_threads_emit(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_create(keep_emitter, (void *)THREADS));
		seen.ends_cancelled = round_number % 2 == 0;
		start_threads(emit, THREADS);
		if (seen.ends_cancelled) {
			weir_loop_run(loop);
		} else {
			wait_a_little(round_number * 3);
			weir_loop_run_for(loop, 0);
			weir_cancel(seen.subscription);
			EXPECT(seen.destroyed == 1 && torn_down == 1);
			weir_loop_run(loop);
		}
		join_threads(THREADS);
		weir_loop_run(loop);
		EXPECT(seen.ends == 0 && torn_down == 1);
		EXPECT(seen.items + seen.dropped == THREADS * ITEMS);
		EXPECT(!seen.ends_cancelled || seen.items == 1);
		end();
	}
}

/* A stage of the pipeline ends it, and the emitter's teardown runs with it. */
static void a_pipeline_that_has_enough_while_threads_emit(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_take(weir_create(keep_emitter, (void *)THREADS), ITEMS));
		start_threads(emit, THREADS);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads(THREADS);
		weir_loop_run(loop);
		EXPECT(seen.items == ITEMS && seen.ends == 1 && seen.code == 0 && torn_down == 1);
		EXPECT(seen.items + seen.dropped == THREADS * ITEMS);
		end();
	}
}

static void *emit_to_what_may_be_freed(void *context)
{
	emit_items((uintptr_t)context);
	weir_emitter_unref(emitter);
	return NULL;
}

static int keep_emitter_without_hold(weir_emitter *fresh, void *context)
{
	torn_down = 0;
	emitter = fresh;
	weir_emitter_on_end(fresh, tear_down, NULL);
	for (uintptr_t number = 0; number < (uintptr_t)context; number++)
		weir_emitter_ref(fresh);
	return 0;
}

static void an_emitter_outlives_its_loop(void)
{
	for (round_number = 0; round_number < ROUNDS; round_number++) {
		begin(weir_create(keep_emitter_without_hold, (void *)THREADS));
		start_threads(emit_to_what_may_be_freed, THREADS);
		wait_a_little(round_number * 5);
		weir_loop_run_for(loop, 0);
		weir_subscription_unref(seen.subscription);
		weir_loop_free(loop);
		join_threads(THREADS);
		EXPECT(seen.destroyed == 1 && torn_down == 1 && seen.ends == 0);
		EXPECT(seen.items <= items_taken());
		EXPECT(__atomic_load_n(&objects, __ATOMIC_RELAXED) == 0);
	}
}

static const struct thread_case cases[] = {
	CASE(a_promise_is_answered_by_another_thread),
	CASE(one_of_many_threads_answers),
	CASE(a_promise_that_all_threads_abandon_fails),
	CASE(an_answer_and_a_cancel_at_the_same_moment),
	CASE(a_promise_outlives_its_loop),
	CASE(many_calls_are_answered_by_many_threads),
	CASE(one_end_is_the_end_and_the_rest_is_reported),
	CASE(a_cancel_while_threads_emit),
	CASE(a_pipeline_that_has_enough_while_threads_emit),
	CASE(an_emitter_outlives_its_loop),
};

int main(int argc, char **argv)
{
	return run_cases(cases, sizeof cases / sizeof cases[0], argc, argv);
}
