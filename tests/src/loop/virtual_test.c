/* The virtual clock: exact to the nanosecond, still while nothing is run, and it jumps. */
#include <criterion/criterion.h>

#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "kit/faults.h"
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

TestSuite(virtual_loop, .init = set_up, .fini = tear_down);

static weir_time fired_at[16];
static int fired;

static void note(struct weir_timer *timer)
{
	(void)timer;
	fired_at[fired++] = weir_loop_now(loop);
}

static struct weir_timer timers[16];

static void start(int index, weir_duration delay)
{
	weir_timer_init_on(&timers[index], loop, note);
	weir_timer_start(&timers[index], delay);
}

Test(virtual_loop, starts_at_zero_and_stands_still)
{
	cr_expect_eq(weir_loop_now(loop), 0);
	cr_expect_eq(weir_loop_wall_clock(loop), 0);
	weir_loop_run(loop);
	cr_expect_eq(weir_loop_now(loop), 0);
}

Test(virtual_loop, jumps_to_the_exact_nanosecond)
{
	const weir_duration delays[] = { 1, 63, 64, 65, 999999999, 1000000000, 4095, 4096, 4097, weir_s(86400) * 365 };

	for (int index = 0; index < 10; index++)
		start(index, delays[index]);
	weir_loop_run(loop);
	cr_expect_eq(fired, 10);
	cr_expect_eq(fired_at[0], 1);
	cr_expect_eq(fired_at[1], 63);
	cr_expect_eq(fired_at[2], 64);
	cr_expect_eq(fired_at[3], 65);
	cr_expect_eq(fired_at[4], 4095);
	cr_expect_eq(fired_at[5], 4096);
	cr_expect_eq(fired_at[6], 4097);
	cr_expect_eq(fired_at[7], 999999999);
	cr_expect_eq(fired_at[8], 1000000000);
	cr_expect_eq(fired_at[9], weir_s(86400) * 365);
	cr_expect_eq(weir_loop_wall_clock(loop), weir_s(86400) * 365);
}

Test(virtual_loop, running_for_a_time_includes_its_last_nanosecond)
{
	start(0, 100);
	start(1, 101);
	weir_loop_run_for(loop, 100);
	cr_expect_eq(fired, 1);
	cr_expect_eq(weir_loop_now(loop), 100);
	weir_loop_run_for(loop, 0);
	cr_expect_eq(fired, 1);
	weir_loop_run_for(loop, 1);
	cr_expect_eq(fired, 2);
	cr_expect_eq(weir_loop_now(loop), 101);
}

Test(virtual_loop, running_for_a_time_ends_exactly_there_even_with_nothing_to_do)
{
	weir_loop_run_for(loop, weir_s(3));
	cr_expect_eq(weir_loop_now(loop), weir_s(3));
	weir_loop_run_for(loop, -5);
	cr_expect_eq(weir_loop_now(loop), weir_s(3));
}

static void stop(struct weir_timer *timer)
{
	note(timer);
	weir_loop_stop(loop);
}

Test(virtual_loop, stopped_it_stays_where_it_was)
{
	weir_timer_init_on(&timers[0], loop, stop);
	weir_timer_start(&timers[0], 100);
	cr_expect_eq(weir_loop_run_for(loop, 1000), -ECANCELED);
	cr_expect_eq(weir_loop_now(loop), 100);
	cr_expect_eq(weir_loop_run_for(loop, 1000), 0);
	cr_expect_eq(weir_loop_now(loop), 1100);
}

Test(virtual_loop, watches_no_descriptors)
{
	struct weir_io io = { 0 };

	cr_expect_eq(weir_io_start(&io, NULL, loop, 0, WEIR_READABLE, NULL), -ENOTSUP);
	weir_io_stop(&io);
	cr_expect_eq(weir_io_start_signal(&io, NULL, loop, 10, NULL), -ENOTSUP);
	weir_io_stop(&io);
}

Test(virtual_loop, more_than_a_slot_can_tell_keeps_the_clock_exact)
{
	/* More timers in one far slot than are looked at: the clock stops at the slot's beginning, nobody sees it. */
	struct weir_timer many[64];

	for (int index = 0; index < 64; index++) {
		weir_timer_init_on(&many[index], loop, note);
		weir_timer_start(&many[index], 1000000 + 1000 * (index % 8));
	}
	for (int index = 0; index < 64; index++)
		if (index >= 16)
			weir_timer_stop(&many[index]);
	weir_loop_run_for(loop, 999999);
	cr_expect_eq(fired, 0);
	cr_expect_eq(weir_loop_now(loop), 999999);
	weir_loop_run(loop);
	cr_expect_eq(fired, 16);
	for (int index = 0; index < 16; index++)
		cr_expect_eq(fired_at[index], 1000000 + 1000 * (index / 2));
}

Test(virtual_loop, without_memory_there_is_none)
{
	faults_fail_once(1);
	cr_expect_null(weir_loop_new_virtual());
	faults_stop();
}
