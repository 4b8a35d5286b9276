/*
 * The doors between threads, with threads: a plain program, because Criterion does not run under the thread sanitizer.
 * Every case must end by itself, whatever the threads do to one another.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/recovering.h>
#include <weir/threads.h>
#include <weir/transforming.h>

#include "threads/cases.h"

/* A thread that runs a loop until it is told to end. */
struct worker {
	weir_loop *loop;
	pthread_t thread;
};

static void *worker_main(void *context)
{
	weir_loop_run(((struct worker *)context)->loop);
	return NULL;
}

static void worker_start(struct worker *worker)
{
	worker->loop = weir_loop_new();
	weir_loop_hold(worker->loop);
	pthread_create(&worker->thread, NULL, worker_main, worker);
}

/* When nothing is left to do. */
static void worker_join(struct worker *worker)
{
	weir_loop_release(worker->loop);
	pthread_join(worker->thread, NULL);
	weir_loop_free(worker->loop);
}

/* Whatever is left to do. */
static void worker_kill(struct worker *worker)
{
	weir_loop_stop(worker->loop);
	pthread_join(worker->thread, NULL);
	weir_loop_free(worker->loop);
}

struct seen {
	weir_subscription *subscription;
	uint64_t items;
	int64_t sum;
	bool in_order;
	pthread_t thread;
	bool completed;
	int code;
	int destroyed; /* atomic */
	uint64_t then;
	uint64_t cancel_at;
};

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct seen *seen = context;

	seen->subscription = weir_subscription_ref(subscription);
	seen->in_order = true;
}

static void on_next(weir_value value, void *context)
{
	struct seen *seen = context;

	seen->thread = pthread_self();
	seen->items++;
	seen->sum += weir_as_int(value);
	seen->in_order = seen->in_order && weir_as_int(value) == (int64_t)seen->items;
	if (seen->items == seen->cancel_at)
		weir_cancel(seen->subscription);
	else if (seen->then > 0)
		weir_request(seen->subscription, seen->then);
}

static void on_error(const weir_error *error, void *context)
{
	struct seen *seen = context;

	seen->code = weir_error_code(error);
	EXPECT(weir_error_message(error)[0] != '\0');
}

static void on_complete(void *context)
{
	((struct seen *)context)->completed = true;
}

static void on_destroy(void *context)
{
	__atomic_fetch_add(&((struct seen *)context)->destroyed, 1, __ATOMIC_RELEASE);
}

static void subscribe(struct seen *seen, weir_observable *observable, weir_loop *loop, uint64_t demand)
{
	weir_subscribe(observable, loop,
		&(weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = seen,
			.demand = demand });
}

static weir_value note_thread(weir_value value, void *context)
{
	*(pthread_t *)context = pthread_self();
	return weir_retain(value);
}

static void subscribe_on_delivers_here(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct seen seen = { 0 };
	pthread_t there = pthread_self();

	worker_start(&worker);
	subscribe(&seen, weir_subscribe_on(weir_map(weir_range(1, 100000), note_thread, &there), worker.loop), loop, 0);
	EXPECT(weir_loop_run(loop) == 0);
	EXPECT(seen.items == 100000 && seen.in_order && seen.completed);
	EXPECT(pthread_equal(seen.thread, pthread_self()));
	EXPECT(pthread_equal(there, worker.thread));
	EXPECT(seen.destroyed == 1);
	weir_subscription_unref(seen.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static void observe_on_delivers_there(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct seen seen = { 0 };
	pthread_t here = 0;

	worker_start(&worker);
	subscribe(&seen, weir_observe_on(weir_map(weir_range(1, 100000), note_thread, &here), worker.loop), loop, 0);
	EXPECT(weir_loop_run(loop) == 0);
	EXPECT(pthread_equal(here, pthread_self()));
	worker_join(&worker);
	EXPECT(seen.items == 100000 && seen.in_order && seen.completed);
	EXPECT(pthread_equal(seen.thread, worker.thread));
	weir_subscription_unref(seen.subscription);
	weir_loop_free(loop);
}

static void a_chain_over_three_threads(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker workers[2];
	struct seen seen = { .then = 1 };
	pthread_t threads[3] = { 0 };
	weir_observable *chain;

	for (int index = 0; index < 2; index++)
		worker_start(&workers[index]);
	chain = weir_observe_on(weir_map(weir_range(1, 20000), note_thread, &threads[0]), workers[0].loop);
	chain = weir_observe_on(weir_map(chain, note_thread, &threads[1]), workers[1].loop);
	chain = weir_map(chain, note_thread, &threads[2]);
	subscribe(&seen, chain, loop, 5);
	weir_loop_run(loop);
	worker_join(&workers[0]);
	worker_join(&workers[1]);
	EXPECT(seen.items == 20000 && seen.in_order && seen.completed);
	EXPECT(pthread_equal(threads[0], pthread_self()));
	EXPECT(pthread_equal(threads[1], workers[0].thread));
	EXPECT(pthread_equal(threads[2], workers[1].thread));
	weir_subscription_unref(seen.subscription);
	weir_loop_free(loop);
}

/* Counted values: made there, read and released here. */
static weir_value as_map(weir_value value, void *context)
{
	(void)context;
	return weir_make_map(
		(struct weir_member[]){ { weir_string("id"), weir_retain(value) },
			{ weir_string("text"), weir_string_format("item %lld", (long long)weir_as_int(value)) } },
		2);
}

static weir_value id_of(weir_value value, void *context)
{
	char expected[32];

	(void)context;
	snprintf(expected, sizeof expected, "item %lld", (long long)weir_as_int(weir_get(value, "id")));
	EXPECT(weir_is_string(weir_get(value, "text"), expected));
	return weir_retain(weir_get(value, "id"));
}

static void counted_values_cross(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct seen seen = { 0 };

	worker_start(&worker);
	subscribe(&seen,
		weir_map(weir_subscribe_on(weir_map(weir_range(1, 20000), as_map, NULL), worker.loop), id_of, NULL),
		loop, 0);
	weir_loop_run(loop);
	EXPECT(seen.items == 20000 && seen.in_order && seen.completed);
	weir_subscription_unref(seen.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static weir_value as_is(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static weir_value fail_at_1000(weir_value value, void *context)
{
	(void)context;
	if (weir_as_int(value) == 1000)
		return weir_fail(ERANGE, "item %lld is too much", (long long)weir_as_int(value));
	return weir_retain(value);
}

static void errors_cross_behind_the_items(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;

	worker_start(&worker);
	for (int round = 0; round < 20; round++) {
		struct seen seen = { 0 };

		subscribe(&seen, weir_subscribe_on(weir_map(weir_range(1, 5000), fail_at_1000, NULL), worker.loop),
			loop, 0);
		weir_loop_run(loop);
		EXPECT(seen.items == 999 && seen.in_order && seen.code == ERANGE);
		weir_subscription_unref(seen.subscription);
	}
	worker_join(&worker);
	weir_loop_free(loop);
}

static void count_destroy(void *context)
{
	__atomic_fetch_add((int *)context, 1, __ATOMIC_RELEASE);
}

static void cancel_from_inside_next(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	int freed = 0;

	worker_start(&worker);
	for (uint64_t at = 1; at < 30000; at = at * 3 + 1) {
		struct seen seen = { .cancel_at = at };

		subscribe(&seen,
			weir_subscribe_on(
				weir_with_context(weir_range(1, INT64_MAX), &freed, count_destroy), worker.loop),
			loop, 0);
		weir_loop_run(loop);
		EXPECT(seen.items == at && seen.in_order && !seen.completed && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
	worker_join(&worker);
	EXPECT(freed == 9 || freed == 10);
	weir_loop_free(loop);
}

static void cancel_after_a_while(void *context)
{
	weir_cancel(context);
	weir_subscription_unref(context);
}

/* Cancels at moments that no test could choose. */
static void cancel_at_any_moment(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;

	worker_start(&worker);
	for (int round = 0; round < 200; round++) {
		struct seen seen = { 0 };

		subscribe(&seen, weir_subscribe_on(weir_range(1, INT64_MAX), worker.loop), loop,
			round % 3 == 0 ? 100 : 0);
		if (round % 2 == 0)
			weir_loop_run_for(loop, weir_us(round * 5));
		weir_loop_post(loop, cancel_after_a_while, weir_subscription_ref(seen.subscription));
		weir_loop_run(loop);
		EXPECT(seen.in_order && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
	worker_join(&worker);
	weir_loop_free(loop);
}

struct cancelling {
	weir_subscription *subscription; /* atomic */
	struct seen seen;
};

static void publish_subscription(weir_subscription *subscription, void *context)
{
	struct cancelling *self = context;

	self->seen.in_order = true;
	__atomic_store_n(&self->subscription, weir_subscription_ref(subscription), __ATOMIC_RELEASE);
}

static void cancelling_next(weir_value value, void *context)
{
	on_next(value, &((struct cancelling *)context)->seen);
}

static void cancelling_destroy(void *context)
{
	on_destroy(&((struct cancelling *)context)->seen);
}

/* The observer is on another thread, and this one cancels. */
static void cancel_from_another_thread(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;

	worker_start(&worker);
	for (int round = 0; round < 50; round++) {
		struct cancelling self = { 0 };

		weir_subscribe(weir_observe_on(weir_range(1, INT64_MAX), worker.loop), loop,
			&(weir_observer){ .subscribed = publish_subscription,
				.next = cancelling_next,
				.destroy = cancelling_destroy,
				.context = &self });
		while (__atomic_load_n(&self.subscription, __ATOMIC_ACQUIRE) == NULL)
			weir_loop_run_for(loop, weir_us(20));
		weir_cancel(self.subscription);
		weir_loop_run(loop);
		while (__atomic_load_n(&self.seen.destroyed, __ATOMIC_ACQUIRE) == 0)
			usleep(10);
		EXPECT(self.seen.in_order);
		weir_subscription_unref(self.subscription);
	}
	worker_join(&worker);
	weir_loop_free(loop);
}

/* The observer is on another thread, and this one asks for items. */
static void request_from_another_thread(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct cancelling self = { 0 };

	worker_start(&worker);
	weir_subscribe(weir_observe_on(weir_range(1, 100), worker.loop), loop,
		&(weir_observer){ .subscribed = publish_subscription,
			.next = cancelling_next,
			.destroy = cancelling_destroy,
			.context = &self,
			.demand = WEIR_ON_REQUEST });
	while (__atomic_load_n(&self.subscription, __ATOMIC_ACQUIRE) == NULL)
		weir_loop_run_for(loop, weir_us(20));
	for (int times = 0; times < 100; times++)
		weir_request(self.subscription, 1);
	weir_loop_run(loop);
	while (__atomic_load_n(&self.seen.destroyed, __ATOMIC_ACQUIRE) == 0)
		usleep(10);
	EXPECT(self.seen.items == 100 && self.seen.in_order);
	weir_subscription_unref(self.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static void requests_cross(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct seen seen = { .then = 1 };

	worker_start(&worker);
	subscribe(&seen, weir_subscribe_on(weir_range(1, 3000), worker.loop), loop, 1);
	weir_loop_run(loop);
	EXPECT(seen.items == 3000 && seen.in_order && seen.completed);
	weir_subscription_unref(seen.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static void the_other_loop_is_freed_at_any_moment(void)
{
	for (int round = 0; round < 100; round++) {
		weir_loop *loop = weir_loop_new();
		struct worker worker;
		struct seen seen = { 0 };

		worker_start(&worker);
		subscribe(&seen, weir_subscribe_on(weir_range(1, INT64_MAX), worker.loop), loop, 0);
		if (round % 4 != 0)
			weir_loop_run_for(loop, weir_us(round * 10));
		worker_kill(&worker);
		EXPECT(weir_loop_run(loop) == 0);
		EXPECT(seen.in_order && seen.code == WEIR_ECLOSED && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
		weir_loop_free(loop);
	}
}

static void this_loop_is_freed_at_any_moment(void)
{
	struct worker worker;

	worker_start(&worker);
	for (int round = 0; round < 100; round++) {
		weir_loop *loop = weir_loop_new();
		struct seen seen = { 0 };

		subscribe(&seen, weir_subscribe_on(weir_map(weir_range(1, INT64_MAX), as_map, NULL), worker.loop), loop,
			0);
		if (round % 4 != 0)
			weir_loop_run_for(loop, weir_us(round * 10));
		weir_loop_free(loop);
		EXPECT(seen.code == 0 && !seen.completed && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
	worker_join(&worker);
}

static void both_loops_are_freed_at_any_moment(void)
{
	for (int round = 0; round < 50; round++) {
		weir_loop *loop = weir_loop_new();
		struct worker worker;
		struct seen seen = { 0 };

		worker_start(&worker);
		subscribe(&seen, weir_observe_on(weir_range(1, INT64_MAX), worker.loop), loop, 0);
		weir_loop_run_for(loop, weir_us(round * 10));
		if (round % 2 == 0) {
			weir_loop_free(loop);
			worker_kill(&worker);
		} else {
			worker_kill(&worker);
			weir_loop_free(loop);
		}
		EXPECT(seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
}

static weir_observable *there(weir_value value, void *context)
{
	return weir_subscribe_on(weir_range(weir_as_int(value) * 100, 100), context);
}

/* Many at once, and many one after the other. */
static void inner_pipelines_run_elsewhere(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker worker;
	struct seen seen = { 0 };

	worker_start(&worker);
	subscribe(&seen, weir_merge_map(weir_range(0, 200), there, worker.loop, 8), loop, 0);
	weir_loop_run(loop);
	EXPECT(seen.items == 20000 && seen.sum == (int64_t)19999 * 20000 / 2 && seen.completed);
	weir_subscription_unref(seen.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static void one_recipe_on_two_threads(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker workers[2];
	struct seen seen[2] = { 0 };
	weir_observable *recipe = weir_across_threads(weir_map(weir_range(1, 50000), as_map, NULL));

	for (int index = 0; index < 2; index++) {
		worker_start(&workers[index]);
		subscribe(&seen[index], weir_map(weir_subscribe_on(weir_ref(recipe), workers[index].loop), id_of, NULL),
			loop, 0);
	}
	weir_unref(recipe);
	weir_loop_run(loop);
	for (int index = 0; index < 2; index++) {
		EXPECT(seen[index].items == 50000 && seen[index].in_order && seen[index].completed);
		weir_subscription_unref(seen[index].subscription);
		worker_join(&workers[index]);
	}
	weir_loop_free(loop);
}

/* What a recipe holds in its configuration is run on two threads, too, again and again. */
static void one_recipe_of_recipes_on_two_threads(void)
{
	weir_loop *loop = weir_loop_new();
	struct worker workers[2];
	struct seen seen[2] = { 0 };
	weir_observable *recipe = weir_across_threads(weir_repeat(
		weir_concat((weir_observable *[]){ weir_range(1, 1), weir_map(weir_range(2, 1), as_is, NULL) }, 2),
		50000, 0));

	for (int index = 0; index < 2; index++) {
		worker_start(&workers[index]);
		subscribe(&seen[index], weir_subscribe_on(weir_ref(recipe), workers[index].loop), loop, 0);
	}
	weir_unref(recipe);
	weir_loop_run(loop);
	for (int index = 0; index < 2; index++) {
		EXPECT(seen[index].items == 100000 && seen[index].sum == 150000 && seen[index].completed);
		weir_subscription_unref(seen[index].subscription);
		worker_join(&workers[index]);
	}
	weir_loop_free(loop);
}

static weir_value blocking(weir_value value, void *context)
{
	__atomic_fetch_add((uint64_t *)context, 1, __ATOMIC_RELAXED);
	return weir_string_format("item %lld", (long long)weir_as_int(weir_get(value, "id")));
}

static weir_value number_of(weir_value value, void *context)
{
	size_t length;
	const char *text = weir_as_str(value, &length);

	(void)context;
	return weir_int(strtoll(text + strlen("item "), NULL, 10));
}

static weir_observable *blocking_pipeline(weir_worker_pool *pool, uint64_t *calls, int64_t count, bool unordered)
{
	return weir_map(weir_map_blocking(weir_map(weir_range(1, (uint64_t)count), as_map, NULL), blocking, calls, pool,
				&(weir_map_blocking_options){ .unordered = unordered, .concurrency = 5 }),
		number_of, NULL);
}

static void calls_on_worker_threads(void)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(3);
	struct seen seen[4] = { 0 };
	uint64_t calls = 0;

	for (int index = 0; index < 4; index++) {
		seen[index].then = (uint64_t)index / 2;
		subscribe(&seen[index], blocking_pipeline(pool, &calls, 2000, index % 2), loop, seen[index].then);
	}
	weir_loop_run(loop);
	for (int index = 0; index < 4; index++) {
		EXPECT(seen[index].items == 2000 && seen[index].completed);
		EXPECT(index % 2 == 1 || seen[index].in_order);
		EXPECT(seen[index].sum == 2001 * 1000);
		weir_subscription_unref(seen[index].subscription);
	}
	EXPECT(calls == 8000);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

static void calls_are_cancelled_at_any_moment(void)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(3);
	uint64_t calls = 0;

	for (uint64_t round = 1; round <= 100; round++) {
		struct seen seen = { .cancel_at = round };

		subscribe(&seen, blocking_pipeline(pool, &calls, 1000, round % 2), loop, 0);
		weir_loop_run(loop);
		EXPECT(seen.items == round && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

static void the_loop_is_freed_while_calls_are_at_work(void)
{
	weir_worker_pool *pool = weir_worker_pool_new(3);
	uint64_t calls = 0;

	for (int round = 0; round < 100; round++) {
		weir_loop *loop = weir_loop_new();
		struct seen seen = { 0 };

		subscribe(&seen, blocking_pipeline(pool, &calls, 100000, round % 2), loop, 0);
		weir_loop_run_for(loop, weir_us(round * 5));
		weir_loop_free(loop);
		EXPECT(seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
	}
	weir_worker_pool_free(pool);
}

static void the_pool_is_freed_while_calls_wait(void)
{
	for (int round = 0; round < 50; round++) {
		weir_loop *loop = weir_loop_new();
		weir_worker_pool *pool = weir_worker_pool_new(2);
		struct seen seen = { 0 };
		uint64_t calls = 0;

		subscribe(&seen, blocking_pipeline(pool, &calls, INT64_MAX, round % 2), loop, 0);
		weir_loop_run_for(loop, weir_us(round * 10));
		weir_worker_pool_free(pool);
		weir_loop_run(loop);
		EXPECT(seen.code == WEIR_ECLOSED && seen.destroyed == 1);
		weir_subscription_unref(seen.subscription);
		weir_loop_free(loop);
	}
}

static void a_virtual_loop_waits_for_the_other_thread(void)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct worker worker;
	struct seen seen = { 0 };

	worker_start(&worker);
	subscribe(&seen, weir_subscribe_on(weir_range(1, 10000), worker.loop), loop, 0);
	weir_loop_run(loop);
	EXPECT(seen.items == 10000 && seen.in_order && seen.completed);
	weir_subscription_unref(seen.subscription);
	worker_join(&worker);
	weir_loop_free(loop);
}

static const struct thread_case cases[] = {
	CASE(subscribe_on_delivers_here),
	CASE(observe_on_delivers_there),
	CASE(a_chain_over_three_threads),
	CASE(counted_values_cross),
	CASE(errors_cross_behind_the_items),
	CASE(cancel_from_inside_next),
	CASE(cancel_at_any_moment),
	CASE(cancel_from_another_thread),
	CASE(request_from_another_thread),
	CASE(requests_cross),
	CASE(the_other_loop_is_freed_at_any_moment),
	CASE(this_loop_is_freed_at_any_moment),
	CASE(both_loops_are_freed_at_any_moment),
	CASE(inner_pipelines_run_elsewhere),
	CASE(one_recipe_on_two_threads),
	CASE(one_recipe_of_recipes_on_two_threads),
	CASE(calls_on_worker_threads),
	CASE(calls_are_cancelled_at_any_moment),
	CASE(the_loop_is_freed_while_calls_are_at_work),
	CASE(the_pool_is_freed_while_calls_wait),
	CASE(a_virtual_loop_waits_for_the_other_thread),
};

int main(int argc, char **argv)
{
	return run_cases(cases, sizeof cases / sizeof cases[0], argc, argv);
}
