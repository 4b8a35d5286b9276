/* filter: what the predicate accepts; what it drops is asked for again. */
#include <errno.h>

#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static int is_even(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) % 2 == 0;
}

static int fails_at_three(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 3 ? -ERANGE : 1;
}

static int never(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 0;
}

static weir_observable *build(weir_observable *source)
{
	return weir_filter(source, is_even, NULL);
}

const struct conformance_subject conformance_subject = { .name = "filter", .build = build };

Test(filter, passes_on_what_satisfies_the_predicate)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(test, weir_filter(source, is_even, NULL), "---2---4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(filter, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_filter(weir_test_cold(test, "-1-2-#"), is_even, NULL), "---2-#");
	weir_test_expect(test, weir_filter(weir_test_cold(test, "#"), is_even, NULL), "#");
	MARBLES_OK(test);
}

Test(filter, a_negative_verdict_fails_with_that_errno_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_filter(source, fails_at_three, NULL), "-1-2-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(filter, a_dropped_value_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_filter(numbers((struct numbers){ .count = 9, .log = &log }), is_even, NULL), 2, 0, "(24)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4, "2, and one for each of 1 and 3: %llu", (unsigned long long)log.requested);
	cr_expect_eq(log.emitted, 4);
	weir_test_free(test);
}

Test(filter, unbounded_demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect(
		test, weir_filter(numbers((struct numbers){ .count = 3, .log = &log }), is_even, NULL), "(2|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(filter, dropping_everything_recurses_no_deeper_than_one_drop)
{
	weir_test *test = weir_test_new();

	/* With demand 1 each drop asks for one more, inside the source's own emission. */
	weir_test_expect_with_demand(
		test, weir_filter(numbers((struct numbers){ .count = 1000000 }), never, NULL), 1, 0, "|");
	MARBLES_OK(test);
}

Test(filter, values_are_released_once_whichever_way_they_go)
{
	weir_test *test = weir_test_new();

	/* Heap strings: the sanitizer or the suite's block count would tell. */
	weir_test_expect(test, weir_filter(weir_test_cold(test, "-a-b-|"), never, NULL), "-----|");
	MARBLES_OK(test);
}

Test(filter, without_predicate_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_filter(source, NULL, NULL), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(filter, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-4-|");

	weir_test_expect_cancelled(test, weir_filter(source, is_even, NULL), weir_ms(6), "---2--");
	weir_test_expect_subscriptions(test, source, "^-----!");
	MARBLES_OK(test);
}
