/* filter_indexed: what a predicate over value and index accepts. */
#include <errno.h>

#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static int at_even_index(weir_value value, uint64_t index, void *context)
{
	(void)value;
	(void)context;
	return index % 2 == 0;
}

static int fails_at_index_two(weir_value value, uint64_t index, void *context)
{
	(void)value;
	(void)context;
	return index == 2 ? -ERANGE : 1;
}

static weir_observable *build(weir_observable *source)
{
	return weir_filter_indexed(source, at_even_index, NULL);
}

const struct conformance_subject conformance_subject = { .name = "filter_indexed", .build = build };

Test(filter_indexed, the_index_counts_all_values_from_0_in_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");
	weir_observable *observable = weir_filter_indexed(source, at_even_index, NULL);

	weir_test_expect(test, weir_ref(observable), "-a---c---|");
	weir_test_expect(test, observable, "-a---c---|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(filter_indexed, a_negative_verdict_fails_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_filter_indexed(source, fails_at_index_two, NULL), "-a-b-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_filter_indexed(weir_test_cold(test, "-a|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(filter_indexed, a_dropped_value_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_filter_indexed(numbers((struct numbers){ .count = 9, .log = &log }), at_even_index, NULL), 2, 0,
		"(13)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}
