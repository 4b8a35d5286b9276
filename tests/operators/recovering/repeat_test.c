/* repeat: the source again when it completes. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/recovering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_repeat(source, 3, weir_ms(1));
}

const struct conformance_subject conformance_subject = { .name = "repeat", .build = build };

Test(repeat, runs_the_source_so_many_times)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2|");

	weir_test_expect(test, weir_repeat(source, 3, 0), "-1-2-1-2-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "----^---!");
	weir_test_expect_subscriptions(test, source, "--------^---!");
	MARBLES_OK(test);
}

Test(repeat, once_is_the_source_itself)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_repeat(weir_test_cold(test, "-1-2|"), 1, weir_ms(9)), "-1-2|");
	MARBLES_OK(test);
}

Test(repeat, a_count_of_0_completes_without_subscribing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2|");

	weir_test_expect(test, weir_repeat(source, 0, 0), "|");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(repeat, waits_between_two_runs)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2|");

	weir_test_expect(test, weir_repeat(source, 2, weir_ms(3)), "-1-2----1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "-------^---!");
	MARBLES_OK(test);
}

Test(repeat, an_error_ends_it)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_repeat(weir_test_cold(test, "-1#"), 3, 0), "-1#");
	MARBLES_OK(test);
}

Test(repeat, cancelling_during_the_wait_leaves_nothing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_expect_cancelled(test, weir_repeat(source, WEIR_UNBOUNDED, weir_s(30)), weir_ms(5), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_OK(test);
}

Test(repeat, without_end_it_does_not_recurse)
{
	struct recorder recorder;
	weir_loop *loop = weir_loop_new_virtual();

	record_on(&recorder, loop,
		weir_skip(weir_take(weir_repeat(weir_range(1, 1), WEIR_UNBOUNDED, 0), 1000000), 999999),
		WEIR_UNBOUNDED);
	record_run(&recorder, 0);
	RECORDED(&recorder, "1@0ms |@0ms");
	weir_loop_free(loop);
}

Test(repeat, a_source_that_is_always_empty_lets_other_timers_run)
{
	weir_loop *loop = weir_loop_new();
	struct recorder endless, other;

	record_on(&endless, loop, weir_repeat(weir_empty(), WEIR_UNBOUNDED, 0), WEIR_UNBOUNDED);
	record_on(&other, loop, weir_timer(weir_ms(5)), WEIR_UNBOUNDED);
	/* However slow the machine is. */
	for (int turn = 0; turn < 1000 && !other.ended; turn++)
		weir_loop_run_for(loop, weir_ms(10));
	cr_expect(other.ended);
	record_end(&endless);
	record_end(&other);
	weir_loop_free(loop);
}

Test(repeat, passes_demand_on_to_the_run_at_hand)
{
	struct recorder recorder;

	record(&recorder, weir_repeat(weir_range(1, 2), WEIR_UNBOUNDED, 0), 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	RECORDED(&recorder, "1@0ms 2@0ms 1@0ms 2@0ms 1@0ms");
}

/* What the next run waits for: so many milliseconds, or what else. */
static weir_observable *wait_longer(uint64_t completed, void *context)
{
	(void)context;
	switch (completed) {
	case 1:
		return weir_timer(weir_ms(2));
	case 2:
		return weir_just(weir_nil());
	default:
		return weir_empty();
	}
}

static weir_observable *no_link(uint64_t completed, void *context)
{
	(void)completed;
	(void)context;
	return weir_throw(WEIR_EUSER, "error");
}

static weir_observable *null(uint64_t completed, void *context)
{
	(void)completed;
	(void)context;
	return NULL;
}

Test(repeat, the_next_run_may_wait_for_the_first_item_of_an_observable)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	/* The third run completes, and what it waits for has no item. */
	weir_test_expect(
		test, weir_repeat_with(source, &(weir_repeat_options){ .wait_for = wait_longer }), "-1---1-1|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "----^-!");
	weir_test_expect_subscriptions(test, source, "------^-!");
	weir_test_expect(test,
		weir_repeat_with(
			weir_test_cold(test, "-1|"), &(weir_repeat_options){ .count = 2, .wait_for = wait_longer }),
		"-1---1|");
	weir_test_expect(test,
		weir_repeat_with(weir_test_cold(test, "-1|"), &(weir_repeat_options){ .wait_for = no_link }), "-1#");
	MARBLES_OK(test);
}

Test(repeat, a_wait_for_null_is_a_failure)
{
	struct recorder recorder;

	record(&recorder, weir_repeat_with(weir_empty(), &(weir_repeat_options){ .wait_for = null }), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

Test(repeat, options_of_zero_repeat_for_ever)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(test, weir_repeat_with(weir_test_cold(test, "-1|"), NULL), weir_ms(8), "-1-1-1-1");
	weir_test_expect(test,
		weir_repeat_with(
			weir_test_cold(test, "-1|"), &(weir_repeat_options){ .count = 2, .delay = weir_ms(2) }),
		"-1---1|");
	MARBLES_OK(test);
}

Test(repeat, a_null_source_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_repeat(NULL, 1, 0), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

static weir_value tens(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) / 10);
}

static weir_observable *two_from_ten_times(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 2);
}

/* Without it, a stage that drops what it cannot emit would lose what comes at once. */
Test(repeat, a_run_begins_with_the_demand)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect(test,
		weir_map(weir_repeat(weir_switch_map(weir_range(1, 3), two_from_ten_times, NULL), 1, 0), tens, NULL),
		"(112233|)");
	MARBLES_OK(test);
	test = weir_test_new();
	weir_test_expect_with_demand(test, weir_repeat(numbers((struct numbers){ .count = 9, .log = &log }), 2, 0), 3,
		2, "(123456789123456789|)");
	MARBLES_OK(test);
	test = weir_test_new();
	log = (struct numbers_log){ 0 };
	weir_test_expect_with_demand(
		test, weir_repeat(numbers((struct numbers){ .count = 9, .log = &log }), 2, 0), 3, 0, "(123)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3, "asked for %llu", (unsigned long long)log.requested);
	weir_test_free(test);
}
