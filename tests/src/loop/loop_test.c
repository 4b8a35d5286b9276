/* What all loops do: posts, holds, stop, run for a time, hooks. On both clocks. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "core/loop.h"
#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void set_up(void)
{
	faults_install();
}

TestSuite(loop, .init = set_up);

static weir_loop *make(int is_virtual)
{
	return is_virtual ? weir_loop_new_virtual() : weir_loop_new();
}

/* A test of its own on each kind of loop. */
#define BOTH_LOOPS(name) \
	static void name(bool is_virtual); \
	Test(loop, name##_virtual) \
	{ \
		loop = make(true); \
		name(true); \
		leave_nothing(loop); \
	} \
	Test(loop, name##_real) \
	{ \
		loop = make(false); \
		name(false); \
		leave_nothing(loop); \
	} \
	static void name(bool is_virtual)

static char history[4096];

static void note(const char *what)
{
	cr_assert_lt(strlen(history) + strlen(what) + 2, sizeof history);
	if (history[0] != '\0')
		strcat(history, " ");
	strcat(history, what);
}

static void note_work(void *context)
{
	note(context);
}

static void note_timer(struct weir_timer *timer)
{
	note(timer->context);
}

#define HAPPENED(expected) cr_expect_str_eq(history, (expected), "%s", history)

static struct weir_timer timers[8];

static void start(int index, const char *name, weir_duration delay)
{
	weir_timer_init_on(&timers[index], loop, note_timer);
	timers[index].context = (void *)(uintptr_t)name;
	weir_timer_start(&timers[index], delay);
}

BOTH_LOOPS(with_nothing_to_do_returns_at_once)
{
	(void)is_virtual;
	cr_expect_eq(weir_loop_run(loop), 0);
	cr_expect_eq(weir_loop_run(loop), 0);
	cr_expect(weir_loop_is_current(loop));
	cr_expect_eq(weir_loop_is_virtual(loop), is_virtual);
	cr_expect_eq(weir_loop_event_base(loop) == NULL, is_virtual);
}

BOTH_LOOPS(posted_work_runs_in_order_in_the_next_turn)
{
	(void)is_virtual;
	cr_expect_eq(weir_loop_post(loop, note_work, "a"), 0);
	cr_expect_eq(weir_loop_post(loop, note_work, "b"), 0);
	cr_expect_eq(weir_loop_post(loop, note_work, "c"), 0);
	HAPPENED("");
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b c");
}

static void post_again(void *context)
{
	note(context);
	weir_loop_post(loop, note_work, "later");
}

BOTH_LOOPS(work_posted_by_work_runs_a_turn_later)
{
	(void)is_virtual;
	weir_loop_post(loop, post_again, "a");
	weir_loop_post(loop, note_work, "b");
	weir_loop_run(loop);
	HAPPENED("a b later");
}

BOTH_LOOPS(timers_fire_in_order)
{
	(void)is_virtual;
	start(0, "c", weir_ms(3));
	start(1, "a", weir_us(10));
	start(2, "b", weir_ms(1));
	start(3, "b2", weir_ms(1));
	cr_expect_eq(weir_loop_timer_count(loop), 4);
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b b2 c");
}

static weir_time times[4];

static void note_now(struct weir_timer *timer)
{
	times[(intptr_t)timer->context] = weir_loop_now(loop);
	if (timer->context == NULL)
		usleep(3000);
	times[2 + (intptr_t)timer->context] = weir_loop_now(loop);
}

BOTH_LOOPS(the_time_stands_still_within_a_turn)
{
	(void)is_virtual;
	for (int index = 0; index < 2; index++) {
		weir_timer_init_on(&timers[index], loop, note_now);
		timers[index].context = (void *)(intptr_t)index;
		weir_timer_start(&timers[index], 100 + index);
	}
	weir_loop_run(loop);
	cr_expect_eq(times[0], times[2]);
	cr_expect_eq(times[1], times[3]);
}

BOTH_LOOPS(runs_for_a_duration_and_no_longer)
{
	weir_time before = weir_loop_now(loop);

	start(0, "a", weir_ms(5));
	start(1, "b", weir_ms(500));
	cr_expect_eq(weir_loop_run_for(loop, weir_ms(50)), 0);
	HAPPENED("a");
	if (is_virtual)
		cr_expect_eq(weir_loop_now(loop), before + weir_ms(50));
	else
		cr_expect_geq(weir_loop_now(loop), before + weir_ms(50));
	weir_timer_stop(&timers[1]);
}

BOTH_LOOPS(running_for_no_time_does_what_is_due_now)
{
	(void)is_virtual;
	weir_loop_post(loop, note_work, "posted");
	start(0, "due", 0);
	start(1, "later", weir_s(5));
	cr_expect_eq(weir_loop_run_for(loop, 0), 0);
	HAPPENED("posted due");
	weir_timer_stop(&timers[1]);
}

static void stop_work(void *context)
{
	note(context);
	weir_loop_stop(loop);
}

static void stop_timer(struct weir_timer *timer)
{
	note(timer->context);
	weir_loop_stop(loop);
}

BOTH_LOOPS(stop_makes_the_run_return_after_the_callback_at_hand)
{
	(void)is_virtual;
	weir_timer_init_on(&timers[0], loop, stop_timer);
	timers[0].context = "a";
	weir_timer_start(&timers[0], 10);
	start(1, "b", 10);
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	HAPPENED("a");
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b");
}

BOTH_LOOPS(stop_from_posted_work_leaves_the_rest_for_the_next_run)
{
	(void)is_virtual;
	weir_loop_post(loop, stop_work, "a");
	weir_loop_post(loop, note_work, "b");
	weir_loop_post(loop, note_work, "c");
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	HAPPENED("a");
	weir_loop_post(loop, note_work, "d");
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b c d");
}

BOTH_LOOPS(stop_before_the_run_ends_the_next_one)
{
	(void)is_virtual;
	start(0, "a", 10);
	weir_loop_stop(loop);
	weir_loop_stop(loop);
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	HAPPENED("");
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a");
}

static int result_inside;

static void run_inside(void *context)
{
	(void)context;
	result_inside = weir_loop_run(loop);
}

BOTH_LOOPS(cannot_be_run_from_inside_itself)
{
	(void)is_virtual;
	weir_loop_post(loop, run_inside, NULL);
	cr_expect_eq(weir_loop_run(loop), 0);
	cr_expect_eq(result_inside, -EINVAL);
}

static void *post_late(void *unused)
{
	(void)unused;
	usleep(20000);
	weir_loop_post(loop, note_work, "posted");
	weir_loop_release(loop);
	return NULL;
}

BOTH_LOOPS(a_hold_keeps_it_running_until_it_is_released)
{
	pthread_t thread;

	(void)is_virtual;
	weir_loop_hold(loop);
	weir_loop_hold(loop);
	weir_loop_release(loop);
	pthread_create(&thread, NULL, post_late, NULL);
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("posted");
	pthread_join(thread, NULL);
}

static void *stop_late(void *unused)
{
	(void)unused;
	usleep(20000);
	weir_loop_stop(loop);
	return NULL;
}

BOTH_LOOPS(another_thread_can_stop_it_while_it_waits)
{
	pthread_t thread;

	(void)is_virtual;
	weir_loop_hold(loop);
	pthread_create(&thread, NULL, stop_late, NULL);
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	pthread_join(thread, NULL);
	weir_loop_release(loop);
}

enum {
	POSTERS = 4,
	POSTS = 2000,
};

static int posted[POSTERS];

struct post {
	int poster;
	int number;
};

static void take_post(void *context)
{
	struct post *post = context;

	cr_assert_eq(posted[post->poster], post->number, "poster %d: %d came when %d was next", post->poster,
		post->number, posted[post->poster]);
	posted[post->poster]++;
	cr_assert(weir_loop_is_current(loop));
	free(post);
}

static void *post_many(void *context)
{
	int poster = (int)(intptr_t)context;

	cr_assert(!weir_loop_is_current(loop));
	for (int number = 0; number < POSTS; number++) {
		struct post *post = malloc(sizeof *post);

		*post = (struct post){ poster, number };
		cr_assert_eq(weir_loop_post(loop, take_post, post), 0);
		if (number % 100 == 0)
			usleep(100);
	}
	weir_loop_release(loop);
	return NULL;
}

BOTH_LOOPS(many_threads_post_and_each_ones_order_is_kept)
{
	pthread_t threads[POSTERS];

	(void)is_virtual;
	for (intptr_t poster = 0; poster < POSTERS; poster++) {
		weir_loop_hold(loop);
		pthread_create(&threads[poster], NULL, post_many, (void *)poster);
	}
	cr_expect_eq(weir_loop_run(loop), 0);
	for (int poster = 0; poster < POSTERS; poster++) {
		pthread_join(threads[poster], NULL);
		cr_expect_eq(posted[poster], POSTS);
	}
}

BOTH_LOOPS(work_that_has_not_run_is_dropped_when_the_loop_is_freed)
{
	weir_loop *own = make(is_virtual);

	weir_loop_post_or_drop(own, note_work, note_work, "a");
	weir_loop_post_or_drop(own, note_work, NULL, "b");
	weir_loop_post_or_drop(own, note_work, note_work, "c");
	weir_loop_free(own);
	HAPPENED("a c");
	weir_loop_free(NULL);
}

BOTH_LOOPS(without_memory_nothing_is_posted)
{
	(void)is_virtual;
	faults_fail_once(1);
	cr_expect_eq(weir_loop_post(loop, note_work, "a"), -ENOMEM);
	faults_stop();
	weir_loop_run(loop);
	HAPPENED("");
}

BOTH_LOOPS(an_endless_pipeline_does_not_keep_it_from_ending_once_cancelled)
{
	weir_subscription *subscription =
		weir_subscribe(numbers((struct numbers){ .count = INT64_MAX, .interval = weir_ms(1) }), loop,
			&(struct weir_observer){ 0 });

	(void)is_virtual;
	cr_expect_eq(weir_loop_subscription_count(loop), 1);
	weir_loop_run_for(loop, weir_ms(10));
	weir_cancel(subscription);
	cr_expect_eq(weir_loop_run(loop), 0);
}

/* ---- hooks ---- */

static void hook_dropped(const char *stage, weir_value value, void *context)
{
	note(stage);
	note(context);
	cr_expect_eq(weir_as_int(value), 7);
}

static void hook_unhandled(const weir_error *error, void *context)
{
	note(weir_error_message(error));
	note(context);
}

static void drop_start(struct weir_node *node)
{
	weir_drop(node, weir_int(7));
	weir_emit_failure(node, EIO, "broken");
}

static const struct weir_node_class dropping = { .name = "dropping", .start = drop_start };

BOTH_LOOPS(hooks_get_what_has_no_other_place)
{
	(void)is_virtual;
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ hook_dropped, hook_unhandled, "context" });
	weir_subscribe(weir_create_source(&dropping, NULL), loop, &(struct weir_observer){ 0 });
	HAPPENED("dropping context broken context");
}

BOTH_LOOPS(without_hooks_there_is_a_line_on_stderr_for_errors)
{
	char text[512];
	int ends[2];
	int saved = dup(2);

	(void)is_virtual;
	cr_assert_eq(pipe(ends), 0);
	weir_loop_set_hooks(loop, NULL);
	fflush(stderr);
	dup2(ends[1], 2);
	weir_subscribe(weir_create_source(&dropping, NULL), loop, &(struct weir_observer){ 0 });
	fflush(stderr);
	dup2(saved, 2);
	close(ends[1]);

	ssize_t length = read(ends[0], text, sizeof text - 1);

	text[length > 0 ? length : 0] = '\0';
	cr_expect_str_eq(text, "weir: unhandled error: dropping: broken (EIO)\n", "%s", text);
	close(ends[0]);
	close(saved);
}

/* ---- what a loop has one of ---- */

static const char key;
static const char other_key;

BOTH_LOOPS(attachments_are_found_by_key_and_freed_with_it_newest_first)
{
	weir_loop *own = make(is_virtual);

	cr_expect_null(weir_loop_attached(own, &key));
	cr_expect_eq(weir_loop_attach(own, &key, "a", note_work), 0);
	cr_expect_eq(weir_loop_attach(own, &other_key, "b", note_work), 0);
	cr_expect_str_eq(weir_loop_attached(own, &key), "a");
	cr_expect_str_eq(weir_loop_attached(own, &other_key), "b");
	faults_fail_once(1);
	cr_expect_eq(weir_loop_attach(own, &history, "c", note_work), -ENOMEM);
	faults_stop();
	cr_expect_null(weir_loop_attached(own, &history));
	weir_loop_free(own);
	HAPPENED("b a");
}
