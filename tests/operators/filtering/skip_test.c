/* skip: all but the first values. */
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_skip(source, 4);
}

const struct conformance_subject conformance_subject = { .name = "skip", .build = build };

Test(skip, leaves_out_the_first_ones)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(test, weir_skip(source, 2), "-----3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect(test, weir_skip(weir_test_cold(test, "-1-2-|"), 0), "-1-2-|");
	weir_test_expect(test, weir_skip(weir_test_cold(test, "-a-b-|"), 9), "-----|");
	MARBLES_OK(test);
}

Test(skip, an_error_passes_while_it_skips)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_skip(weir_test_cold(test, "-1-#"), 2), "---#");
	weir_test_expect(test, weir_skip(weir_test_cold(test, "-1-2-3-#"), 2), "-----3-#");
	MARBLES_OK(test);
}

Test(skip, what_is_left_out_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_skip(numbers((struct numbers){ .count = 9, .log = &log }), 3), 2, 0, "(45)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 5);
	weir_test_free(test);
}

Test(skip, skipping_many_does_not_recurse)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_skip(numbers((struct numbers){ .count = 1000000 }), 1000000), 1, 0, "|");
	MARBLES_OK(test);
}

Test(skip, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-|");

	weir_test_expect_cancelled(test, weir_skip(source, 1), weir_ms(4), "---2");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
