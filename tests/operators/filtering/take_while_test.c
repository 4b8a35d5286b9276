/* take_while: values as long as a predicate holds, with or without the one that ends it. */
#include <errno.h>

#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_take_while(source, is_below_three, NULL, true);
}

const struct conformance_subject conformance_subject = { .name = "take_while", .build = build };

Test(take_while, completes_at_the_first_value_that_fails)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-5-1-|");

	weir_test_expect(test, weir_take_while(source, is_below_three, NULL, false), "-1-2-|");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(take_while, inclusive_passes_on_the_value_that_ends_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-5-1-|");

	weir_test_expect(test, weir_take_while(source, is_below_three, NULL, true), "-1-2-(5|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(take_while, completes_with_the_source)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take_while(weir_test_cold(test, "-1-2-|"), is_below_three, NULL, false), "-1-2-|");
	weir_test_expect(test, weir_take_while(weir_test_cold(test, "-1-2-#"), is_below_three, NULL, true), "-1-2-#");
	weir_test_expect(test, weir_take_while(weir_test_cold(test, "--|"), is_below_three, NULL, true), "--|");
	MARBLES_OK(test);
}

Test(take_while, a_predicate_that_fails_ends_it_without_the_value)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-3-|");

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_take_while(source, fails_at_three, NULL, true), "-1-#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_take_while(weir_test_cold(test, "-1-|"), NULL, NULL, true), "#");
	MARBLES_OK(test);
}

Test(take_while, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_take_while(numbers((struct numbers){ .count = 9, .log = &log }), is_below_three, NULL, false), 3,
		0, "(12|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	cr_expect_eq(log.emitted, 3);
	weir_test_free(test);
}

Test(take_while, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-5-|");

	weir_test_expect_cancelled(test, weir_take_while(source, is_below_three, NULL, false), weir_ms(3), "-1");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}
