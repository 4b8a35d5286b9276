/* map_blocking: calls on other threads, in flight as many as asked for and allowed, in order or not. */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/threads.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/gathered.h"
#include "kit/numbers.h"

static weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

/* One for the process, made before its memory is watched. */
static weir_worker_pool *shared_pool;

__attribute__((constructor)) static void make_shared_pool(void)
{
	shared_pool = weir_worker_pool_new(3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_map_blocking(source, times_ten, NULL, shared_pool, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "map_blocking",
	.build = build,
	.needs_real_loop = true,
	.errors_overtake_items = "results that are not asked for yet",
};

/* Calls that wait until they are told to go on. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int at_work;
	int most;
	int begun;
	int64_t go; /* values up to this one may return */
};

static struct gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0, 0 };

static weir_value wait_at_gate(weir_value value, void *context)
{
	(void)context;
	pthread_mutex_lock(&gate.lock);
	gate.begun++;
	gate.at_work++;
	gate.most = gate.at_work > gate.most ? gate.at_work : gate.most;
	pthread_cond_broadcast(&gate.changed);
	while (weir_as_int(value) > gate.go)
		pthread_cond_wait(&gate.changed, &gate.lock);
	gate.at_work--;
	pthread_mutex_unlock(&gate.lock);
	return weir_retain(value);
}

static void open_gate(int64_t up_to)
{
	pthread_mutex_lock(&gate.lock);
	gate.go = up_to;
	pthread_cond_broadcast(&gate.changed);
	pthread_mutex_unlock(&gate.lock);
}

static void await_begun(int begun)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.begun < begun)
		pthread_cond_wait(&gate.changed, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
}

static int begun(void)
{
	pthread_mutex_lock(&gate.lock);
	int count = gate.begun;

	pthread_mutex_unlock(&gate.lock);
	return count;
}

Test(map_blocking, as_many_calls_at_a_time_as_the_pool_has_threads)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(3);
	struct gathered got;

	gather(&got, loop, weir_map_blocking(weir_range(1, 20), wait_at_gate, NULL, pool, NULL), 0);
	await_begun(3);
	weir_loop_run_for(loop, weir_ms(10));
	cr_expect_eq(begun(), 3);
	open_gate(20);
	weir_loop_run(loop);
	cr_expect_eq(got.items, 20);
	cr_expect_eq(got.last, 20);
	cr_expect(got.completed);
	cr_expect_eq(gate.most, 3);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

Test(map_blocking, at_most_the_given_number_of_calls)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(4);
	struct gathered got;
	weir_map_blocking_options options = { .concurrency = 2 };

	gather(&got, loop, weir_map_blocking(weir_range(1, 20), wait_at_gate, NULL, pool, &options), 0);
	await_begun(2);
	weir_loop_run_for(loop, weir_ms(10));
	cr_expect_eq(begun(), 2);
	open_gate(20);
	weir_loop_run(loop);
	cr_expect_eq(got.items, 20);
	cr_expect_eq(gate.most, 2);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

Test(map_blocking, no_more_calls_begin_than_were_asked_for)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(4);
	struct gathered got;
	struct numbers_log log = { 0 };

	open_gate(100);
	gather(&got, loop,
		weir_map_blocking(
			numbers((struct numbers){ .count = 20, .log = &log }), wait_at_gate, NULL, pool, NULL),
		2);
	weir_loop_run_for(loop, weir_ms(20));
	cr_expect_eq(log.requested, 2);
	cr_expect_eq(begun(), 2);
	cr_expect_eq(got.items, 2);
	weir_request(got.subscription, 1);
	weir_loop_run_for(loop, weir_ms(20));
	cr_expect_eq(log.requested, 3);
	cr_expect_eq(got.items, 3);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

static void wait_for(bool unordered, const char *expected)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(2);
	weir_map_blocking_options options = { .unordered = unordered };
	struct gathered got;

	/* The call for 9 returns after the one for 1. */
	gather(&got, loop,
		weir_map(weir_map_blocking(weir_of((weir_value[]){ weir_int(9), weir_int(1) }, 2), wait_at_gate, NULL,
				 pool, &options),
			times_ten, NULL),
		0);
	await_begun(2);
	open_gate(1);
	weir_loop_run_for(loop, weir_ms(20));
	cr_expect_eq(got.items, unordered ? 1 : 0, "%s", expected);
	open_gate(9);
	weir_loop_run(loop);
	cr_expect_eq(got.items, 2);
	cr_expect_eq(got.last, unordered ? 90 : 10, "%s", expected);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

Test(map_blocking, results_come_in_the_order_of_the_values)
{
	wait_for(false, "ordered");
}

Test(map_blocking, or_as_they_come)
{
	wait_for(true, "unordered");
}

static weir_value fail_at_2(weir_value value, void *context)
{
	(void)context;
	if (weir_as_int(value) == 2)
		return weir_fail(ERANGE, "no %lld", (long long)weir_as_int(value));
	return weir_retain(value);
}

Test(map_blocking, a_failed_call_ends_it_in_its_place)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, weir_map_blocking(weir_range(1, 9), fail_at_2, NULL, shared_pool, NULL), 0);
	weir_loop_run(loop);
	cr_expect_eq(got.items, 1);
	cr_expect_eq(got.code, ERANGE);
	cr_expect_str_eq(got.message, "no 2");
	cr_expect_str_eq(got.origin, "range > map_blocking");
	gather_free(&got);
	weir_loop_free(loop);
}

static void note_destroy(void *context)
{
	++*(int *)context;
}

Test(map_blocking, cancel_discards_what_comes_back_and_the_loop_waits_for_it)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(2);
	struct gathered got;
	int freed = 0;

	gather(&got, loop,
		weir_with_context(
			weir_map_blocking(weir_range(1, 20), wait_at_gate, NULL, pool, NULL), &freed, note_destroy),
		0);
	await_begun(2);
	weir_cancel(got.subscription);
	cr_expect(got.destroyed);
	weir_loop_run_for(loop, weir_ms(10));
	cr_expect_eq(freed, 0, "the calls are using it");
	open_gate(20);
	cr_expect_eq(weir_loop_run(loop), 0);
	cr_expect_eq(freed, 1);
	cr_expect_eq(got.items, 0);
	cr_expect_eq(begun(), 2);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

static void *open_soon(void *context)
{
	(void)context;
	usleep(10000);
	open_gate(1000);
	return NULL;
}

Test(map_blocking, the_loop_is_freed_while_calls_are_at_work)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(2);
	struct gathered got;
	int freed = 0;
	pthread_t thread;

	gather(&got, loop,
		weir_with_context(
			weir_map_blocking(weir_range(1, 20), wait_at_gate, NULL, pool, NULL), &freed, note_destroy),
		0);
	await_begun(2);
	weir_loop_free(loop);
	cr_expect(got.destroyed);
	pthread_create(&thread, NULL, open_soon, NULL);
	weir_worker_pool_free(pool);
	cr_expect_eq(freed, 1);
	pthread_join(thread, NULL);
	weir_subscription_unref(got.subscription);
}

Test(map_blocking, the_pool_is_freed_while_calls_wait)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(1);
	weir_map_blocking_options options = { .concurrency = 3 };
	weir_observable *recipe = weir_map_blocking(weir_range(1, 20), wait_at_gate, NULL, pool, &options);
	struct gathered got;
	pthread_t thread;

	gather(&got, loop, weir_ref(recipe), 0);
	await_begun(1);
	pthread_create(&thread, NULL, open_soon, NULL);
	weir_worker_pool_free(pool);
	pthread_join(thread, NULL);
	weir_loop_run(loop);
	cr_expect_leq(got.items, 1);
	cr_expect_eq(got.code, WEIR_ECLOSED, "%s", got.message);
	gather_free(&got);
	/* The recipe outlives it. */
	gather(&got, loop, recipe, 0);
	weir_loop_run(loop);
	cr_expect_eq(got.code, WEIR_ECLOSED);
	gather_free(&got);
	weir_loop_free(loop);
}

Test(map_blocking, an_error_of_the_source_does_not_wait_for_calls)
{
	weir_loop *loop = weir_loop_new();
	weir_worker_pool *pool = weir_worker_pool_new(2);
	struct gathered got;

	gather(&got, loop,
		weir_map_blocking(numbers((struct numbers){ .count = 1, .interval = weir_ms(1), .end = NUMBERS_FAIL }),
			wait_at_gate, NULL, pool, NULL),
		0);
	weir_loop_run_for(loop, weir_ms(20));
	cr_expect_eq(got.code, WEIR_EUSER);
	cr_expect_eq(got.items, 0);
	open_gate(20);
	weir_loop_run(loop);
	gather_free(&got);
	weir_worker_pool_free(pool);
	weir_loop_free(loop);
}

static void expect_failure(weir_observable *observable, const char *message)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, observable, 0);
	cr_expect_eq(got.code, EINVAL);
	cr_expect_str_eq(got.message, message);
	gather_free(&got);
	weir_loop_free(loop);
}

Test(map_blocking, bad_arguments)
{
	expect_failure(weir_map_blocking(weir_range(1, 2), NULL, NULL, shared_pool, NULL), "the mapper is NULL");
	expect_failure(weir_map_blocking(weir_range(1, 2), times_ten, NULL, NULL, NULL), "the worker pool is NULL");
	expect_failure(weir_map_blocking(NULL, times_ten, NULL, shared_pool, NULL), "the source is NULL");
	cr_expect_null(weir_worker_pool_new(1025));
	cr_expect_eq(errno, EINVAL);
	weir_worker_pool_free(NULL);
}
