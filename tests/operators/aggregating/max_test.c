/* max: the greatest value, when it is asked for. */
#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_max(source, NULL, NULL);
}

const struct conformance_subject conformance_subject = { .name = "max", .build = build };

Test(max, emits_the_greatest_value_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-3-7-5-|");

	weir_test_expect(test, weir_max(source, NULL, NULL), "-------(7|)");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_max(weir_test_cold(test, "-a-|"), NULL, NULL), "---(a|)");
	weir_test_expect(test, weir_max(weir_test_cold(test, "--|"), NULL, NULL), "--|");
	weir_test_expect(test, weir_max(weir_test_cold(test, "-1-#"), NULL, NULL), "---#");
	MARBLES_OK(test);
}

static int reverse(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_compare(right, left);
}

static int by_remainder(weir_value left, weir_value right, void *context)
{
	(void)context;
	return (int)(weir_as_int(left) % 3 - weir_as_int(right) % 3);
}

Test(max, the_order_may_be_given_and_of_equal_values_the_last_is_taken)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_max(weir_test_cold(test, "-3-7-5-|"), reverse, NULL), "-------(3|)");
	weir_test_expect(test, weir_max(weir_test_cold(test, "-1-4-7|"), by_remainder, NULL), "------(7|)");
	MARBLES_OK(test);
}

Test(max, the_source_is_asked_for_everything_and_the_value_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_max(numbers((struct numbers){ .count = 9, .log = &log }), NULL, NULL), 0, 0, "");
	weir_test_expect_with_demand(test, weir_max(weir_range(5, 1), NULL, NULL), 1, 0, "(5|)");
	weir_test_expect_with_demand(test, weir_max(weir_empty(), NULL, NULL), 0, 0, "|");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

static weir_value spell(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("number %lld", (long long)weir_as_int(value));
}

static int compare_cancels(weir_value left, weir_value right, void *context)
{
	victim_cancel(context);
	return weir_compare(left, right);
}

Test(max, the_comparison_may_cancel)
{
	struct victim victim;

	victim_run(&victim, weir_max(weir_map(weir_range(1, 9), spell, NULL), compare_cancels, &victim), 0);
}
