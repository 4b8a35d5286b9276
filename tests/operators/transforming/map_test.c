/* map: what the mapper makes of each value, or its failure. */
#include <errno.h>

#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

static weir_value fails_at_two(weir_value value, void *context)
{
	if (weir_as_int(value) == 2)
		return weir_fail(ERANGE, "%s of %d", (const char *)context, 2);
	return weir_retain(value);
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static weir_observable *build(weir_observable *source)
{
	return weir_map(source, times_ten, NULL);
}

const struct conformance_subject conformance_subject = { .name = "map", .build = build };

static weir_test *test_with_tens(void)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_bind(test, 'c', weir_int(30));
	return test;
}

Test(map, passes_on_what_the_mapper_makes_of_each_value)
{
	weir_test *test = test_with_tens();
	weir_observable *source = weir_test_cold(test, "-1--2--3-|");

	weir_test_expect(test, weir_map(source, times_ten, NULL), "-a--b--c-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(map, errors_and_completion_pass)
{
	weir_test *test = test_with_tens();

	weir_test_expect(test, weir_map(weir_test_cold(test, "-1-#"), times_ten, NULL), "-a-#");
	weir_test_expect(test, weir_map(weir_test_cold(test, "|"), times_ten, NULL), "|");
	weir_test_expect(test, weir_map(weir_test_cold(test, "-"), times_ten, NULL), "-");
	MARBLES_OK(test);
}

Test(map, what_the_mapper_reports_ends_the_stream_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind_error(test, ERANGE, "square root of 2");
	weir_test_expect(test, weir_map(source, fails_at_two, "square root"), "-1-#");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(map, counted_values_are_owned_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_map(weir_test_cold(test, "-a-b-|"), same, NULL), "-a-b-|");
	MARBLES_OK(test);
}

Test(map, demand_is_passed_on)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_map(numbers((struct numbers){ .count = 9, .log = &log }), same, NULL), 3, 0, "(123)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

Test(map, without_mapper_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "the mapper is NULL");
	weir_test_expect(test, weir_map(source, NULL, NULL), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}
