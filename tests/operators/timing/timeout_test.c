/* timeout: fail, or go on with another observable, when items do not come in time. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

#define LIMITS(...) (&(weir_timeout_options){ __VA_ARGS__ })

static weir_observable *build(weir_observable *source)
{
	return weir_timeout(source, LIMITS(.first = weir_ms(7), .each = weir_ms(5)));
}

const struct conformance_subject conformance_subject = { .name = "timeout", .build = build, .handles_errors = true };

static void expect(const char *source, const struct weir_timeout_options *options, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_ETIMEOUT, NULL);
	weir_test_expect(test, weir_timeout(weir_test_cold(test, source), options), expected);
	MARBLES_OK(test);
}

Test(timeout, each_fails_when_the_next_item_takes_too_long)
{
	expect("-1-2---------3-|", LIMITS(.each = weir_ms(5)), "-1-2----#");
	expect("-------1-|", LIMITS(.each = weir_ms(5)), "-----#");
	expect("-1----2----|", LIMITS(.each = weir_ms(6)), "-1----2----|");
}

Test(timeout, each_counts_until_completion_too)
{
	expect("-1---------|", LIMITS(.each = weir_ms(5)), "-1----#");
}

Test(timeout, first_counts_until_the_first_item_only)
{
	expect("----1----------2-|", LIMITS(.first = weir_ms(3)), "---#");
	expect("--1----------2-|", LIMITS(.first = weir_ms(3)), "--1----------2-|");
}

Test(timeout, first_takes_the_place_of_each_for_the_first_item)
{
	expect("-----1--2----3|", LIMITS(.first = weir_ms(7), .each = weir_ms(3)), "-----1--2--#");
	expect("---1--|", LIMITS(.first = weir_ms(2), .each = weir_ms(9)), "--#");
}

Test(timeout, total_counts_from_the_subscription_to_the_end)
{
	expect("-1-2-3-4-5-6-|", LIMITS(.total = weir_ms(8)), "-1-2-3-4#");
	expect("-1-2-3-|", LIMITS(.total = weir_ms(8)), "-1-2-3-|");
	expect("-1-2-3-4-5-6-|", LIMITS(.total = weir_ms(8), .each = weir_ms(3)), "-1-2-3-4#");
	expect("-1-------4-5-6-|", LIMITS(.total = weir_ms(8), .each = weir_ms(3)), "-1--#");
}

Test(timeout, the_source_is_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2---------3-|");

	weir_test_bind_error(test, WEIR_ETIMEOUT, NULL);
	weir_test_expect(test, weir_timeout(source, LIMITS(.each = weir_ms(5))), "-1-2----#");
	weir_test_expect_subscriptions(test, source, "^-------!");
	MARBLES_OK(test);
}

Test(timeout, goes_on_with_the_fallback_when_the_source_has_been_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2---------3-|");
	weir_observable *fallback = weir_test_cold(test, "-8-----9|");

	weir_test_expect(
		test, weir_timeout(source, LIMITS(.each = weir_ms(5), .fallback = fallback)), "-1-2-----8-----9|");
	weir_test_expect_subscriptions(test, source, "^-------!");
	weir_test_expect_subscriptions(test, fallback, "--------^-------!");
	MARBLES_OK(test);
}

Test(timeout, the_fallback_is_not_touched_when_all_is_in_time)
{
	weir_test *test = weir_test_new();
	weir_observable *fallback = weir_test_cold(test, "8|");

	weir_test_expect(test,
		weir_timeout(weir_test_cold(test, "-1-2|"), LIMITS(.each = weir_ms(5), .fallback = fallback)), "-1-2|");
	weir_test_expect_subscriptions(test, fallback, "");
	MARBLES_OK(test);
}

static weir_observable *so_many(weir_value items, void *context)
{
	++*(int *)context;
	return weir_just(weir_retain(items));
}

Test(timeout, a_fallback_is_made_of_the_number_of_items_so_far)
{
	int calls = 0;
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_timeout(weir_test_cold(test, "-1-7-----3-|"),
			LIMITS(.each = weir_ms(3), .project = so_many, .context = &calls)),
		"-1-7--(2|)");
	weir_test_expect(test,
		weir_timeout(weir_test_cold(test, "------1|"),
			LIMITS(.first = weir_ms(3), .project = so_many, .context = &calls)),
		"---(0|)");
	weir_test_expect(test,
		weir_timeout(weir_test_cold(test, "--1|"),
			LIMITS(.each = weir_ms(3), .project = so_many, .context = &calls)),
		"--1|");
	MARBLES_OK(test);
	cr_expect_eq(calls, 2);
}

static weir_observable *silence(weir_value items, void *context)
{
	(void)items;
	++*(int *)context;
	return weir_never();
}

Test(timeout, the_fallback_has_no_limits_whenever_it_is_asked)
{
	struct recorder recorder;
	int calls = 0;

	record(&recorder,
		weir_timeout(weir_never(),
			LIMITS(.each = weir_ms(2), .total = weir_ms(3), .project = silence, .context = &calls)),
		0);
	record_run(&recorder, weir_ms(4));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(20));
	cr_expect_eq(calls, 1);
	RECORDED(&recorder, "");
}

static weir_observable *nothing(weir_value items, void *context)
{
	(void)items;
	(void)context;
	return NULL;
}

Test(timeout, a_projection_that_makes_nothing_is_a_failure)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_never(), LIMITS(.each = weir_ms(3), .project = nothing)), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(3));
	RECORDED(&recorder, "#EINVAL@3ms");
}

Test(timeout, errors_of_source_and_fallback_pass)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_timeout(weir_test_cold(test, "-1-#"), LIMITS(.each = weir_ms(5))), "-1-#");
	weir_test_expect(test,
		weir_timeout(weir_never(), LIMITS(.each = weir_ms(5), .fallback = weir_test_cold(test, "-8-#"))),
		"------8-#");
	MARBLES_OK(test);
}

Test(timeout, an_item_of_the_same_turn_is_in_time)
{
	struct recorder recorder;

	/* The timer of the limit is the older one, and runs out first. */
	record(&recorder, weir_timeout(weir_timer(weir_ms(5)), LIMITS(.first = weir_ms(5))), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "0@5ms |@5ms");
	record(&recorder, weir_timeout(weir_timer(weir_ms(5)), LIMITS(.total = weir_ms(5))), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "0@5ms |@5ms");
	record(&recorder, weir_timeout(weir_timer(weir_ms(5) + 1), LIMITS(.total = weir_ms(5))), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "#WEIR_ETIMEOUT@5ms");
}

Test(timeout, items_in_every_turn_do_not_put_off_the_total)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_timer_periodic(weir_ms(5), 0), LIMITS(.total = weir_ms(5))),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(5));
	RECORDED(&recorder, "0@5ms #WEIR_ETIMEOUT@5ms");
}

Test(timeout, what_is_not_requested_is_not_late)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_interval(weir_ms(3)), LIMITS(.each = weir_ms(5))), 1);
	record_run(&recorder, weir_ms(100));
	cr_expect_str_eq(recorder.text, "0@3ms");
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(100));
	RECORDED(&recorder, "0@3ms 33@102ms");

	record(&recorder, weir_timeout(weir_never(), LIMITS(.first = weir_ms(5))), 0);
	record_run(&recorder, weir_ms(100));
	cr_expect_eq(weir_loop_timer_count(recorder.loop), 0);
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(100));
	RECORDED(&recorder, "#WEIR_ETIMEOUT@105ms");
}

Test(timeout, total_counts_without_demand_too)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_interval(weir_ms(3)), LIMITS(.total = weir_ms(50))), 1);
	record_run(&recorder, weir_ms(100));
	RECORDED(&recorder, "0@3ms #WEIR_ETIMEOUT@50ms");
}

Test(timeout, the_fallback_is_asked_for_what_is_left)
{
	struct recorder recorder;

	record(&recorder,
		weir_timeout(weir_take(weir_timer_periodic(weir_ms(1), weir_ms(20)), 9),
			LIMITS(.each = weir_ms(5), .fallback = weir_range(7, 9))),
		3);
	record_run(&recorder, weir_ms(10));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@1ms 7@6ms 8@6ms 9@10ms");
}

static void expect_message(const struct weir_timeout_options *options, const char *expected)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_take(weir_timer_periodic(weir_us(500), weir_ms(20)), 9), options),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(10));
	cr_expect_str_eq(recorder.message, expected);
	record_end(&recorder);
}

Test(timeout, the_message_names_the_limit)
{
	expect_message(LIMITS(.first = 1500), "first: no item within 1500 ns, after 0 items");
	expect_message(LIMITS(.each = weir_us(150)), "each: no item within 150 us, after 0 items");
	expect_message(LIMITS(.each = weir_ms(15)), "each: no item within 15 ms, after 1 items");
	expect_message(LIMITS(.first = weir_ms(5), .each = weir_ms(15)), "each: no item within 15 ms, after 1 items");
	expect_message(LIMITS(.total = weir_ms(50)), "total: not complete within 50 ms, after 3 items");
}

Test(timeout, the_timer_goes_with_the_stream)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(
		test, weir_timeout(weir_test_cold(test, "-1-2-3"), LIMITS(.each = weir_s(5))), weir_ms(2), "-1");
	weir_test_expect(test, weir_timeout(weir_test_cold(test, "-1|"), LIMITS(.each = weir_s(5))), "-1|");
	MARBLES_OK(test);
}

Test(timeout, wrong_limits_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_timeout(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(
		recorder.message, "first is 0 ns, each 0 ns, total 0 ns; none may be negative, one must be set");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_timeout(weir_never(), LIMITS(.each = 5, .total = -1, .fallback = weir_never())),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
