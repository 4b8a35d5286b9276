/* pairwise: each value with the one before. */
#include <errno.h>

#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "pairwise", .build = weir_pairwise };

Test(pairwise, emits_each_value_with_the_one_before)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("23"));
	weir_test_expect(test, weir_pairwise(source), "---a-b-|");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(pairwise, one_value_makes_no_pair_and_nil_is_a_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'p', weir_make_array((weir_value[]){ weir_nil(), weir_nil() }, 2));
	weir_test_expect(test, weir_pairwise(weir_test_cold(test, "-1-|")), "---|");
	weir_test_expect(test, weir_pairwise(weir_test_cold(test, "-n-n|")), "---p|");
	weir_test_expect(test, weir_pairwise(weir_test_cold(test, "-1-#")), "---#");
	MARBLES_OK(test);
}

Test(pairwise, every_pair_owns_its_values)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'x', letters("ab"));
	weir_test_bind(test, 'y', letters("bc"));
	weir_test_expect(test, weir_pairwise(weir_test_cold(test, "-a-b-c-|")), "---x-y-|");
	weir_test_expect_cancelled(test, weir_pairwise(weir_test_cold(test, "-a-b-c-|")), weir_ms(4), "---x");
	MARBLES_OK(test);
}

Test(pairwise, the_first_value_is_replaced)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("23"));
	weir_test_expect_with_demand(
		test, weir_pairwise(numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(ab)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

Test(pairwise, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-|");

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect_cancelled(test, weir_pairwise(source), weir_ms(4), "---a");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
