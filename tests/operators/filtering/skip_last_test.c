/* skip_last: all but the last values. */
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_skip_last(source, 4);
}

const struct conformance_subject conformance_subject = { .name = "skip_last", .build = build };

Test(skip_last, each_value_comes_when_so_many_others_have_followed)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");

	weir_test_expect(test, weir_skip_last(source, 2), "-----a-b-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect(test, weir_skip_last(weir_test_cold(test, "-a-b-|"), 5), "-----|");
	weir_test_expect(test, weir_skip_last(weir_test_cold(test, "-a-b-|"), 0), "-a-b-|");
	weir_test_expect(test, weir_skip_last(weir_test_cold(test, "-a-b-c-#"), 2), "-----a-#");
	MARBLES_OK(test);
}

Test(skip_last, the_first_ones_are_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_skip_last(numbers((struct numbers){ .count = 9, .log = &log }), 3), 2, 0, "(12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 5);
	weir_test_free(test);
}

Test(skip_last, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-a-b-c-|");

	weir_test_expect_cancelled(test, weir_skip_last(source, 1), weir_ms(4), "---a");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
