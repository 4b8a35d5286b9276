/* scan_indexed: a running fold that is handed the index of each value. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

/* Text in memory of its own: the sanitizer tells who touches it too late. */
static weir_value join_index(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	weir_value number = weir_int((int64_t)index);
	weir_value left = join(accumulated, value, context);
	weir_value result;

	if (weir_is_error(left))
		return left;
	result = join(left, number, context);
	weir_release(left);
	return result;
}

static weir_value add_index(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	(void)context;
	return weir_int(weir_as_int(accumulated) + weir_as_int(value) * (int64_t)index);
}

static weir_value fail_at_index_two(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	return index == 2 ? weir_fail(ERANGE, "index 2") : add_index(accumulated, value, index, context);
}

static weir_observable *build(weir_observable *source)
{
	return weir_scan_indexed(source, join_index, NULL, weir_string("seed"));
}

const struct conformance_subject conformance_subject = { .name = "scan_indexed", .build = build };

Test(scan_indexed, the_index_counts_from_0_in_each_subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_scan_indexed(weir_test_cold(test, "-1-2-3-|"), add_index, NULL, weir_int(1));

	weir_test_expect(test, weir_ref(observable), "-1-3-9-|");
	weir_test_expect(test, observable, "-1-3-9-|");
	MARBLES_OK(test);
}

Test(scan_indexed, without_a_seed_the_first_call_has_index_1)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_scan_first_indexed(weir_test_cold(test, "-1-2-3-|"), add_index, NULL), "-1-3-9-|");
	MARBLES_OK(test);
}

Test(scan_indexed, failures_end_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-1-1-|");

	weir_test_expect(test, weir_scan_indexed(weir_test_cold(test, "-1#"), add_index, NULL, weir_int(0)), "-0#");
	weir_test_bind_error(test, ERANGE, "index 2");
	weir_test_expect(test, weir_scan_indexed(source, fail_at_index_two, NULL, weir_int(0)), "-0-1-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(scan_indexed, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the accumulator is NULL");
	weir_test_expect(test, weir_scan_indexed(weir_range(1, 2), NULL, NULL, weir_string("seed")), "#");
	weir_test_expect(test, weir_scan_first_indexed(weir_range(1, 2), NULL, NULL), "#");
	weir_test_bind_error(test, ENOENT, "no seed");
	weir_test_expect(test, weir_scan_indexed(weir_range(1, 2), add_index, NULL, weir_fail(ENOENT, "no seed")), "#");
	MARBLES_OK(test);
}

static weir_value cancel_at_three(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	if (weir_as_int(value) == 3)
		victim_cancel(context);
	return join_index(accumulated, value, index, NULL);
}

Test(scan_indexed, the_accumulator_may_cancel)
{
	struct victim victim;

	victim_run(&victim, weir_scan_indexed(weir_range(1, 9), cancel_at_three, &victim, weir_string("seed")), 2);
	victim_run(&victim, weir_scan_first_indexed(weir_range(1, 9), cancel_at_three, &victim), 2);
}

Test(scan_indexed, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_scan_indexed(numbers((struct numbers){ .count = 9, .log = &log }), add_index, NULL, weir_int(0)),
		2, 0, "(02)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
