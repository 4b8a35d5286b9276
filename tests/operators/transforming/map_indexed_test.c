/* map_indexed: what a function makes of each value and its index. */
#include <errno.h>

#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_value add_index(weir_value value, uint64_t index, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) + (int64_t)index);
}

static weir_value fails_at_index_two(weir_value value, uint64_t index, void *context)
{
	(void)context;
	return index == 2 ? weir_fail(ERANGE, "index %d", (int)index) : weir_retain(value);
}

static weir_observable *build(weir_observable *source)
{
	return weir_map_indexed(source, add_index, NULL);
}

const struct conformance_subject conformance_subject = { .name = "map_indexed", .build = build };

Test(map_indexed, the_index_counts_from_0_in_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-7--7--7-|");
	weir_observable *observable = weir_map_indexed(source, add_index, NULL);

	weir_test_expect(test, weir_ref(observable), "-7--8--9-|");
	weir_test_expect(test, observable, "-7--8--9-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(map_indexed, a_failure_ends_it_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");

	weir_test_bind_error(test, ERANGE, "index 2");
	weir_test_expect(test, weir_map_indexed(source, fails_at_index_two, NULL), "-a-b-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(map_indexed, an_error_of_the_source_passes_and_no_mapper_is_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_map_indexed(weir_test_cold(test, "-1-#"), add_index, NULL), "-1-#");
	weir_test_bind_error(test, EINVAL, "the mapper is NULL");
	weir_test_expect(test, weir_map_indexed(weir_test_cold(test, "-1-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(map_indexed, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_map_indexed(numbers((struct numbers){ .count = 9, .log = &log }), add_index, NULL), 2, 0, "(13)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
