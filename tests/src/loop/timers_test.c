/* Timers: the wheel against a sorted list, over millions of random operations; exact times; order among equals. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include <weir/loop.h>
#include <weir/operator.h>

#include "core/loop.h"
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

TestSuite(timers, .init = set_up, .fini = tear_down);

/* xorshift64*: the same numbers in every run. */
static uint64_t random_state = 88172645463325252u;

static uint64_t random_number(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * UINT64_C(2685821657736338717);
}

/* Short and long ones, exact powers of the wheel's radix and their neighbours, and many that are equal. */
static weir_duration random_delay(void)
{
	uint64_t kind = random_number() % 8;
	unsigned shift = (unsigned)(random_number() % 50);

	switch (kind) {
	case 0:
		return 0;
	case 1:
		return (weir_duration)(random_number() % 4);
	case 2:
		return (weir_duration)(random_number() % 200);
	case 3:
		return (weir_duration)(UINT64_C(1) << shift);
	case 4:
		return (weir_duration)((UINT64_C(1) << shift) - 1);
	case 5:
		return (weir_duration)((UINT64_C(1) << shift) + 1);
	case 6:
		return (weir_duration)(random_number() % 1000 * 1000000);
	default:
		return (weir_duration)(random_number() % (UINT64_C(1) << (shift + 1)));
	}
}

enum {
	TIMERS = 200,
};

/* The timers and the model of them. */
struct modelled {
	struct weir_timer timer;
	bool active;
	weir_time due;
	uint64_t sequence;
	uint64_t fired;
};

static struct modelled modelled[TIMERS];
static uint64_t next_sequence;
static uint64_t total_fired;

static struct modelled *model_next(void)
{
	struct modelled *best = NULL;

	for (size_t index = 0; index < TIMERS; index++) {
		struct modelled *one = &modelled[index];

		if (!one->active)
			continue;
		if (best == NULL || one->due < best->due || (one->due == best->due && one->sequence < best->sequence))
			best = one;
	}
	return best;
}

static void start_random(struct modelled *one)
{
	weir_duration delay = random_delay();

	weir_timer_start(&one->timer, delay);
	one->active = true;
	one->due = weir_loop_now(loop) + delay;
	one->sequence = next_sequence++;
	cr_assert(weir_timer_is_active(&one->timer));
}

static void stop_one(struct modelled *one)
{
	weir_timer_stop(&one->timer);
	one->active = false;
	cr_assert(!weir_timer_is_active(&one->timer));
}

static void random_operation(void)
{
	struct modelled *one = &modelled[random_number() % TIMERS];

	if (random_number() % 4 == 0)
		stop_one(one);
	else
		start_random(one);
}

static size_t count_active(void)
{
	size_t count = 0;

	for (size_t index = 0; index < TIMERS; index++)
		count += modelled[index].active;
	return count;
}

static void on_modelled(struct weir_timer *timer)
{
	struct modelled *one = timer->context;
	struct modelled *expected = model_next();

	cr_assert_not_null(expected);
	cr_assert_eq(one, expected, "timer %td (due %lld) fired, not %td (due %lld)", one - modelled,
		(long long)one->due, expected - modelled, (long long)expected->due);
	cr_assert_eq(
		weir_loop_now(loop), one->due, "%lld, not %lld", (long long)weir_loop_now(loop), (long long)one->due);
	cr_assert(!weir_timer_is_active(timer));
	one->active = false;
	one->fired++;
	total_fired++;
	/* Callbacks start and stop, themselves and others. */
	if (total_fired < 300000) {
		for (uint64_t operations = random_number() % 3; operations > 0; operations--)
			random_operation();
		if (random_number() % 8 == 0)
			start_random(one);
	}
}

Test(timers, fire_exactly_when_due_and_in_order_of_scheduling_among_equals)
{
	for (size_t index = 0; index < TIMERS; index++) {
		weir_timer_init_on(&modelled[index].timer, loop, on_modelled);
		modelled[index].timer.context = &modelled[index];
	}
	for (int round = 0; round < 20000; round++) {
		weir_time before = weir_loop_now(loop);
		weir_duration duration = random_delay();

		/* Far enough from the end of time that no sum is cut. */
		if (before > INT64_MAX / 4)
			break;
		for (uint64_t operations = random_number() % 8; operations > 0; operations--)
			random_operation();
		cr_assert_eq(weir_loop_timer_count(loop), count_active());
		weir_loop_run_for(loop, duration);
		cr_assert_eq(weir_loop_now(loop), before + duration);
		if (model_next() != NULL)
			cr_assert_gt(model_next()->due, weir_loop_now(loop), "one that is due has not fired");
	}
	weir_loop_run(loop);
	cr_assert_null(model_next());
	cr_assert_gt(total_fired, 100000, "%llu", (unsigned long long)total_fired);
}

static int order[4096];
static int fired;

static void note(struct weir_timer *timer)
{
	order[fired++] = (int)(intptr_t)timer->context;
}

static struct weir_timer many[4096];

static void init_many(int count)
{
	for (int index = 0; index < count; index++) {
		weir_timer_init_on(&many[index], loop, note);
		many[index].context = (void *)(intptr_t)index;
	}
}

Test(timers, of_equal_dues_started_at_different_distances_keep_their_order)
{
	weir_time due = 100000000;

	/* One from each power of two before the due time: so each goes into another level of the wheel. */
	init_many(60);
	int count = 0;

	for (weir_duration distance = due; distance > 0; distance /= 2) {
		weir_loop_run_for(loop, due - distance - weir_loop_now(loop));
		weir_timer_start_at(&many[count++], due);
	}
	weir_timer_start_at(&many[count++], due);
	weir_loop_run(loop);
	cr_assert_eq(fired, count);
	for (int index = 0; index < count; index++)
		cr_expect_eq(order[index], index);
}

Test(timers, thousands_of_equal_dues_keep_their_order)
{
	init_many(4096);
	for (int index = 0; index < 4096; index++)
		weir_timer_start(&many[index], 123456789);
	weir_loop_run(loop);
	cr_assert_eq(fired, 4096);
	for (int index = 0; index < 4096; index++)
		cr_assert_eq(order[index], index);
	cr_expect_eq(weir_loop_now(loop), 123456789);
}

Test(timers, an_active_one_is_moved_and_goes_behind_its_equals)
{
	init_many(3);
	for (int index = 0; index < 3; index++)
		weir_timer_start(&many[index], 10);
	weir_timer_start(&many[0], 10);
	cr_expect_eq(weir_loop_timer_count(loop), 3);
	weir_loop_run(loop);
	cr_expect_eq(fired, 3);
	cr_expect(order[0] == 1 && order[1] == 2 && order[2] == 0);
}

Test(timers, one_that_is_overdue_fires_in_the_next_turn)
{
	init_many(2);
	weir_loop_run_for(loop, 1000);
	weir_timer_start_at(&many[0], 5);
	weir_timer_start_at(&many[1], -7);
	cr_expect_eq(fired, 0);
	weir_loop_run(loop);
	cr_expect_eq(fired, 2);
	cr_expect_eq(weir_loop_now(loop), 1000);
}

Test(timers, a_negative_delay_is_none)
{
	init_many(1);
	weir_loop_run_for(loop, 10);
	weir_timer_start(&many[0], -5);
	weir_loop_run(loop);
	cr_expect_eq(fired, 1);
	cr_expect_eq(weir_loop_now(loop), 10);
}

Test(timers, forever_is_never)
{
	init_many(2);
	weir_timer_start(&many[0], WEIR_FOREVER);
	weir_timer_start_at(&many[1], WEIR_FOREVER);
	cr_expect(!weir_timer_is_active(&many[0]));
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_timer_stop(&many[0]);
	/* An active one is taken out of the wheel. */
	weir_timer_start(&many[0], 5);
	weir_timer_start(&many[0], WEIR_FOREVER);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_loop_run(loop);
	cr_expect_eq(fired, 0);
	/* The sum with now stops there as well. */
	weir_loop_run_for(loop, 10);
	weir_timer_start(&many[0], WEIR_FOREVER - 3);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
}

Test(timers, the_far_end_of_time_is_reached)
{
	init_many(2);
	weir_timer_start_at(&many[0], WEIR_FOREVER - 1);
	weir_timer_start_at(&many[1], WEIR_FOREVER - 2);
	weir_loop_run(loop);
	cr_expect_eq(fired, 2);
	cr_expect_eq(order[0], 1);
	cr_expect_eq(weir_loop_now(loop), WEIR_FOREVER - 1);
}

static int chain_left;

static void go_on(struct weir_timer *timer)
{
	fired++;
	if (--chain_left > 0)
		weir_timer_start(timer, 0);
}

static void note_time(struct weir_timer *timer)
{
	order[0] = fired;
	(void)timer;
}

Test(timers, a_delay_of_zero_comes_a_turn_later_but_in_the_same_instant)
{
	struct weir_timer chain;
	struct weir_timer later;

	chain_left = 1000;
	weir_timer_init_on(&chain, loop, go_on);
	weir_timer_init_on(&later, loop, note_time);
	weir_timer_start(&later, 1);
	weir_timer_start(&chain, 0);
	weir_loop_run(loop);
	cr_expect_eq(fired, 1000);
	cr_expect_eq(order[0], 1000, "all of this instant comes before the next: %d", order[0]);
	cr_expect_eq(weir_loop_now(loop), 1);
}

static void stop_the_others(struct weir_timer *timer)
{
	note(timer);
	for (int index = 0; index < 10; index++)
		weir_timer_stop(&many[index]);
}

Test(timers, one_that_is_stopped_by_another_of_the_same_instant_does_not_fire)
{
	init_many(10);
	weir_timer_init_on(&many[4], loop, stop_the_others);
	many[4].context = (void *)4;
	for (int index = 0; index < 10; index++)
		weir_timer_start(&many[index], 50);
	weir_loop_run(loop);
	cr_expect_eq(fired, 5);
	cr_expect_eq(order[4], 4);
}

Test(timers, stopping_twice_or_never_started_is_nothing)
{
	init_many(1);
	weir_timer_stop(&many[0]);
	weir_timer_start(&many[0], 1);
	weir_timer_stop(&many[0]);
	weir_timer_stop(&many[0]);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
}

Test(timers, the_wheel_says_when_it_is_next_due_never_later_than_the_truth)
{
	for (int index = 0; index < TIMERS; index++)
		weir_timer_init_on(&modelled[index].timer, loop, on_modelled);
	for (int round = 0; round < 20000; round++) {
		struct modelled *one = &modelled[random_number() % TIMERS];

		if (random_number() % 3 == 0)
			stop_one(one);
		else
			start_random(one);

		struct modelled *next = model_next();
		weir_time due = weir_wheel_next_due(&loop->wheel);

		if (next == NULL)
			cr_assert_eq(due, WEIR_FOREVER);
		else
			cr_assert_leq(due, next->due);
		if (count_active() <= 16 && next != NULL)
			cr_assert_eq(due, next->due);
	}
	for (int index = 0; index < TIMERS; index++)
		stop_one(&modelled[index]);
	cr_assert_eq(weir_wheel_next_due(&loop->wheel), WEIR_FOREVER);
}
