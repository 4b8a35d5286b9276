/* Loops on libevent: real time, descriptors, signals, and a base that belongs to somebody else. */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "core/loop.h"
#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

static weir_loop *loop;
static struct event_base *base;

static void set_up(void)
{
	faults_install();
}

TestSuite(libevent, .init = set_up);

static char history[1024];

static void note(const char *what)
{
	if (history[0] != '\0')
		strcat(history, " ");
	strcat(history, what);
}

#define HAPPENED(expected) cr_expect_str_eq(history, (expected), "%s", history)

static void note_timer(struct weir_timer *timer)
{
	note(timer->context);
}

static void note_work(void *context)
{
	note(context);
}

Test(libevent, a_timer_is_never_early_and_hardly_late)
{
	struct weir_timer timer;

	loop = weir_loop_new();
	for (weir_duration delay = weir_us(50); delay <= weir_ms(20); delay *= 4) {
		weir_time before = weir_loop_now(loop);

		weir_timer_init_on(&timer, loop, note_timer);
		timer.context = "t";
		weir_timer_start(&timer, delay);
		weir_loop_run(loop);
		cr_expect_geq(weir_loop_now(loop) - before, delay);
		/* Not bound to milliseconds; generous, for a machine under load. */
		cr_expect_lt(weir_loop_now(loop) - before, delay + weir_ms(500));
	}
	HAPPENED("t t t t t");
	leave_nothing(loop);
}

static int ends[2];
static struct weir_io io;

static void on_readable(struct weir_io *ready, int events)
{
	char byte;

	cr_expect_eq(ready, &io);
	cr_expect_eq(events, WEIR_READABLE);
	cr_assert_eq(read(ends[0], &byte, 1), 1);
	note((char[]){ byte, '\0' });
	if (byte == 'z')
		weir_io_stop(ready);
}

Test(libevent, a_descriptor_is_watched_until_it_is_stopped)
{
	loop = weir_loop_new();
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "abz", 3), 3);
	cr_expect_eq(weir_io_start(&io, NULL, loop, ends[0], WEIR_READABLE, on_readable), 0);
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b z");
	/* Again. */
	cr_assert_eq(write(ends[1], "z", 1), 1);
	cr_expect_eq(weir_io_start(&io, NULL, loop, ends[0], WEIR_READABLE, on_readable), 0);
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("a b z z");
	weir_io_stop(&io);
	close(ends[0]);
	close(ends[1]);
	leave_nothing(loop);
}

static void stop_at_first(struct weir_io *ready, int events)
{
	(void)events;
	note(ready->context);
	weir_io_stop(ready);
	weir_loop_stop(ready->loop);
}

Test(libevent, stop_leaves_the_other_ready_descriptors_for_the_next_run)
{
	struct weir_io two[2] = { 0 };
	int pipes[2][2];

	loop = weir_loop_new();
	for (int index = 0; index < 2; index++) {
		cr_assert_eq(pipe(pipes[index]), 0);
		cr_assert_eq(write(pipes[index][1], "x", 1), 1);
		two[index].context = "ready";
		cr_assert_eq(weir_io_start(&two[index], NULL, loop, pipes[index][0], WEIR_READABLE, stop_at_first), 0);
	}
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	HAPPENED("ready");
	cr_expect_eq(weir_loop_run(loop), -ECANCELED);
	HAPPENED("ready ready");
	for (int index = 0; index < 2; index++) {
		close(pipes[index][0]);
		close(pipes[index][1]);
	}
	leave_nothing(loop);
}

Test(libevent, what_cannot_be_watched_says_why)
{
	char name[] = "/tmp/weir-libevent-test-XXXXXX";
	int file = mkstemp(name);

	loop = weir_loop_new();
	cr_assert_geq(file, 0);
	cr_expect_eq(weir_io_start(&io, NULL, loop, file, WEIR_READABLE, on_readable), -EPERM);
	close(file);
	unlink(name);
	cr_expect_eq(weir_io_start(&io, NULL, loop, file, WEIR_READABLE, on_readable), -EBADF);
	cr_expect_eq(weir_io_start(&io, NULL, loop, -1, WEIR_READABLE, on_readable), -EBADF);
	cr_expect_eq(weir_loop_run(loop), 0);
	leave_nothing(loop);
}

static void on_signal(struct weir_io *ready, int number)
{
	note(number == SIGUSR1 ? "usr1" : "?");
	weir_io_stop(ready);
}

Test(libevent, a_signal_is_watched)
{
	loop = weir_loop_new();
	cr_expect_eq(weir_io_start_signal(&io, NULL, loop, SIGUSR1, on_signal), 0);
	raise(SIGUSR1);
	cr_expect_eq(weir_loop_run(loop), 0);
	HAPPENED("usr1");
	leave_nothing(loop);
}

/* ---- somebody else's base ---- */

static void break_base(struct weir_timer *timer)
{
	note(timer->context);
	event_base_loopbreak(base);
}

static void start(struct weir_timer *timer, const char *name, weir_duration delay, void (*expired)(struct weir_timer *))
{
	weir_timer_init_on(timer, loop, expired);
	timer->context = (void *)(uintptr_t)name;
	weir_timer_start(timer, delay);
}

Test(libevent, inside_anothers_base_it_runs_when_that_runs)
{
	struct weir_timer timers[2];

	base = event_base_new();
	loop = weir_loop_from_event_base(base);
	cr_assert_not_null(loop);
	cr_expect_eq(weir_loop_event_base(loop), base);
	cr_expect_eq(weir_loop_run(loop), -EINVAL);
	cr_expect_eq(weir_loop_run_for(loop, weir_ms(1)), -EINVAL);
	start(&timers[0], "a", weir_ms(1), note_timer);
	start(&timers[1], "end", weir_ms(5), break_base);
	weir_loop_post(loop, note_work, "posted");
	HAPPENED("");
	event_base_dispatch(base);
	HAPPENED("posted a end");
	leave_nothing(loop);
	event_base_free(base);
}

static void own_event(evutil_socket_t descriptor, short events, void *context)
{
	struct weir_timer *timer = context;

	(void)descriptor;
	(void)events;
	/* Outside of any turn. */
	note("own");
	start(timer, "started", 0, break_base);
}

Test(libevent, may_be_used_from_the_callbacks_of_anothers_base)
{
	struct weir_timer timer;
	struct event *event;

	base = event_base_new();
	loop = weir_loop_from_event_base(base);
	event = evtimer_new(base, own_event, &timer);
	evtimer_add(event, &(struct timeval){ .tv_usec = 2000 });
	event_base_dispatch(base);
	HAPPENED("own started");
	event_free(event);
	leave_nothing(loop);
	event_base_free(base);
}

Test(libevent, stopping_a_loop_that_is_never_run_does_not_stop_its_timers)
{
	struct weir_timer timer;

	base = event_base_new();
	loop = weir_loop_from_event_base(base);
	weir_loop_stop(loop);
	start(&timer, "end", weir_ms(1), break_base);

	struct event *watchdog = evtimer_new(base, own_event, &timer);

	event_base_loopexit(base, &(struct timeval){ .tv_sec = 2 });
	event_base_dispatch(base);
	HAPPENED("end");
	event_free(watchdog);
	leave_nothing(loop);
	event_base_free(base);
}

Test(libevent, anothers_base_outlives_the_loop)
{
	base = event_base_new();
	loop = weir_loop_from_event_base(base);

	struct weir_timer timer;

	start(&timer, "never", weir_ms(1), note_timer);
	weir_subscribe(
		numbers((struct numbers){ .count = 5, .interval = weir_ms(1) }), loop, &(struct weir_observer){ 0 });
	weir_timer_stop(&timer);
	weir_loop_free(loop);
	/* No event of ours is left: it returns at once. */
	cr_expect_eq(event_base_dispatch(base), 1);
	HAPPENED("");
	event_base_free(base);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(libevent, without_descriptors_there_is_no_loop)
{
	int held[4096];
	int count = 0;

	while (count < 4096 && (held[count] = dup(2)) >= 0)
		count++;
	/* Where a process may have more than that, there is nothing to see. */
	if (count < 4096) {
		errno = 0;
		cr_expect_null(weir_loop_new());
		cr_expect_neq(errno, 0);
	}
	while (count > 0)
		close(held[--count]);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(libevent, without_memory_there_is_no_loop_and_nothing_is_left)
{
	for (size_t number = 1;; number++) {
		faults_fail_once(number);
		loop = weir_loop_new();
		faults_stop();
		if (!faults_hit())
			break;
		cr_expect_null(loop);
		cr_expect_eq(faults_live_blocks(), 0);
	}
	cr_expect_not_null(loop);
	leave_nothing(loop);
	cr_expect_null(weir_loop_from_event_base(NULL));
}
