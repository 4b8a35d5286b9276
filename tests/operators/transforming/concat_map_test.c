/* concat_map: the observables of the values, one after the other. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_concat_map(source, project_range, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "concat_map",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

/* The observable given for a, b, c; NULL for others. */
static weir_observable *choose(weir_value value, void *context)
{
	weir_observable **choices = context;
	const char *letter = weir_as_str(value, NULL);

	return *letter >= 'a' && *letter <= 'c' ? weir_ref(choices[*letter - 'a']) : NULL;
}

Test(concat_map, runs_one_after_the_other)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-ab-------c--|");
	weir_observable *inners[] = { weir_test_cold(test, "--1-2|"), weir_test_cold(test, "-x|"),
		weir_test_cold(test, "----3|") };

	weir_test_expect(test, weir_concat_map(source, choose, inners), "---1-2-x------3|");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, inners[0], "-^----!");
	weir_test_expect_subscriptions(test, inners[1], "------^-!");
	weir_test_expect_subscriptions(test, inners[2], "----------^----!");
	MARBLES_OK(test);
	for (int index = 0; index < 3; index++)
		weir_unref(inners[index]);
}

Test(concat_map, an_inner_one_that_never_ends_keeps_the_others_waiting)
{
	weir_test *test = weir_test_new();
	weir_observable *inners[] = { weir_test_cold(test, "-1-"), weir_test_cold(test, "-x|") };

	weir_test_expect(test, weir_concat_map(weir_test_cold(test, "-a-b|"), choose, inners), "--1---");
	weir_test_expect_subscriptions(test, inners[1], "");
	MARBLES_OK(test);
	for (int index = 0; index < 2; index++)
		weir_unref(inners[index]);
}

Test(concat_map, an_error_of_an_inner_one_ends_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-ab------|");
	weir_observable *inners[] = { weir_test_cold(test, "-1-#"), weir_test_cold(test, "-x|") };

	weir_test_expect(test, weir_concat_map(source, choose, inners), "--1-#");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, inners[1], "");
	MARBLES_OK(test);
	for (int index = 0; index < 2; index++)
		weir_unref(inners[index]);
}

Test(concat_map, an_error_of_the_source_cancels_the_inner_one)
{
	weir_test *test = weir_test_new();
	weir_observable *inners[] = { weir_test_cold(test, "-1-2-3-") };

	weir_test_expect(test, weir_concat_map(weir_test_cold(test, "-a--#"), choose, inners), "--1-#");
	weir_test_expect_subscriptions(test, inners[0], "-^--!");
	MARBLES_OK(test);
	weir_unref(inners[0]);
}

Test(concat_map, a_source_that_can_wait_is_asked_for_one_value_at_a_time)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(11));
	weir_test_bind(test, 'c', weir_int(12));
	weir_test_bind(test, 'd', weir_int(20));
	weir_test_expect_with_demand(test,
		weir_concat_map(numbers((struct numbers){ .count = 9, .log = &log }), project_range, NULL), 4, 0,
		"(abcd)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.emitted, 2);
	weir_test_free(test);
}

Test(concat_map, synchronous_ones_without_end_do_not_recurse)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_ignore_elements(weir_concat_map(weir_range(1, 200000), project_range, NULL)), 1, 0, "|");
	MARBLES_OK(test);
}

Test(concat_map, cancel_reaches_source_and_inner_one)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a--------|");
	weir_observable *inners[] = { weir_test_cold(test, "--1-2|") };

	weir_test_expect_cancelled(test, weir_concat_map(source, choose, inners), weir_ms(4), "---1");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, inners[0], "-^--!");
	MARBLES_OK(test);
	weir_unref(inners[0]);
}

Test(concat_map, bad_projections)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "a callback returned NULL instead of an observable");
	weir_test_expect(test, weir_concat_map(weir_test_cold(test, "-z-|"), choose, NULL), "-#");
	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_concat_map(source, NULL, NULL), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(concat_map, to_runs_the_same_one_for_each_value)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "-a-b|");

	weir_test_expect(test, weir_concat_map_to(weir_test_cold(test, "-1-1---|"), inner), "--a-b-a-b|");
	MARBLES_OK(test);
}

Test(concat_map, to_rejects_NULL)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the inner observable is NULL");
	weir_test_expect(test, weir_concat_map_to(weir_test_cold(test, "1|"), NULL), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_concat_map_to(NULL, weir_test_cold(test, "1|")), "#");
	MARBLES_OK(test);
}
