/* element_at: the value at an index, a fallback, or the error that there is none. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_element_at_or(source, 4, weir_string("none"));
}

const struct conformance_subject conformance_subject = { .name = "element_at", .build = build };

Test(element_at, completes_with_the_value_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");

	weir_test_expect(test, weir_element_at(source, 2), "-----(c|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, weir_element_at(weir_test_cold(test, "-a-b-|"), 0), "-(a|)");
	MARBLES_OK(test);
}

Test(element_at, too_few_values_are_an_error_or_the_fallback)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_element_at_or(weir_test_cold(test, "-a-b-|"), 2, weir_string("x")), "-----(x|)");
	weir_test_expect(test, weir_element_at_or(weir_test_cold(test, "-a-b-#"), 2, weir_string("x")), "-----#");
	weir_test_bind_error(test, WEIR_EOUTOFRANGE, "there is no index 2: 2 values came");
	weir_test_expect(test, weir_element_at(weir_test_cold(test, "-a-b-|"), 2), "-----#");
	weir_test_bind_error(test, ENOENT, "no fallback");
	weir_test_expect(
		test, weir_element_at_or(weir_test_cold(test, "-a-|"), 0, weir_fail(ENOENT, "no fallback")), "#");
	MARBLES_OK(test);
}

Test(element_at, the_source_is_asked_for_no_value_beyond)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect(test, weir_element_at(numbers((struct numbers){ .count = 9, .log = &log }), 3), "(4|)");
	weir_test_expect_with_demand(test, weir_element_at_or(weir_empty(), 3, weir_nil()), 0, 0, "");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4);
	weir_test_free(test);
}

Test(element_at, a_far_index_does_not_recurse)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'x', weir_int(1000000));
	weir_test_expect(test, weir_element_at(numbers((struct numbers){ .count = 1000000 }), 999999), "(x|)");
	MARBLES_OK(test);
}
