/* to_array: all values as one array, when it is asked for. */
#include <weir/aggregating.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "to_array", .build = weir_to_array };

Test(to_array, emits_all_values_in_order_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'x', letters("ab"));
	weir_test_expect(test, weir_to_array(weir_test_cold(test, "-a-b-|")), "-----(x|)");
	weir_test_bind(test, 'a', digits("123"));
	weir_test_bind(test, 'e', digits(""));
	weir_test_expect(test, weir_to_array(source), "-------(a|)");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_to_array(weir_test_cold(test, "--|")), "--(e|)");
	weir_test_expect(test, weir_to_array(weir_test_cold(test, "-a-b-#")), "-----#");
	MARBLES_OK(test);
}

Test(to_array, holds_many)
{
	enum {
		COUNT = 10000,
	};
	static weir_value items[COUNT];
	weir_test *test = weir_test_new();

	for (int index = 0; index < COUNT; index++)
		items[index] = weir_int(index);
	weir_test_bind(test, 'a', weir_make_array(items, COUNT));
	weir_test_expect(test, weir_to_array(weir_range(0, COUNT)), "(a|)");
	MARBLES_OK(test);
}

Test(to_array, the_source_is_asked_for_everything_and_the_array_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'a', digits("123"));
	weir_test_expect_with_demand(
		test, weir_to_array(numbers((struct numbers){ .count = 3, .log = &log })), 0, 0, "");
	weir_test_expect_with_demand(test, weir_to_array(weir_range(1, 3)), 1, 0, "(a|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(to_array, cancel_releases_what_was_collected)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-a-b-c-|");

	weir_test_expect_cancelled(test, weir_to_array(source), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
