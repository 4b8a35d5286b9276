/* ignore_elements: only the end of the source. */
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = {
	.name = "ignore_elements", .build = weir_ignore_elements, .emits_nothing = "it ignores the items"
};

Test(ignore_elements, passes_on_only_the_end)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-|");

	weir_test_expect(test, weir_ignore_elements(source), "-------|");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_ignore_elements(weir_test_cold(test, "-a-#")), "---#");
	weir_test_expect(test, weir_ignore_elements(weir_test_cold(test, "-a-")), "---");
	MARBLES_OK(test);
}

Test(ignore_elements, the_source_is_asked_for_everything_though_nothing_is_wanted)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_ignore_elements(numbers((struct numbers){ .count = 9, .log = &log })), 0, 0, "|");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}
