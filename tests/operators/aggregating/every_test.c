/* every: whether all values satisfy a predicate. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_every(source, is_below_three, NULL);
}

const struct conformance_subject conformance_subject = { .name = "every", .build = build };

static weir_test *test_of_truths(void)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_bind(test, 't', weir_bool(true));
	return test;
}

Test(every, false_at_the_first_value_that_fails)
{
	weir_test *test = test_of_truths();
	weir_observable *source = weir_test_cold(test, "-2-4-5-6-|");

	weir_test_expect(test, weir_every(source, is_even, NULL), "-----(f|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(every, true_on_completion)
{
	weir_test *test = test_of_truths();

	weir_test_expect(test, weir_every(weir_test_cold(test, "-2-4-|"), is_even, NULL), "-----(t|)");
	weir_test_expect(test, weir_every(weir_test_cold(test, "--|"), is_never, NULL), "--(t|)");
	MARBLES_OK(test);
}

Test(every, errors)
{
	weir_test *test = test_of_truths();

	weir_test_expect(test, weir_every(weir_test_cold(test, "-2-#"), is_even, NULL), "---#");
	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_every(weir_test_cold(test, "-1-3-|"), fails_at_three, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_every(weir_test_cold(test, "-1-3-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(every, the_source_is_asked_for_one_after_the_other_and_the_result_waits)
{
	weir_test *test = test_of_truths();
	struct numbers_log logs[2] = { { 0 } };

	weir_test_expect(test,
		weir_every(numbers((struct numbers){ .count = 9, .log = &logs[0] }), is_below_three, NULL), "(f|)");
	weir_test_expect_with_demand(test,
		weir_every(numbers((struct numbers){ .count = 9, .log = &logs[1] }), is_below_three, NULL), 0, 0, "");
	weir_test_expect_with_demand(test, weir_every(weir_empty(), is_even, NULL), 0, 0, "");
	weir_test_expect_with_demand(test, weir_every(weir_empty(), is_even, NULL), 1, 0, "(t|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(logs[0].requested, 3);
	cr_expect_eq(logs[1].requested, 0);
	weir_test_free(test);
}
