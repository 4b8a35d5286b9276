/*
 * One loop and many threads: a plain program, because Criterion does not run under the thread sanitizer.
 *
 * What is not tried, because it is not allowed: freeing a loop while another thread is about to post to it (who posts
 * holds the loop: join it first, or leave that to the library's own doors, which hold a reference), and touching a
 * value on two threads that was not shared before it left the first.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/subject.h>
#include <weir/transforming.h>
#include <weir/value.h>

#include "threads/cases.h"

enum {
	THREADS = 4,
	ROUNDS = 2000,
};

/* Run `main` on several threads, each with its number. */
static pthread_t threads[THREADS];

static void start_threads(void *(*body)(void *))
{
	for (intptr_t number = 0; number < THREADS; number++)
		pthread_create(&threads[number], NULL, body, (void *)number);
}

static void join_threads(void)
{
	for (size_t number = 0; number < THREADS; number++)
		pthread_join(threads[number], NULL);
}

static weir_loop *loop;

/* Each case that is not about real time runs on both clocks. */
static void on_both(void (*body)(void))
{
	for (int is_virtual = 0; is_virtual <= 1; is_virtual++) {
		loop = is_virtual ? weir_loop_new_virtual() : weir_loop_new();
		body();
		EXPECT(weir_loop_timer_count(loop) == 0);
		EXPECT(weir_loop_subscription_count(loop) == 0);
		weir_loop_free(loop);
	}
}

/* ---- posts ---- */

struct post {
	int thread;
	int number;
};

static int next_number[THREADS];

static void take_post(void *context)
{
	struct post *post = context;

	EXPECT(weir_loop_is_current(loop));
	EXPECT(post->number == next_number[post->thread]);
	next_number[post->thread]++;
	free(post);
}

static void *post_many(void *context)
{
	for (int number = 0; number < ROUNDS; number++) {
		struct post *post = malloc(sizeof *post);

		*post = (struct post){ (int)(intptr_t)context, number };
		EXPECT(weir_loop_post(loop, take_post, post) == 0);
	}
	weir_loop_release(loop);
	return NULL;
}

static void post_and_run(void)
{
	memset(next_number, 0, sizeof next_number);
	for (int thread = 0; thread < THREADS; thread++)
		weir_loop_hold(loop);
	start_threads(post_many);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads();
	for (int thread = 0; thread < THREADS; thread++)
		EXPECT(next_number[thread] == ROUNDS);
}

static void posts_keep_the_order_of_each_thread(void)
{
	on_both(post_and_run);
}

static int dropped;
static int ran;

static void count_run(void *context)
{
	(void)context;
	ran++;
}

static void count_dropped(void *context)
{
	(void)context;
	dropped++;
}

static void *post_to_drop(void *context)
{
	(void)context;
	for (int number = 0; number < ROUNDS; number++)
		EXPECT(weir_loop_post_or_drop(loop, count_run, count_dropped, NULL) == 0);
	return NULL;
}

static void work_runs_or_is_dropped_and_never_both(void)
{
	for (int is_virtual = 0; is_virtual <= 1; is_virtual++) {
		ran = dropped = 0;
		loop = is_virtual ? weir_loop_new_virtual() : weir_loop_new();
		start_threads(post_to_drop);
		for (int round = 0; round < 20; round++)
			weir_loop_run(loop);
		join_threads();
		weir_loop_free(loop);
		EXPECT(ran + dropped == THREADS * ROUNDS);
	}
}

/* ---- holds and stop ---- */

static void *hold_and_release(void *context)
{
	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		weir_loop_hold(loop);
		weir_loop_release(loop);
	}
	weir_loop_release(loop);
	return NULL;
}

static void hold_and_run(void)
{
	for (int thread = 0; thread < THREADS; thread++)
		weir_loop_hold(loop);
	start_threads(hold_and_release);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads();
}

static void holds_are_counted_across_threads(void)
{
	on_both(hold_and_run);
}

static void *stop_soon(void *context)
{
	usleep((useconds_t)(uintptr_t)context * 50);
	weir_loop_stop(loop);
	return NULL;
}

static void stop_and_run(void)
{
	weir_loop_hold(loop);
	for (int round = 0; round < 50; round++) {
		pthread_t thread;

		pthread_create(&thread, NULL, stop_soon, (void *)(uintptr_t)(round % 7));
		EXPECT(weir_loop_run(loop) == -ECANCELED);
		pthread_join(thread, NULL);
	}
	weir_loop_release(loop);
	EXPECT(weir_loop_run(loop) == 0);
}

static void a_stop_from_another_thread_ends_the_run(void)
{
	on_both(stop_and_run);
}

/* ---- a pipeline's handle ---- */

static weir_subscription *handle;
static uint64_t items;
static int64_t last;
static bool completed;
static int destroyed;

static void on_subscribed(weir_subscription *subscription, void *context)
{
	(void)context;
	handle = weir_subscription_ref(subscription);
}

static void on_next(weir_value value, void *context)
{
	(void)context;
	EXPECT(weir_as_int(value) == (int64_t)items);
	EXPECT(destroyed == 0);
	items++;
	last = weir_as_int(value);
}

static void on_complete(void *context)
{
	(void)context;
	completed = true;
}

static void on_destroy(void *context)
{
	(void)context;
	destroyed++;
	weir_loop_release(loop);
}

/* The loop is held until the subscription has ended. */
static void subscribe(weir_observable *observable, uint64_t demand)
{
	items = 0;
	completed = false;
	destroyed = 0;
	weir_loop_hold(loop);
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.complete = on_complete,
			.destroy = on_destroy,
			.demand = demand });
}

static void *request_some(void *context)
{
	(void)context;
	for (int round = 0; round < ROUNDS; round++)
		weir_request(handle, 3);
	return NULL;
}

static void request_and_run(void)
{
	subscribe(weir_range(0, 3 * THREADS * ROUNDS), WEIR_ON_REQUEST);
	start_threads(request_some);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads();
	EXPECT(items == 3 * THREADS * ROUNDS);
	EXPECT(completed && destroyed == 1);
	weir_subscription_unref(handle);
}

static void requests_of_many_threads_add_up(void)
{
	on_both(request_and_run);
}

static void *cancel_soon(void *context)
{
	usleep((useconds_t)(uintptr_t)context * 20);
	weir_cancel(handle);
	weir_cancel(handle);
	weir_subscription_unref(handle);
	return NULL;
}

static void cancel_and_run(void)
{
	for (uintptr_t round = 0; round < 50; round++) {
		pthread_t canceller;

		subscribe(weir_range(0, INT64_MAX), 0);
		/* One reference for the thread, one for this one. */
		weir_subscription_ref(handle);
		pthread_create(&canceller, NULL, cancel_soon, (void *)round);
		EXPECT(weir_loop_run(loop) == 0);
		EXPECT(destroyed == 1 && !completed);
		EXPECT(!weir_subscription_is_active(handle));
		pthread_join(canceller, NULL);
		weir_subscription_unref(handle);
		/* Another cancel may still be on its way. */
		weir_loop_run(loop);
	}
}

static void cancel_from_another_thread_ends_an_endless_pipeline(void)
{
	on_both(cancel_and_run);
}

static void *request_and_cancel(void *context)
{
	for (int round = 0; round < 100; round++)
		weir_request(handle, 1);
	if (context == NULL)
		weir_cancel(handle);
	weir_subscription_unref(handle);
	return NULL;
}

static void race_and_run(void)
{
	for (int round = 0; round < 30; round++) {
		subscribe(weir_range(0, INT64_MAX), WEIR_ON_REQUEST);
		for (int thread = 1; thread < THREADS; thread++)
			weir_subscription_ref(handle);
		start_threads(request_and_cancel);
		EXPECT(weir_loop_run(loop) == 0);
		join_threads();
		EXPECT(destroyed == 1);
		/* What was posted after the end does nothing. */
		weir_loop_run(loop);
	}
}

static void requests_and_a_cancel_race_for_the_handle(void)
{
	on_both(race_and_run);
}

/* ---- values ---- */

static weir_value shared;
static int objects_destroyed;

static void object_destroyed(void *pointer)
{
	(void)pointer;
	__atomic_fetch_add(&objects_destroyed, 1, __ATOMIC_RELAXED);
}

static void *use_value(void *context)
{
	int64_t sum = 0;

	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		weir_value whole = weir_retain(shared);
		weir_value name = weir_retain(weir_get(whole, "name"));
		weir_value part = weir_slice(name, WEIR_KIND_STR, 1, 2);
		struct weir_iterator iterator = weir_iterate(weir_get(whole, "items"));
		weir_value item;

		while (weir_iterator_next(&iterator, NULL, &item))
			sum += weir_as_int(item);
		weir_release(whole);
		EXPECT(weir_is_string(part, "ei"));
		weir_release(name);
		weir_release(part);
	}
	EXPECT(sum == 3 * ROUNDS);
	weir_release(shared);
	return NULL;
}

static void a_shared_value_is_owned_by_many_threads(void)
{
	weir_value error = weir_fail(EIO, "inside");
	struct weir_member members[] = {
		{ weir_string("name"), weir_string("weir") },
		{ weir_string("items"), weir_make_array((weir_value[]){ weir_int(1), weir_int(2) }, 2) },
		{ weir_string("object"), weir_object(NULL, object_destroyed) },
		{ weir_string("observable"), weir_observable_value(weir_range(0, 3)) },
	};

	objects_destroyed = 0;
	shared = weir_make_map(members, 4);
	weir_value_share(shared);
	weir_value_share(error);
	for (int thread = 1; thread < THREADS; thread++)
		weir_retain(shared);
	start_threads(use_value);
	join_threads();
	EXPECT(objects_destroyed == 1);
	weir_release(error);
}

static weir_error *shared_error;

static void *use_error(void *context)
{
	char text[128];

	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		weir_error *wrapped = weir_error_wrap(weir_error_ref(shared_error), EINVAL, "wrapped");

		weir_error_print(wrapped, text, sizeof text);
		EXPECT(strcmp(text, "wrapped (EINVAL), caused by outer (EIO), caused by inner (ENOENT)") == 0);
		weir_error_unref(wrapped);
	}
	weir_error_unref(shared_error);
	return NULL;
}

static void a_shared_error_is_owned_by_many_threads(void)
{
	shared_error = weir_error_wrap(weir_error_new(ENOENT, "inner"), EIO, "outer");
	weir_value_share(weir_error_value(shared_error));
	for (int thread = 1; thread < THREADS; thread++)
		weir_error_ref(shared_error);
	start_threads(use_error);
	join_threads();
}

/* ---- recipes ---- */

static weir_observable *recipe;

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static void add_item(weir_value value, void *context)
{
	*(int64_t *)context += weir_as_int(value);
}

static void *run_recipe(void *context)
{
	weir_loop *own = weir_loop_new_virtual();
	int64_t sum = 0;

	(void)context;
	for (int round = 0; round < ROUNDS; round++)
		weir_subscribe_borrowed(recipe, own, &(struct weir_observer){ .next = add_item, .context = &sum });
	for (int round = 0; round < ROUNDS; round++) {
		weir_observable *longer = weir_take(weir_ref(recipe), 2);

		weir_subscribe(longer, own, &(struct weir_observer){ .next = add_item, .context = &sum });
	}
	EXPECT(sum == ROUNDS * 45 + ROUNDS * 1);
	weir_loop_free(own);
	weir_unref(recipe);
	return NULL;
}

static void a_recipe_across_threads_runs_on_all_of_them(void)
{
	recipe = weir_across_threads(weir_map(weir_map(weir_range(0, 10), same, NULL), same, NULL));
	for (int thread = 1; thread < THREADS; thread++)
		weir_ref(recipe);
	start_threads(run_recipe);
	join_threads();
}

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value), 2);
}

static void *run_own(void *context)
{
	weir_loop *own = weir_loop_new();
	int64_t sum = 0;

	(void)context;
	for (int round = 0; round < 200; round++)
		weir_subscribe(weir_merge_map(weir_map(weir_range(0, 10), same, NULL), project_range, NULL, 3), own,
			&(struct weir_observer){ .next = add_item, .context = &sum });
	weir_loop_run(own);
	EXPECT(sum == 200 * (45 + 55));
	weir_loop_free(own);
	return NULL;
}

static void loops_of_different_threads_know_nothing_of_each_other(void)
{
	start_threads(run_own);
	join_threads();
}

/* ---- pushing from any thread ---- */

static weir_subject *subject;
static int64_t next_of[THREADS];

static void take_pushed(weir_value value, void *context)
{
	int64_t thread = weir_as_int(weir_at(value, 0));

	(void)context;
	EXPECT(weir_as_int(weir_at(value, 1)) == next_of[thread]);
	next_of[thread]++;
}

static void *push_many(void *context)
{
	for (int64_t number = 0; number < ROUNDS; number++) {
		weir_value parts[2] = { weir_int((intptr_t)context), weir_int(number) };

		EXPECT(weir_subject_next_from_any_thread(subject, loop, weir_make_array(parts, 2)) == 0);
	}
	weir_loop_release(loop);
	return NULL;
}

static void push_and_run(void)
{
	weir_subscription *subscription;

	memset(next_of, 0, sizeof next_of);
	subject = weir_subject_new();
	subscription =
		weir_subscribe(weir_subject_observable(subject), loop, &(struct weir_observer){ .next = take_pushed });
	for (int thread = 0; thread < THREADS; thread++)
		weir_loop_hold(loop);
	start_threads(push_many);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads();
	weir_loop_run(loop);
	for (int thread = 0; thread < THREADS; thread++)
		EXPECT(next_of[thread] == ROUNDS);
	weir_cancel(subscription);
	weir_subject_unref(subject);
}

static void a_subject_takes_values_from_many_threads(void)
{
	on_both(push_and_run);
}

static weir_emitter *emitter;

static int keep_emitter(weir_emitter *fresh, void *context)
{
	(void)context;
	emitter = weir_emitter_ref(fresh);
	return 0;
}

static void *emit_many(void *context)
{
	for (int64_t number = 0; number < ROUNDS; number++) {
		weir_value parts[2] = { weir_int((intptr_t)context), weir_int(number) };

		EXPECT(weir_emitter_next_from_any_thread(emitter, weir_make_array(parts, 2)) == 0);
	}
	weir_loop_release(loop);
	return NULL;
}

static void emit_and_run(void)
{
	weir_subscription *subscription;

	memset(next_of, 0, sizeof next_of);
	subscription =
		weir_subscribe(weir_create(keep_emitter, NULL), loop, &(struct weir_observer){ .next = take_pushed });
	for (int thread = 0; thread < THREADS; thread++)
		weir_loop_hold(loop);
	start_threads(emit_many);
	EXPECT(weir_loop_run(loop) == 0);
	join_threads();
	weir_loop_run(loop);
	for (int thread = 0; thread < THREADS; thread++)
		EXPECT(next_of[thread] == ROUNDS);
	weir_cancel(subscription);
	weir_emitter_unref(emitter);
}

static void an_emitter_takes_values_from_many_threads(void)
{
	on_both(emit_and_run);
}

static void *emit_until_refused(void *context)
{
	int result = 0;

	(void)context;
	for (int64_t number = 0; number < ROUNDS && result == 0; number++)
		result = weir_emitter_next_from_any_thread(emitter, weir_string_format("%lld", (long long)number));
	EXPECT(result == 0 || result == -ESHUTDOWN);
	weir_emitter_unref(emitter);
	return NULL;
}

static void an_emitter_outlives_its_loop(void)
{
	for (int round = 0; round < 20; round++) {
		loop = weir_loop_new();
		weir_subscribe(weir_create(keep_emitter, NULL), loop, &(struct weir_observer){ 0 });
		for (int thread = 1; thread < THREADS; thread++)
			weir_emitter_ref(emitter);
		start_threads(emit_until_refused);
		weir_loop_run_for(loop, weir_us(200));
		/* The emitter's doors hold what they need of the loop. */
		weir_loop_free(loop);
		join_threads();
	}
}

/* ---- misuse ---- */

#ifndef NDEBUG
static void *subscribe_elsewhere(void *context)
{
	(void)context;
	weir_subscribe(weir_range(0, 1), loop, &(struct weir_observer){ 0 });
	return NULL;
}
#endif

static void a_debug_build_stops_who_subscribes_on_the_wrong_thread(void)
{
#ifndef NDEBUG
	int ends[2];
	char text[512] = "";
	int status;

	EXPECT(pipe(ends) == 0);

	pid_t child = fork();

	if (child == 0) {
		pthread_t thread;

		dup2(ends[1], 2);
		signal(SIGABRT, SIG_DFL);
		loop = weir_loop_new_virtual();
		pthread_create(&thread, NULL, subscribe_elsewhere, NULL);
		pthread_join(thread, NULL);
		_exit(0);
	}
	close(ends[1]);
	EXPECT(read(ends[0], text, sizeof text - 1) > 0);
	close(ends[0]);
	waitpid(child, &status, 0);
	EXPECT(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
	EXPECT(strstr(text, "weir_subscribe() was called on a thread that does not run the loop") != NULL);
#endif
}

static const struct thread_case cases[] = {
	CASE(posts_keep_the_order_of_each_thread),
	CASE(work_runs_or_is_dropped_and_never_both),
	CASE(holds_are_counted_across_threads),
	CASE(a_stop_from_another_thread_ends_the_run),
	CASE(requests_of_many_threads_add_up),
	CASE(cancel_from_another_thread_ends_an_endless_pipeline),
	CASE(requests_and_a_cancel_race_for_the_handle),
	CASE(a_shared_value_is_owned_by_many_threads),
	CASE(a_shared_error_is_owned_by_many_threads),
	CASE(a_recipe_across_threads_runs_on_all_of_them),
	CASE(loops_of_different_threads_know_nothing_of_each_other),
	CASE(a_subject_takes_values_from_many_threads),
	CASE(an_emitter_takes_values_from_many_threads),
	CASE(an_emitter_outlives_its_loop),
	CASE(a_debug_build_stops_who_subscribes_on_the_wrong_thread),
};

int main(int argc, char **argv)
{
	return run_cases(cases, sizeof cases / sizeof cases[0], argc, argv);
}
