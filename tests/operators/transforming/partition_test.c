/* partition: the values that satisfy a predicate, and the others. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	weir_observable *others;

	weir_unref(weir_partition(source, is_even, NULL, &others));
	return others;
}

const struct conformance_subject conformance_subject = { .name = "partition", .build = build };

static int is_index_even(weir_value value, uint64_t index, void *context)
{
	(void)value;
	(void)context;
	return index % 2 == 0;
}

Test(partition, one_observable_has_what_the_other_has_not)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *odd;
	weir_observable *even = weir_partition(source, is_even, NULL, &odd);

	weir_test_expect(test, even, "---2---4-|");
	weir_test_expect(test, odd, "-1---3---|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(partition, the_index_counts_from_0_in_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *others;
	weir_observable *chosen = weir_partition_indexed(weir_test_cold(test, "-abcd|"), is_index_even, NULL, &others);

	weir_test_expect(test, weir_merge_with(weir_ref(chosen), weir_ref(others)), "-abcd|");
	weir_test_expect(test, chosen, "-a-c-|");
	weir_test_expect(test, others, "--b-d|");
	MARBLES_OK(test);
}

Test(partition, a_failing_predicate_ends_either)
{
	weir_test *test = weir_test_new();
	weir_observable *others;
	weir_observable *chosen = weir_partition(weir_test_cold(test, "-1-3-1|"), fails_at_three, NULL, &others);

	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, chosen, "-1-#");
	weir_test_expect(test, others, "---#");
	MARBLES_OK(test);
}

Test(partition, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();
	weir_observable *others;

	weir_test_expect(test, weir_partition(weir_test_cold(test, "-1-2#"), is_even, NULL, &others), "---2#");
	weir_test_expect(test, others, "-1--#");
	MARBLES_OK(test);
}

Test(partition, what_goes_to_the_other_is_replaced)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *others;

	weir_test_expect_with_demand(test,
		weir_partition(numbers((struct numbers){ .count = 9, .log = &log }), is_even, NULL, &others), 2, 0,
		"(24)");
	weir_unref(others);
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4);
	weir_test_free(test);
}

Test(partition, bad_arguments)
{
	weir_test *test = weir_test_new();
	weir_observable *others;

	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_partition(weir_range(1, 2), NULL, NULL, &others), "#");
	weir_test_expect(test, others, "#");
	weir_test_expect(test, weir_partition_indexed(weir_range(1, 2), NULL, NULL, &others), "#");
	weir_unref(others);
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_partition(NULL, is_even, NULL, &others), "#");
	weir_test_expect(test, others, "#");
	weir_test_bind_error(test, EINVAL, "there is no place for the others");
	weir_test_expect(test, weir_partition(weir_range(1, 2), is_even, NULL, NULL), "#");
	MARBLES_OK(test);
}
