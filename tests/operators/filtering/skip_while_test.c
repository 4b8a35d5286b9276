/* skip_while: everything from the first value on for which a predicate does not hold. */
#include <errno.h>

#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_skip_while(source, is_below_three, NULL);
}

const struct conformance_subject conformance_subject = { .name = "skip_while", .build = build };

Test(skip_while, passes_everything_from_the_first_failing_value_on)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-5-1-|");

	weir_test_expect(test, weir_skip_while(source, is_below_three, NULL), "-----5-1-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect(test, weir_skip_while(weir_test_cold(test, "-1-2-|"), is_below_three, NULL), "-----|");
	weir_test_expect(test, weir_skip_while(weir_test_cold(test, "-1-#"), is_below_three, NULL), "---#");
	MARBLES_OK(test);
}

static int counts_calls(weir_value value, void *context)
{
	++*(int *)context;
	return weir_as_int(value) < 2;
}

Test(skip_while, the_predicate_is_not_called_any_more_then)
{
	weir_test *test = weir_test_new();
	int calls = 0;

	weir_test_expect(test, weir_skip_while(weir_test_cold(test, "-1-2-1-|"), counts_calls, &calls), "---2-1-|");
	MARBLES_OK(test);
	cr_expect_eq(calls, 2);
}

Test(skip_while, a_predicate_that_fails_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-3-|");

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_skip_while(source, fails_at_three, NULL), "---#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_skip_while(weir_test_cold(test, "-1-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(skip_while, what_is_dropped_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_skip_while(numbers((struct numbers){ .count = 9, .log = &log }), is_below_three, NULL), 2, 0,
		"(34)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4);
	weir_test_free(test);
}
