/* count: how many values there were. */
#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "count", .build = weir_count };

Test(count, emits_the_number_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-|");

	weir_test_expect(test, weir_count(source), "-------(3|)");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_count(weir_test_cold(test, "--|")), "--(0|)");
	weir_test_expect(test, weir_count(weir_test_cold(test, "-a-#")), "---#");
	weir_test_expect(test, weir_count(weir_filter(weir_test_cold(test, "-1-2-4-|"), is_even, NULL)), "-------(2|)");
	MARBLES_OK(test);
}

Test(count, the_source_is_asked_for_everything_and_the_number_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test, weir_count(numbers((struct numbers){ .count = 3, .log = &log })), 0, 0, "");
	weir_test_expect_with_demand(test, weir_count(weir_range(1, 3)), 1, 0, "(3|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(count, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-a-b-c-|");

	weir_test_expect_cancelled(test, weir_count(source), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
