/* kit/limiter: one queue over a rate; pauses, quotas and rates that a server tells. */
#include "kit/limiter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "kit/faults.h"

/* A permit that writes down its name and when it was granted. */
struct asker {
	struct weir_permit permit;
	char name;
	struct board *board;
	int again; /* asks again so often from inside `granted` */
};

struct board {
	weir_loop *loop;
	weir_limiter *limiter;
	char text[2048];
	struct asker askers[128];
};

static void note(struct board *board, char name)
{
	size_t length = strlen(board->text);

	snprintf(board->text + length, sizeof board->text - length, "%s%c%lld", length > 0 ? " " : "", name,
		(long long)(weir_loop_now(board->loop) / 1000000));
}

static int ask(struct board *board, char name, uint64_t cost);

static void granted(struct weir_permit *permit)
{
	struct asker *asker = WEIR_CONTAINER_OF(permit, struct asker, permit);

	note(asker->board, asker->name);
	if (asker->again-- > 0)
		ask(asker->board, asker->name, 1);
}

static int ask(struct board *board, char name, uint64_t cost)
{
	struct asker *asker = &board->askers[(int)name];

	asker->board = board;
	asker->name = name;
	weir_permit_init_on(&asker->permit, granted);

	int result = weir_permit_ask(&asker->permit, board->limiter, cost);

	if (result == 1)
		note(board, name);
	return result;
}

static struct board board;

static void set_up(const struct weir_limiter_options *options)
{
	memset(&board, 0, sizeof board);
	board.loop = weir_loop_new_virtual();
	board.limiter = weir_limiter_new(board.loop, options);
	cr_assert_not_null(board.limiter);
}

static void tear_down(const char *expected)
{
	cr_expect_str_eq(board.text, expected);
	cr_expect_eq(weir_limiter_waiting(board.limiter), 0);
	cr_expect_eq(weir_loop_timer_count(board.loop), 0);
	weir_limiter_unref(board.limiter);
	weir_loop_free(board.loop);
}

#define OPTIONS(...) (&(struct weir_limiter_options){ __VA_ARGS__ })
#define TEN_A_SECOND .limit = 10, .period = weir_s(1)

Test(limiter, grants_at_once_what_may_go_and_the_rest_in_order)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 2));
	cr_expect_eq(ask(&board, 'a', 1), 1);
	cr_expect_eq(ask(&board, 'b', 1), 1);
	cr_expect_eq(ask(&board, 'c', 1), 0);
	cr_expect_eq(ask(&board, 'd', 1), 0);
	cr_expect_eq(weir_limiter_waiting(board.limiter), 2);
	weir_loop_run(board.loop);
	tear_down("a0 b0 c100 d200");
}

Test(limiter, nobody_overtakes_one_that_waits_however_small)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 5));
	ask(&board, 'a', 4);
	cr_expect_eq(ask(&board, 'b', 5), 0);
	cr_expect_eq(ask(&board, 'c', 1), 0, "one would be left");
	cr_expect_eq(ask(&board, 'd', 0), 0, "even what is free");
	weir_loop_run(board.loop);
	tear_down("a0 b400 c500 d500");
}

Test(limiter, who_asks_again_stands_at_the_end)
{
	set_up(OPTIONS(TEN_A_SECOND));
	board.askers['b'].again = 2;
	ask(&board, 'a', 1);
	ask(&board, 'b', 1);
	ask(&board, 'c', 1);
	weir_loop_run(board.loop);
	tear_down("a0 b100 c200 b300 b400");
}

Test(limiter, cancelling_leaves_the_queue)
{
	set_up(OPTIONS(TEN_A_SECOND));
	for (const char *name = "abcdef"; *name != '\0'; name++)
		ask(&board, *name, 1);
	cr_expect(weir_permit_is_waiting(&board.askers['d'].permit));
	weir_permit_cancel(&board.askers['b'].permit);
	weir_permit_cancel(&board.askers['d'].permit);
	weir_permit_cancel(&board.askers['f'].permit);
	weir_permit_cancel(&board.askers['f'].permit);
	cr_expect_not(weir_permit_is_waiting(&board.askers['d'].permit));
	weir_loop_run(board.loop);
	tear_down("a0 c100 e200");
}

Test(limiter, a_loop_is_not_kept_by_a_limiter_for_which_nobody_waits)
{
	set_up(OPTIONS(TEN_A_SECOND));
	ask(&board, 'a', 1);
	ask(&board, 'b', 1);
	weir_permit_cancel(&board.askers['b'].permit);
	weir_limiter_pause_until(board.limiter, weir_s(100));
	weir_loop_run(board.loop);
	cr_expect_eq(weir_loop_now(board.loop), 0);
	tear_down("a0");
}

Test(limiter, more_than_may_wait_are_refused_by_the_policy)
{
	set_up(OPTIONS(TEN_A_SECOND, .policy = WEIR_LIMITER_DROP, .max_waiting = 2));
	ask(&board, 'a', 1);
	cr_expect_eq(ask(&board, 'b', 1), 0);
	cr_expect_eq(ask(&board, 'c', 1), 0);
	cr_expect_eq(ask(&board, 'd', 1), -ECANCELED);
	weir_loop_run_for(board.loop, weir_ms(100));
	cr_expect_eq(ask(&board, 'e', 1), 0);
	weir_loop_run(board.loop);
	tear_down("a0 b100 c200 e300");

	set_up(OPTIONS(TEN_A_SECOND, .policy = WEIR_LIMITER_FAIL));
	ask(&board, 'a', 1);
	cr_expect_eq(ask(&board, 'b', 1), -WEIR_ERATE);
	weir_loop_run_for(board.loop, weir_ms(100));
	cr_expect_eq(ask(&board, 'c', 1), 1);
	tear_down("a0 c100");
}

Test(limiter, a_cost_that_can_never_go_is_refused)
{
	set_up(OPTIONS(TEN_A_SECOND, .algorithm = WEIR_LIMITER_SLIDING_WINDOW));
	cr_expect_eq(ask(&board, 'a', 11), -EINVAL);
	cr_expect_eq(ask(&board, 'b', 10), 1);
	cr_expect_eq(ask(&board, 'c', UINT64_MAX), -EINVAL);
	tear_down("b0");
}

Test(limiter, without_options_nothing_is_limited)
{
	set_up(NULL);
	for (int index = 0; index < 100; index++)
		cr_assert_eq(ask(&board, 'a', 1000), 1);
	board.text[0] = '\0';
	tear_down("");
}

Test(limiter, retry_after_holds_everything_back_and_then_the_rate_goes_on)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 3));
	ask(&board, 'a', 1);
	ask(&board, 'b', 1);
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .retry_after = weir_s(2) });
	/* A shorter one that comes later takes nothing back. */
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .retry_after = weir_ms(500) });
	for (const char *name = "cdefgh"; *name != '\0'; name++)
		cr_expect_eq(ask(&board, *name, 1), 0);
	weir_loop_run(board.loop);
	tear_down("a0 b0 c2000 d2000 e2000 f2100 g2200 h2300");
}

Test(limiter, a_pause_begins_while_some_wait_and_ends_when_it_is_lifted)
{
	set_up(OPTIONS(TEN_A_SECOND));
	for (const char *name = "abcd"; *name != '\0'; name++)
		ask(&board, *name, 1);
	weir_loop_run_for(board.loop, weir_ms(150));
	weir_limiter_pause_until(board.limiter, weir_s(100));
	weir_loop_run_for(board.loop, weir_ms(850));
	weir_limiter_pause_until(board.limiter, 0);
	cr_expect_str_eq(board.text, "a0 b100", "nobody goes from inside the call");
	weir_loop_run(board.loop);
	tear_down("a0 b100 c1000 d1090");
}

Test(limiter, no_answer_makes_everything_wait_for_longer_than_allowed)
{
	set_up(OPTIONS(TEN_A_SECOND, .max_pause = weir_s(5)));
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .retry_after = weir_s(31536000) });
	ask(&board, 'a', 1);
	weir_loop_run(board.loop);
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 0, .reset = WEIR_FOREVER });
	ask(&board, 'b', 1);
	weir_loop_run(board.loop);
	tear_down("a5000 b10000");

	set_up(OPTIONS(TEN_A_SECOND));
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .retry_after = weir_s(31536000) });
	ask(&board, 'a', 1);
	weir_loop_run(board.loop);
	tear_down("a3600000");
}

Test(limiter, no_more_goes_than_the_server_says_remains)
{
	set_up(OPTIONS(TEN_A_SECOND));
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 2, .reset = weir_s(30) });
	for (const char *name = "abcd"; *name != '\0'; name++)
		ask(&board, *name, 1);
	weir_loop_run(board.loop);
	tear_down("a0 b100 c30000 d30100");
}

Test(limiter, a_late_answer_does_not_give_back_what_went)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 9));
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 4, .reset = weir_s(30) });
	for (const char *name = "abc"; *name != '\0'; name++)
		ask(&board, *name, 1);
	/* The answers to a and b; the one to c is still on its way. */
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 3, .reset = weir_s(30) });
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 2, .reset = weir_s(31) });
	ask(&board, 'd', 1);
	ask(&board, 'e', 1);
	weir_loop_run(board.loop);
	tear_down("a0 b0 c0 d0 e30000");
}

Test(limiter, a_smaller_number_counts_somebody_else_used_the_quota)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 9));
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 4, .reset = weir_s(30) });
	ask(&board, 'a', 1);
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 1, .reset = weir_s(30) });
	ask(&board, 'b', 1);
	ask(&board, 'c', 1);
	weir_loop_run(board.loop);
	tear_down("a0 b0 c30000");
}

Test(limiter, a_new_quota_replaces_the_old_one)
{
	set_up(OPTIONS(TEN_A_SECOND, .burst = 9));
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 0, .reset = weir_s(30) });
	ask(&board, 'a', 1);
	ask(&board, 'b', 1);
	weir_loop_run_for(board.loop, weir_s(10));
	weir_limiter_observe(
		board.limiter, &(weir_limiter_signal){ .has_remaining = true, .remaining = 1, .reset = weir_s(50) });
	weir_loop_run(board.loop);
	tear_down("a10000 b60000");
}

Test(limiter, the_slower_of_the_own_rate_and_the_servers_counts)
{
	set_up(OPTIONS(TEN_A_SECOND));
	/* A faster one changes nothing. */
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .limit = 1000, .period = weir_s(1) });
	ask(&board, 'a', 1);
	ask(&board, 'b', 1);
	weir_loop_run(board.loop);
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .limit = 2, .period = weir_s(1) });
	weir_loop_run_for(board.loop, weir_ms(900));
	for (const char *name = "cde"; *name != '\0'; name++)
		ask(&board, *name, 1);
	weir_loop_run(board.loop);
	tear_down("a0 b100 c1000 d1500 e2000");

	/* Without one of its own, what the server says. */
	set_up(NULL);
	weir_limiter_observe(board.limiter, &(weir_limiter_signal){ .limit = 4, .period = weir_s(1) });
	for (const char *name = "abc"; *name != '\0'; name++)
		ask(&board, *name, 1);
	weir_loop_run(board.loop);
	tear_down("a0 b250 c500");
}

Test(limiter, its_own_rate_can_be_changed_while_some_wait)
{
	set_up(OPTIONS(.limit = 1, .period = weir_minutes(60)));
	for (const char *name = "abcd"; *name != '\0'; name++)
		ask(&board, *name, 1);
	cr_expect_eq(weir_limiter_set_rate(board.limiter, 10, 0), -EINVAL);
	cr_expect_eq(weir_limiter_set_rate(board.limiter, 10, weir_s(1)), 0);
	weir_loop_run_for(board.loop, weir_ms(250));
	cr_expect_eq(weir_limiter_set_rate(board.limiter, 0, 0), 0);
	weir_loop_run(board.loop);
	tear_down("a0 b100 c200 d250");
}

Test(limiter, options_out_of_range_are_refused)
{
	weir_loop *loop = weir_loop_new_virtual();
	const struct weir_limiter_options wrong[] = {
		{ .limit = 1 },
		{ .limit = 1, .period = -1 },
		{ .limit = (UINT64_C(1) << 31) + 1, .period = 1 },
		{ .limit = 1, .period = 1, .burst = (UINT64_C(1) << 31) + 1 },
		{ .limit = 1, .period = 1, .burst = 1, .algorithm = WEIR_LIMITER_SLIDING_WINDOW },
		{ .limit = 1, .period = 1, .algorithm = (enum weir_limiter_algorithm)2 },
		{ .limit = 1, .period = 1, .policy = (enum weir_limiter_policy)3 },
		{ .limit = 1, .period = 1, .max_waiting = 1 },
		{ .limit = 1, .period = 1, .max_pause = -1 },
	};

	for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
		errno = 0;
		cr_expect_null(weir_limiter_new(loop, &wrong[index]), "%zu", index);
		cr_expect_eq(errno, EINVAL);
	}
	errno = 0;
	cr_expect_null(weir_limiter_new(NULL, NULL));
	cr_expect_eq(errno, EINVAL);
	weir_loop_free(loop);
}

Test(limiter, without_memory_there_is_none)
{
	faults_install();

	weir_loop *loop = weir_loop_new_virtual();

	faults_fail_once(1);
	errno = 0;
	cr_expect_null(weir_limiter_new(loop, NULL));
	cr_expect_eq(errno, ENOMEM);
	weir_loop_free(loop);
}

Test(limiter, a_window_without_memory_is_stricter_not_laxer)
{
	faults_install();
	set_up(OPTIONS(.limit = 3, .period = weir_s(1), .algorithm = WEIR_LIMITER_SLIDING_WINDOW));
	faults_fail_from(1);
	ask(&board, 'a', 1);
	weir_loop_run_for(board.loop, weir_ms(500));
	ask(&board, 'b', 1);
	ask(&board, 'c', 1);
	ask(&board, 'd', 1);
	faults_stop();
	weir_loop_run(board.loop);
	/* d need not have waited for longer than till 1000. */
	tear_down("a0 b500 c500 d1500");
}

/* On a real loop: the long-run rate does not suffer from timers that are served late. */
static int granted_count;

static void count_grant(struct weir_permit *permit)
{
	granted_count++;
	while (weir_permit_ask(permit, permit->context, 1) == 1)
		granted_count++;
}

Test(limiter, a_real_loop_reaches_the_rate)
{
	weir_loop *loop = weir_loop_new();
	weir_limiter *limiter = weir_limiter_new(loop, OPTIONS(.limit = 50000, .period = weir_s(1)));
	struct weir_permit permit;

	weir_permit_init_on(&permit, count_grant);
	permit.context = limiter;

	weir_time begin = weir_loop_now(loop);

	count_grant(&permit);
	weir_loop_run_for(loop, weir_ms(400));
	weir_permit_cancel(&permit);

	/* Twenty microseconds each; a timer is that late already. */
	int64_t most = (weir_loop_now(loop) - begin) / 20000 + 2;

	cr_expect_leq(granted_count, most);
	cr_expect_geq(granted_count, most / 2);
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
}
