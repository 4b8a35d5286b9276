/* with_index: each value with its index. */
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "with_index", .build = weir_with_index };

Test(with_index, the_index_counts_from_0_in_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-7-7-8-|");
	weir_observable *observable = weir_with_index(source);

	weir_test_bind(test, 'a', digits("70"));
	weir_test_bind(test, 'b', digits("71"));
	weir_test_bind(test, 'c', digits("82"));
	weir_test_expect(test, weir_ref(observable), "-a-b-c-|");
	weir_test_expect(test, observable, "-a-b-c-|");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(with_index, nil_and_what_is_counted_have_an_index_too)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'a', weir_make_array((weir_value[]){ weir_nil(), weir_int(0) }, 2));
	weir_test_bind(test, 'l', letters("x"));
	weir_test_bind(test, 'b', weir_make_array((weir_value[]){ letters("x"), weir_int(1) }, 2));
	weir_test_expect(test, weir_with_index(weir_test_cold(test, "-n-l-|")), "-a-b-|");
	MARBLES_OK(test);
}

Test(with_index, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("10"));
	weir_test_expect(test, weir_with_index(weir_test_cold(test, "-1-#")), "-a-#");
	MARBLES_OK(test);
}

Test(with_index, demand_is_passed_on)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'a', digits("10"));
	weir_test_bind(test, 'b', digits("21"));
	weir_test_expect_with_demand(
		test, weir_with_index(numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(ab)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
