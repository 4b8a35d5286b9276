/* last: the last value, a fallback, or the error that there is none. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_last_or(source, weir_string("none"));
}

const struct conformance_subject conformance_subject = { .name = "last", .build = build };

Test(last, emits_the_last_value_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-|");

	weir_test_expect(test, weir_last(source), "-------(c|)");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_last_or(weir_test_cold(test, "-a-b-|"), weir_int(7)), "-----(b|)");
	MARBLES_OK(test);
}

Test(last, without_a_value_is_an_error_or_the_fallback)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_last_or(weir_test_cold(test, "---|"), weir_string("x")), "---(x|)");
	weir_test_expect(test, weir_last_or(weir_empty(), weir_nil()), "(n|)");
	weir_test_expect(test, weir_last_or(weir_test_cold(test, "-1-#"), weir_nil()), "---#");
	weir_test_bind_error(test, WEIR_EEMPTY, "the source completed without a value");
	weir_test_expect(test, weir_last(weir_test_cold(test, "---|")), "---#");
	MARBLES_OK(test);
}

Test(last_where, the_last_value_that_satisfies_the_predicate)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_last_where(weir_test_cold(test, "-1-2-3-4-5-|"), is_even, NULL), "-----------(4|)");
	weir_test_bind_error(test, WEIR_EEMPTY, "the source completed without a value");
	weir_test_expect(test, weir_last_where(weir_test_cold(test, "-1-|"), is_even, NULL), "---#");
	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_last_where(weir_test_cold(test, "-1-3-|"), fails_at_three, NULL), "---#");
	weir_test_bind_error(test, ENOENT, "no fallback");
	weir_test_expect(test, weir_last_or(weir_test_cold(test, "-1-3-|"), weir_fail(ENOENT, "no fallback")), "#");
	MARBLES_OK(test);
}

Test(last, the_source_is_asked_for_everything_and_the_value_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test, weir_last(numbers((struct numbers){ .count = 9, .log = &log })), 0, 0, "");
	weir_test_expect_with_demand(test, weir_last(weir_range(1, 9)), 1, 0, "(9|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	cr_expect_eq(log.finished, 1, "the source is released while the value waits");
	weir_test_free(test);
}

Test(last, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-a-b-c-|");

	weir_test_expect_cancelled(test, weir_last(source), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
