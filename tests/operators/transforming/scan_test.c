/* scan: a running fold, with a seed or beginning with the first value. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_scan(source, join, NULL, weir_string("seed"));
}

const struct conformance_subject conformance_subject = { .name = "scan", .build = build };

Test(scan, emits_every_accumulated_value)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'a', weir_int(11));
	weir_test_bind(test, 'b', weir_int(13));
	weir_test_bind(test, 'c', weir_int(16));
	weir_test_expect(test, weir_scan(source, add, NULL, weir_int(10)), "-a-b-c-|");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(scan, nil_is_a_seed)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_string("nil+1"));
	weir_test_expect(test, weir_scan(weir_test_cold(test, "-1|"), join, NULL, weir_nil()), "-a|");
	MARBLES_OK(test);
}

Test(scan, an_empty_source_emits_no_seed)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_scan(weir_test_cold(test, "--|"), add, NULL, weir_int(10)), "--|");
	MARBLES_OK(test);
}

Test(scan, every_subscription_begins_with_the_seed)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_scan(weir_test_cold(test, "-1-2|"), add, NULL, weir_int(0));

	weir_test_expect(test, weir_ref(observable), "-1-3|");
	weir_test_expect(test, observable, "-1-3|");
	MARBLES_OK(test);
}

Test(scan_first, the_first_value_is_emitted_as_it_is_and_begins_the_fold)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_scan_first(weir_test_cold(test, "-1-2-3-|"), add, NULL), "-1-3-6-|");
	weir_test_expect(test, weir_scan_first(weir_test_cold(test, "-a|"), add, NULL), "-a|");
	weir_test_expect(test, weir_scan_first(weir_test_cold(test, "--|"), add, NULL), "--|");
	MARBLES_OK(test);
}

Test(scan_first, a_first_value_of_nil_counts)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'x', weir_string("nil+1"));
	weir_test_expect(test, weir_scan_first(weir_test_cold(test, "-n-1|"), join, NULL), "-n-x|");
	MARBLES_OK(test);
}

Test(scan, a_failure_of_the_accumulator_ends_it_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4|");

	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test, weir_scan(source, add_fails_at_three, NULL, weir_int(0)), "-1-3-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(scan, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_scan(weir_test_cold(test, "-1-#"), add, NULL, weir_int(0)), "-1-#");
	MARBLES_OK(test);
}

Test(scan, bad_arguments)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "the accumulator is NULL");
	weir_test_expect(test, weir_scan(weir_ref(source), NULL, NULL, weir_string("seed")), "#");
	weir_test_expect(test, weir_scan_first(weir_ref(source), NULL, NULL), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_scan(NULL, add, NULL, weir_string("seed")), "#");
	weir_test_bind_error(test, ENOENT, "no seed");
	weir_test_expect(test, weir_scan(source, add, NULL, weir_fail(ENOENT, "no seed")), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(scan, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_scan(numbers((struct numbers){ .count = 9, .log = &log }), add, NULL, weir_int(0)), 3, 0, "(136)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

Test(scan, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-|");

	weir_test_expect_cancelled(test, weir_scan(source, add, NULL, weir_int(0)), weir_ms(4), "-1-3");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

static weir_value join_cancels(weir_value accumulated, weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		victim_cancel(context);
	return join(accumulated, value, NULL);
}

Test(scan, the_accumulator_may_cancel)
{
	struct victim victim;

	victim_run(&victim, weir_scan(weir_range(1, 9), join_cancels, &victim, weir_string("seed")), 2);
}
