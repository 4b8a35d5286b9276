/* iif: one of two observables, chosen at each subscription. */
#include <errno.h>

#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static int yes(void *context)
{
	(void)context;
	return 1;
}

static int no(void *context)
{
	(void)context;
	return 0;
}

static int fails(void *context)
{
	(void)context;
	return -ERANGE;
}

static int alternates(void *context)
{
	return ++*(int *)context % 2;
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_iif(yes, NULL, weir_range(1, 9), weir_never());
}

const struct conformance_subject conformance_subject = { .name = "iif", .build = build, .creates = true };

Test(iif, subscribes_to_the_chosen_one_only)
{
	weir_test *test = weir_test_new();
	weir_observable *left = weir_test_cold(test, "--1-2|");
	weir_observable *right = weir_test_cold(test, "-x|");

	weir_test_expect(test, weir_iif(yes, NULL, left, right), "--1-2|");
	weir_test_expect_subscriptions(test, left, "^----!");
	weir_test_expect_subscriptions(test, right, "");
	MARBLES_OK(test);
}

Test(iif, chooses_anew_at_each_subscription)
{
	weir_test *test = weir_test_new();
	int calls = 0;
	weir_observable *observable =
		weir_iif(alternates, &calls, weir_test_cold(test, "--1-2|"), weir_test_cold(test, "-x|"));

	cr_expect_eq(calls, 0);
	weir_test_expect(test, weir_ref(observable), "--1-2|");
	weir_test_expect(test, weir_ref(observable), "-x|");
	weir_test_expect(test, observable, "--1-2|");
	MARBLES_OK(test);
}

Test(iif, a_missing_branch_is_empty)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_iif(yes, NULL, NULL, weir_never()), "|");
	weir_test_expect(test, weir_iif(no, NULL, weir_never(), NULL), "|");
	MARBLES_OK(test);
}

Test(iif, an_error_of_the_chosen_one_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_iif(no, NULL, NULL, weir_test_cold(test, "-1-#")), "-1-#");
	MARBLES_OK(test);
}

Test(iif, a_condition_that_fails_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *left = weir_test_cold(test, "--1-2|");

	weir_test_bind_error(test, ERANGE, "the condition failed");
	weir_test_expect(test, weir_iif(fails, NULL, left, NULL), "#");
	weir_test_expect_subscriptions(test, left, "");
	weir_test_bind_error(test, EINVAL, "the condition is NULL");
	weir_test_expect(test, weir_iif(NULL, NULL, weir_never(), weir_never()), "#");
	MARBLES_OK(test);
}

Test(iif, demand_and_cancel_reach_the_chosen_one)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *left = weir_test_cold(test, "--1-2|");

	weir_test_expect_with_demand(
		test, weir_iif(no, NULL, NULL, numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(12)");
	weir_test_expect_cancelled(test, weir_iif(yes, NULL, left, NULL), weir_ms(3), "--1");
	weir_test_expect_subscriptions(test, left, "^--!");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
