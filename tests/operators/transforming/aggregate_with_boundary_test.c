/* aggregate_with_boundary: folds that end when their value or a clock says so. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value sum(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_int(weir_as_int(left) + weir_as_int(right));
}

static int from_three_on(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) >= 3;
}

#define WITH(...) (&(weir_aggregate_options){ .accumulator = sum, __VA_ARGS__ })

static weir_observable *build(weir_observable *source)
{
	return weir_aggregate_with_boundary(source, WITH(.seed = weir_int(0), .is_complete = from_three_on));
}

const struct conformance_subject conformance_subject = {
	.name = "aggregate_with_boundary",
	.build = build,
	.errors_overtake_items = "aggregates that wait",
};

Test(aggregate_with_boundary, a_result_ends_when_it_is_complete_and_the_last_on_completion)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_aggregate_with_boundary(
			weir_test_cold(test, "-1-2-3-1-|"), WITH(.seed = weir_int(0), .is_complete = from_three_on)),
		"---3-3---(1|)");
	weir_test_expect(test,
		weir_aggregate_with_boundary(weir_test_cold(test, "-1-2-1-|"), WITH(.seed = weir_int(0))),
		"-------(4|)");
	weir_test_expect(
		test, weir_aggregate_with_boundary(weir_test_cold(test, "-|"), WITH(.seed = weir_int(5))), "-|");
	MARBLES_OK(test);
}

static weir_value times_two(weir_value value, void *context)
{
	(void)context;
	return weir_int(2 * weir_as_int(value));
}

Test(aggregate_with_boundary, every_result_begins_with_the_seed_and_is_harvested)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_aggregate_with_boundary(weir_test_cold(test, "-1-2-|"),
			WITH(.seed = weir_int(2), .is_complete = from_three_on, .harvest = times_two)),
		"-6-8-|");
	MARBLES_OK(test);
}

Test(aggregate_with_boundary, a_clock_may_end_it)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_aggregate_with_boundary(
			weir_test_cold(test, "-1-1------1--|"), WITH(.seed = weir_int(0), .interval = weir_ms(4))),
		"-----2-------(1|)");
	/* Looked at 2 and 4 ms after the first. */
	weir_test_expect(test,
		weir_aggregate_with_boundary(weir_test_cold(test, "-1-1-1-------|"),
			WITH(.seed = weir_int(0), .interval = weir_ms(2), .is_due = from_three_on)),
		"-----3-------|");
	MARBLES_OK(test);
}

static weir_value failing(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)context;
	return weir_as_int(right) == 2 ? weir_fail(WEIR_ELIMIT, "no") : weir_retain(right);
}

static int fails(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return -ERANGE;
}

static weir_value fails_to_harvest(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(WEIR_ELIMIT, "no");
}

Test(aggregate_with_boundary, what_the_callbacks_report_ends_it)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_aggregate_with_boundary(weir_test_cold(test, "-1-2#"), WITH(0)), "----#");
	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_expect(test,
		weir_aggregate_with_boundary(
			weir_test_cold(test, "-1-2-|"), &(weir_aggregate_options){ .accumulator = failing }),
		"---#");
	weir_test_expect(test,
		weir_aggregate_with_boundary(weir_test_cold(test, "-1-2-|"),
			WITH(.is_complete = from_three_on, .harvest = fails_to_harvest)),
		"---#");
	weir_test_bind_error(test, ERANGE, NULL);
	weir_test_expect(
		test, weir_aggregate_with_boundary(weir_test_cold(test, "-1-2-|"), WITH(.is_complete = fails)), "-#");
	weir_test_expect(test,
		weir_aggregate_with_boundary(
			weir_test_cold(test, "-1-2-|"), WITH(.interval = weir_ms(1), .is_due = fails)),
		"--#");
	MARBLES_OK(test);
}

Test(aggregate_with_boundary, the_seed_is_borrowed)
{
	weir_value seed = letters("ab");
	struct recorder recorder;

	record(&recorder,
		weir_aggregate_with_boundary(weir_range(1, 2),
			&(weir_aggregate_options){ .seed = seed, .accumulator = failing, .is_complete = is_always }),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms #WEIR_ELIMIT@0ms");
	weir_release(seed);
	seed = weir_fail(WEIR_ELIMIT, "no seed");
	record(&recorder, weir_aggregate_with_boundary(weir_never(), WITH(.seed = seed)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no seed");
	RECORDED(&recorder, "#WEIR_ELIMIT@0ms");
	weir_release(seed);
}

static weir_value cancels(weir_value left, weir_value right, void *context)
{
	(void)left;
	if (weir_as_int(weir_at(right, 0)) == 3)
		weir_cancel(((struct recorder *)context)->subscription);
	return weir_retain(right);
}

static weir_value in_array(weir_value value, void *context)
{
	(void)context;
	return weir_make_array((weir_value[]){ weir_retain(value) }, 1);
}

Test(aggregate_with_boundary, a_callback_may_cancel)
{
	struct recorder recorder;

	record(&recorder,
		weir_aggregate_with_boundary(weir_map(weir_interval(weir_ms(1)), in_array, NULL),
			&(weir_aggregate_options){ .accumulator = cancels, .context = &recorder }),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(9));
	RECORDED(&recorder, "");
}

Test(aggregate_with_boundary, refuses_what_is_out_of_range)
{
	struct recorder recorder;

	record(&recorder, weir_aggregate_with_boundary(weir_never(), NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_aggregate_with_boundary(weir_never(), WITH(.interval = -1)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
