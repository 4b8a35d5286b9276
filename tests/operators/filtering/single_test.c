/* single: the one value there is; another one or none is an error. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static int is_seven(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 7;
}

static weir_observable *build(weir_observable *source)
{
	return weir_single_where(source, is_seven, NULL);
}

/* Without a 7 it fails. */
const struct conformance_subject conformance_subject = { .name = "single", .build = build };

Test(single, emits_the_only_value_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a---|");

	weir_test_expect(test, weir_single(source), "-----(a|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(single, a_second_value_fails_at_once_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-|");

	weir_test_bind_error(test, WEIR_ESEQUENCE, "a second value came; there must be exactly one");
	weir_test_expect(test, weir_single(source), "---#");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect(test, weir_single_where(weir_test_cold(test, "-1-2-3-4-|"), is_even, NULL), "-------#");
	MARBLES_OK(test);
}

Test(single, no_value_and_no_match_are_different_errors)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_EEMPTY, "the source completed without a value");
	weir_test_expect(test, weir_single(weir_test_cold(test, "--|")), "--#");
	weir_test_expect(test, weir_single_where(weir_test_cold(test, "--|"), is_even, NULL), "--#");
	weir_test_bind_error(test, WEIR_ENOTFOUND, "no value satisfied the predicate");
	weir_test_expect(test, weir_single_where(weir_test_cold(test, "-1-3-|"), is_even, NULL), "-----#");
	MARBLES_OK(test);
}

Test(single_where, the_only_match)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_single_where(weir_test_cold(test, "-1-2-3-|"), is_even, NULL), "-------(2|)");
	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_single_where(weir_test_cold(test, "-1-3-|"), false_fails_at_three, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_single_where(weir_test_cold(test, "-1-3-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(single, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_single(weir_test_cold(test, "-a-#")), "---#");
	MARBLES_OK(test);
}

Test(single, the_source_is_asked_for_no_third_value_and_the_result_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log logs[2] = { { 0 } };

	weir_test_allow_drops(test);
	weir_test_bind_error(test, WEIR_ESEQUENCE, NULL);
	weir_test_expect(test, weir_single(numbers((struct numbers){ .count = 9, .log = &logs[0] })), "#");
	weir_test_expect_with_demand(
		test, weir_single(numbers((struct numbers){ .count = 1, .log = &logs[1] })), 0, 0, "");
	weir_test_expect_with_demand(test, weir_single(weir_just(weir_int(5))), 1, 0, "(5|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(logs[0].requested, 2);
	cr_expect_eq(logs[1].finished, 1);
	weir_test_free(test);
}
