/* merge: the items of all as they come. */
#include <errno.h>
#include <stdio.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/subject.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_merge((weir_observable *[]){ source, weir_range(50, 5) }, 2, 0);
}

const struct conformance_subject conformance_subject = {
	.name = "merge", .build = build, .demand_changes_order = "two run at once, each as far as it was asked"
};

#define MERGE(concurrency, ...) \
	weir_merge((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), (concurrency))

Test(merge, passes_on_the_items_of_all_as_they_come)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---2|");
	weir_observable *b = weir_test_cold(test, "--x---y-|");

	weir_test_expect(test, MERGE(0, a, b), "-1x--2y-|");
	weir_test_expect_subscriptions(test, a, "^-----!");
	weir_test_expect_subscriptions(test, b, "^-------!");
	MARBLES_OK(test);
}

Test(merge, at_most_so_many_run_at_once_in_order)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-----|");
	weir_observable *b = weir_test_cold(test, "--2-|");
	weir_observable *c = weir_test_cold(test, "-3-|");

	weir_test_expect(test, MERGE(2, a, b, c), "-12--3-|");
	weir_test_expect_subscriptions(test, a, "^------!");
	weir_test_expect_subscriptions(test, b, "^---!");
	weir_test_expect_subscriptions(test, c, "----^--!");
	weir_test_expect(test, MERGE(1, weir_range(1, 2), weir_range(3, 2), weir_range(5, 2)), "(123456|)");
	MARBLES_OK(test);
}

Test(merge, without_sources_it_completes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_merge(NULL, 0, 0), "|");
	weir_test_expect(test, MERGE(0, weir_empty(), weir_empty()), "|");
	weir_test_expect(test, MERGE(1, weir_empty(), weir_empty()), "|");
	MARBLES_OK(test);
}

Test(merge, an_error_cancels_the_others)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1-2");

	weir_test_expect(test, MERGE(0, other, weir_test_cold(test, "--#")), "-1#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(merge, after_a_synchronous_error_the_rest_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *rest = weir_test_cold(test, "-1-");

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, MERGE(0, weir_range(1, 2), weir_map(rest, NULL, NULL), weir_range(3, 2)), "(12#)");
	weir_test_expect_subscriptions(test, rest, "");
	MARBLES_OK(test);
}

Test(merge, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-1-1");
	weir_observable *b = weir_test_cold(test, "--2-2-");

	weir_test_expect_cancelled(test, MERGE(0, a, b), weir_ms(3), "-12");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

Test(merge, each_source_is_lent_what_is_demanded_at_most_16)
{
	weir_test *test = weir_test_new();
	struct numbers_log few = { 0 };
	struct numbers_log many = { 0 };

	weir_test_expect_with_demand(test,
		MERGE(0, numbers((struct numbers){ .count = 9, .interval = weir_ms(1), .log = &few }), weir_never()), 3,
		0, "-123");
	weir_test_expect_with_demand(test,
		MERGE(0, numbers((struct numbers){ .count = 2, .interval = weir_ms(1), .log = &many }), weir_never()),
		99, 0, "-12");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(few.requested, 3);
	cr_expect_eq(many.requested, 16);
	weir_test_free(test);
}

static void count_batch(const weir_value *values, size_t count, void *context)
{
	(void)values;
	*(size_t *)context += count;
}

Test(merge, batches_pass_through)
{
	weir_loop *loop = weir_loop_new_virtual();
	size_t count = 0;

	weir_subscribe(MERGE(0, numbers((struct numbers){ .count = 64, .batch = 16 }),
			       numbers((struct numbers){ .count = 32, .batch = 8 })),
		loop, &(weir_observer){ .next_batch = count_batch, .context = &count });
	cr_expect_eq(count, 96);
	weir_loop_free(loop);
}

static void keep_subscription(weir_subscription *subscription, void *context)
{
	*(weir_subscription **)context = subscription;
}

static void cancel_at_3(weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		weir_cancel(*(weir_subscription **)context);
}

Test(merge, the_rest_of_a_batch_in_which_it_is_cancelled_is_released)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subscription *subscription = NULL;

	for (uint64_t demand = 0; demand <= 16; demand += 8)
		weir_subscribe(MERGE(0, numbers((struct numbers){ .count = 64, .batch = 16 })), loop,
			&(weir_observer){ .subscribed = keep_subscription,
				.next = cancel_at_3,
				.context = &subscription,
				.demand = demand });
	weir_loop_free(loop);
}

Test(merge, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 2 is NULL");
	weir_test_expect(test, MERGE(0, weir_range(1, 2), NULL), "#");
	MARBLES_OK(test);
}

Test(merge, with_adds_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, weir_merge_with(weir_test_cold(test, "-1---2|"), weir_test_cold(test, "--x---y-|")), "-1x--2y-|");
	MARBLES_OK(test);
}

/* A consumer that speaks to the inputs from inside its items, and writes down where each item begins and ends. */
struct echo {
	weir_subject *a;
	weir_subject *b;
	char text[64];
};

static void echo_next(weir_value value, void *context)
{
	struct echo *echo = context;
	int64_t number = weir_as_int(value);
	size_t length = strlen(echo->text);

	snprintf(echo->text + length, sizeof echo->text - length, "<%d ", (int)number);
	if (number < 3) {
		weir_subject_next(number % 2 == 1 ? echo->b : echo->a, weir_int(number + 1));
	} else {
		weir_subject_complete(echo->b);
		weir_subject_complete(echo->a);
	}
	length = strlen(echo->text);
	snprintf(echo->text + length, sizeof echo->text - length, "%d> ", (int)number);
}

static void echo_complete(void *context)
{
	struct echo *echo = context;

	strcat(echo->text, "|");
}

Test(merge, what_the_consumer_pushes_into_another_input_waits_for_the_end_of_the_item)
{
	for (uint64_t demand = 0; demand < 20; demand += 4) {
		weir_loop *loop = weir_loop_new_virtual();
		struct echo echo = { weir_subject_new(), weir_subject_new(), "" };

		weir_subscribe(MERGE(0, weir_subject_observable(echo.a), weir_subject_observable(echo.b)), loop,
			&(weir_observer){
				.next = echo_next, .complete = echo_complete, .context = &echo, .demand = demand });
		weir_subject_next(echo.a, weir_int(1));
		cr_expect_str_eq(echo.text, "<1 1> <2 2> <3 3> |", "demand %d: %s", (int)demand, echo.text);
		weir_subject_unref(echo.a);
		weir_subject_unref(echo.b);
		weir_loop_free(loop);
	}
}

#define DELAYING(...) \
	weir_merge_delay_error((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), 0)

Test(merge, delayed_errors_come_when_all_have_ended)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-#");

	weir_test_expect(test, DELAYING(a, weir_test_cold(test, "--x--y-|")), "-1x--y-#");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "-1|"), weir_test_cold(test, "-#")), "-1#");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "-1|"), weir_test_cold(test, "--2|")), "-12|");
	weir_test_expect(test, weir_merge_delay_error(NULL, 0, 0), "|");
	weir_test_expect(test,
		weir_merge_delay_error(
			(weir_observable *[]){ weir_test_cold(test, "-#"), weir_test_cold(test, "-2|") }, 2, 1),
		"--2#");

	weir_observable *both = DELAYING(weir_test_cold(test, "-#"), weir_test_cold(test, "--2#"));

	weir_test_bind_error(test, WEIR_ECOMPOSITE, "several sources have failed");
	weir_test_expect(test, both, "--2#");
	MARBLES_OK(test);
}

static void check_causes(const weir_error *error, void *context)
{
	*(bool *)context = true;
	cr_assert_eq(weir_error_cause_count(error), 2);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 0)), ERANGE);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 1)), ENOENT);
}

Test(merge, of_several_delayed_errors_none_is_lost)
{
	weir_loop *loop = weir_loop_new_virtual();
	bool failed = false;

	weir_subscribe(DELAYING(weir_throw(ERANGE, "a"), weir_range(1, 2), weir_throw(ENOENT, "b")), loop,
		&(weir_observer){ .error = check_causes, .context = &failed });
	cr_expect(failed);
	weir_loop_free(loop);
}

Test(merge, delayed_errors_come_behind_the_items_that_wait)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, DELAYING(weir_test_cold(test, "(12#)"), weir_test_cold(test, "(34|)")), 1, 1, "(1234#)");
	MARBLES_OK(test);
}
