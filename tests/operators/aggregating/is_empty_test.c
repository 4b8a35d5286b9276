/* is_empty: whether the source completes without a value. */
#include <weir/aggregating.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "is_empty", .build = weir_is_empty };

Test(is_empty, false_at_the_first_value_true_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "--a-b-|");

	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_bind(test, 't', weir_bool(true));
	weir_test_expect(test, weir_is_empty(source), "--(f|)");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test, weir_is_empty(weir_test_cold(test, "---|")), "---(t|)");
	weir_test_expect(test, weir_is_empty(weir_test_cold(test, "---#")), "---#");
	weir_test_expect(test, weir_is_empty(weir_empty()), "(t|)");
	weir_test_expect_with_demand(test, weir_is_empty(weir_empty()), 0, 0, "");
	MARBLES_OK(test);
}

Test(is_empty, the_source_is_asked_for_one_value)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_expect(test, weir_is_empty(numbers((struct numbers){ .count = 9, .log = &log })), "(f|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 1);
	weir_test_free(test);
}
