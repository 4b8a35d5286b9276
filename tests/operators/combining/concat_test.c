/* concat: one after the other. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_concat((weir_observable *[]){ weir_range(50, 3), source, weir_empty(), weir_range(60, 3) }, 4);
}

const struct conformance_subject conformance_subject = { .name = "concat", .build = build };

#define CONCAT(...) \
	weir_concat((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *))

Test(concat, runs_the_sources_one_after_the_other)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2|");
	weir_observable *b = weir_test_cold(test, "-x-y|");

	weir_test_expect(test, CONCAT(a, b), "-1-2-x-y|");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "----^---!");
	MARBLES_OK(test);
}

Test(concat, a_hot_source_loses_what_it_said_before_its_turn)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, CONCAT(weir_test_cold(test, "----|"), weir_test_hot(test, "-1-2-3-4|")), "-----3-4|");
	MARBLES_OK(test);
}

Test(concat, without_sources_it_completes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_concat(NULL, 0), "|");
	weir_test_expect(test, CONCAT(weir_empty(), weir_empty()), "|");
	MARBLES_OK(test);
}

Test(concat, after_an_error_the_later_ones_are_never_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *rest = weir_test_cold(test, "-1-");

	weir_test_expect(test, CONCAT(weir_test_cold(test, "-1#"), rest), "-1#");
	weir_test_expect_subscriptions(test, rest, "");
	MARBLES_OK(test);
}

Test(concat, cancelling_releases_the_one_that_runs)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2-3|");
	weir_observable *b = weir_test_cold(test, "-");

	weir_test_expect_cancelled(test, CONCAT(a, b), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "");
	MARBLES_OK(test);
}

Test(concat, demand_that_is_left_goes_to_the_next_source)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, CONCAT(weir_range(1, 2), numbers((struct numbers){ .count = 9, .log = &log })), 5, 0, "(12123)");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

Test(concat, empty_sources_before_the_first_item_do_not_multiply_demand)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		CONCAT(weir_empty(), weir_empty(), numbers((struct numbers){ .count = 9, .log = &log })), 4, 0,
		"(1234)");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4);
	weir_test_free(test);
}

Test(concat, many_synchronous_sources_do_not_recurse)
{
	enum { COUNT = 100000 };
	weir_test *test = weir_test_new();
	weir_observable **sources = calloc(COUNT, sizeof *sources);
	weir_observable *empty = weir_empty();

	for (size_t index = 0; index < COUNT; index++)
		sources[index] = weir_ref(empty);
	weir_test_expect(test, weir_concat(sources, COUNT), "|");
	weir_unref(empty);
	free(sources);
	MARBLES_OK(test);
}

Test(concat, with_appends_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_concat_with(weir_test_cold(test, "-1|"), weir_test_cold(test, "-2|")), "-1-2|");
	MARBLES_OK(test);
}

Test(concat, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 2 is NULL");
	weir_test_expect(test, weir_concat_with(weir_range(1, 2), NULL), "#");
	MARBLES_OK(test);
}

#define DELAYING(...) \
	weir_concat_delay_error((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *))

Test(concat, delayed_errors_come_when_all_have_ended)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-#");
	weir_observable *b = weir_test_cold(test, "-x-y|");

	weir_test_expect(test, DELAYING(a, b), "-1--x-y#");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "---^---!");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "-1|"), weir_test_cold(test, "-#")), "-1-#");
	weir_test_expect(test, DELAYING(weir_range(1, 2), weir_range(3, 2)), "(1234|)");
	weir_test_expect(test, weir_concat_delay_error(NULL, 0), "|");

	weir_observable *both = DELAYING(weir_test_cold(test, "-#"), weir_test_cold(test, "-2#"));

	weir_test_bind_error(test, WEIR_ECOMPOSITE, "several sources have failed");
	weir_test_expect(test, both, "--2#");
	MARBLES_OK(test);
}
