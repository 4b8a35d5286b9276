/* generate: a loop over a state whose steps run when their item is asked for. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"

static int is_below_ten(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) < 10;
}

static weir_value increment(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) + 1);
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_generate(weir_int(1), is_below_ten, increment, times_ten, NULL);
}

const struct conformance_subject conformance_subject = { .name = "generate", .build = build, .creates = true };

Test(generate, emits_the_result_of_each_state_while_the_condition_holds)
{
	weir_test *test = weir_test_new();

	for (int digit = 1; digit < 5; digit++)
		weir_test_bind(test, (char)('a' + digit - 1), weir_int(10 * digit));
	weir_test_expect(test, weir_generate(weir_int(1), is_below_three, increment, times_ten, NULL), "(ab|)");
	weir_test_expect(test, weir_generate(weir_int(3), is_below_three, increment, times_ten, NULL), "|");
	MARBLES_OK(test);
}

Test(generate, without_result_the_state_and_without_condition_for_ever)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_generate(weir_int(1), is_below_three, increment, NULL, NULL), "(12|)");
	weir_test_expect_with_demand(test, weir_generate(weir_int(1), NULL, increment, NULL, NULL), 4, 0, "(1234)");
	MARBLES_OK(test);
}

struct calls {
	int conditions;
	int iterations;
};

static int count_condition(weir_value value, void *context)
{
	((struct calls *)context)->conditions++;
	return weir_as_int(value) < 3;
}

static weir_value count_iteration(weir_value value, void *context)
{
	((struct calls *)context)->iterations++;
	return weir_int(weir_as_int(value) + 1);
}

Test(generate, steps_run_when_their_item_is_asked_for)
{
	weir_test *test = weir_test_new();
	struct calls calls = { 0 };
	struct calls idle = { 0 };

	weir_test_expect_with_demand(
		test, weir_generate(weir_int(0), count_condition, count_iteration, NULL, &calls), 2, 0, "(01)");
	weir_test_expect_with_demand(
		test, weir_generate(weir_int(0), count_condition, count_iteration, NULL, &idle), 0, 0, "");
	MARBLES_OK(test);
	cr_expect_eq(calls.conditions, 2);
	cr_expect_eq(calls.iterations, 1);
	cr_expect_eq(idle.conditions, 0);
}

Test(generate, emits_no_more_than_requested)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_generate(weir_int(0), is_below_three, increment, NULL, NULL), 1, 1, "(012|)");
	weir_test_expect_with_demand(
		test, weir_generate(weir_int(0), is_below_three, increment, NULL, NULL), 3, 0, "(012)");
	weir_test_expect_with_demand(
		test, weir_generate(weir_int(0), is_below_three, increment, NULL, NULL), 4, 0, "(012|)");
	MARBLES_OK(test);
}

Test(generate, failures_of_the_callbacks_end_it)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ERANGE, "the condition failed");
	weir_test_expect(test, weir_generate(weir_int(1), fails_at_three, increment, NULL, NULL), "(12#)");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test, weir_generate(weir_int(1), NULL, increment, map_fails_at_three, NULL), "(12#)");
	weir_test_expect(test, weir_generate(weir_int(3), NULL, map_fails_at_three, NULL, NULL), "(3#)");
	MARBLES_OK(test);
}

Test(generate, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the iteration is NULL");
	weir_test_expect(test, weir_generate(weir_string("x"), NULL, NULL, NULL, NULL), "#");
	weir_test_bind_error(test, ENOENT, "no beginning");
	weir_test_expect(test, weir_generate(weir_fail(ENOENT, "no beginning"), NULL, increment, NULL, NULL), "#");
	MARBLES_OK(test);
}

static void count_item(weir_value value, void *context)
{
	(void)value;
	++*(uint64_t *)context;
}

Test(generate, an_endless_one_lets_others_work)
{
	uint64_t items = 0;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subscription *subscription = weir_subscribe(weir_generate(weir_int(0), NULL, increment, NULL, NULL), loop,
		&(struct weir_observer){ .next = count_item, .context = &items });

	cr_expect_gt(items, 0);
	cr_expect_eq(weir_loop_timer_count(loop), 1);
	weir_cancel(subscription);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	weir_loop_free(loop);
}

static weir_value append(weir_value value, void *context)
{
	return join(value, weir_int(1), context);
}

static int condition_cancels(weir_value value, void *context)
{
	victim_cancel(context);
	return weir_length(value) > 0;
}

static weir_value iteration_cancels(weir_value value, void *context)
{
	victim_cancel(context);
	return append(value, context);
}

static weir_value result_cancels(weir_value value, void *context)
{
	victim_cancel(context);
	return append(value, context);
}

static weir_value must_not_run(weir_value value, void *context)
{
	(void)context;
	cr_assert_fail("a callback ran after the cancel");
	return weir_retain(value);
}

Test(generate, a_callback_may_cancel)
{
	struct victim victim;

	victim_run(&victim,
		weir_generate(weir_string_format("s"), condition_cancels, must_not_run, must_not_run, &victim), 0);
	victim_run(&victim, weir_generate(weir_string_format("s"), NULL, iteration_cancels, NULL, &victim), 1);
	victim_run(&victim, weir_generate(weir_string_format("s"), NULL, append, result_cancels, &victim), 0);
}
