/* find: the first value that satisfies a predicate, or nil. */
#include <errno.h>

#include <weir/aggregating.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_find(source, is_even, NULL);
}

const struct conformance_subject conformance_subject = { .name = "first", .build = build };

Test(find, the_first_match_or_nil)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_find(source, is_even, NULL), "---(2|)");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect(test, weir_find(weir_test_cold(test, "-1-3-|"), is_even, NULL), "-----(n|)");
	weir_test_expect(test, weir_find(weir_test_cold(test, "-1-#"), is_even, NULL), "---#");
	MARBLES_OK(test);
}

Test(find, errors_of_the_predicate)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_find(weir_test_cold(test, "-1-3-|"), false_fails_at_three, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_find(weir_test_cold(test, "-1-3-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(find, the_source_is_asked_for_one_after_the_other)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect(test, weir_find(numbers((struct numbers){ .count = 9, .log = &log }), is_even, NULL), "(2|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
