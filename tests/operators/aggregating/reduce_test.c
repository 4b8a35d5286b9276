/* reduce: a fold whose result comes with the completion, when it is asked for. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_reduce(source, join, NULL, weir_string("seed"));
}

const struct conformance_subject conformance_subject = { .name = "reduce", .build = build };

Test(reduce, emits_the_accumulated_value_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'a', weir_int(16));
	weir_test_expect(test, weir_reduce(source, add, NULL, weir_int(10)), "-------(a|)");
	weir_test_expect_subscriptions(test, source, "^------!");
	MARBLES_OK(test);
}

Test(reduce, without_values_it_is_the_seed)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_reduce(weir_test_cold(test, "--|"), add, NULL, weir_int(7)), "--(7|)");
	weir_test_expect(test, weir_reduce(weir_empty(), add, NULL, weir_nil()), "(n|)");
	MARBLES_OK(test);
}

Test(reduce_first, begins_with_the_first_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'x', weir_string("nil+1"));
	weir_test_expect(test, weir_reduce_first(weir_test_cold(test, "-1-2-3-|"), add, NULL), "-------(6|)");
	weir_test_expect(test, weir_reduce_first(weir_test_cold(test, "-a-|"), add, NULL), "---(a|)");
	weir_test_expect(test, weir_reduce_first(weir_test_cold(test, "-n-1|"), join, NULL), "----(x|)");
	weir_test_expect(test, weir_reduce_first(weir_test_cold(test, "--|"), add, NULL), "--|");
	MARBLES_OK(test);
}

Test(reduce, every_subscription_begins_with_the_seed)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_reduce(weir_test_cold(test, "-1-2|"), add, NULL, weir_int(0));

	weir_test_expect(test, weir_ref(observable), "----(3|)");
	weir_test_expect(test, observable, "----(3|)");
	MARBLES_OK(test);
}

Test(reduce, errors_end_it_without_a_result)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4|");

	weir_test_expect(test, weir_reduce(weir_test_cold(test, "-1-#"), add, NULL, weir_int(0)), "---#");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test, weir_reduce(source, add_fails_at_three, NULL, weir_int(0)), "-----#");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(reduce, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the accumulator is NULL");
	weir_test_expect(test, weir_reduce(weir_test_cold(test, "-1|"), NULL, NULL, weir_string("seed")), "#");
	weir_test_expect(test, weir_reduce_first(weir_test_cold(test, "-1|"), NULL, NULL), "#");
	weir_test_bind_error(test, ENOENT, "no seed");
	weir_test_expect(test, weir_reduce(weir_test_cold(test, "-1|"), add, NULL, weir_fail(ENOENT, "no seed")), "#");
	MARBLES_OK(test);
}

Test(reduce, the_source_is_asked_for_everything_and_the_result_waits)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_reduce(numbers((struct numbers){ .count = 9, .log = &log }), join, NULL, weir_string("s")), 0, 0,
		"");
	weir_test_expect_with_demand(test, weir_reduce(weir_range(1, 3), add, NULL, weir_int(0)), 1, 0, "(6|)");
	weir_test_expect_with_demand(test, weir_reduce_first(weir_empty(), add, NULL), 0, 0, "|");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	cr_expect_eq(log.finished, 1, "the source is released while the result waits");
	weir_test_free(test);
}

Test(reduce, asking_again_from_inside_the_result_brings_nothing_more)
{
	struct recorder recorder;

	record(&recorder, weir_reduce(weir_range(1, 3), add, NULL, weir_int(0)), 0);
	recorder.then = 1;
	record_run(&recorder, weir_ms(1));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "6@1ms |@1ms");
}

Test(reduce, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-|");

	weir_test_expect_cancelled(test, weir_reduce(source, join, NULL, weir_string("s")), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

static weir_value join_cancels(weir_value accumulated, weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		victim_cancel(context);
	return join(accumulated, value, NULL);
}

Test(reduce, the_accumulator_may_cancel)
{
	struct victim victim;

	victim_run(&victim, weir_reduce(weir_range(1, 9), join_cancels, &victim, weir_string("seed")), 0);
}
