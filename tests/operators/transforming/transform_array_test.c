/* transform_array: any number of values out of those that come together. */
#include <errno.h>

#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

/* Each as often as it says, up to three times. */
static int repeat(const weir_value *values, size_t count, weir_value *ret_results, size_t room, void *context)
{
	size_t made = 0;

	(void)context;
	cr_assert_eq(room, 3 * count);
	for (size_t index = 0; index < count; index++)
		for (int64_t time = 0; time < weir_as_int(values[index]) % 4; time++)
			ret_results[made++] = weir_retain(values[index]);
	return (int)made;
}

static weir_observable *build(weir_observable *source)
{
	return weir_transform_array(source, repeat, NULL, 3);
}

const struct conformance_subject conformance_subject = {
	.name = "transform_array",
	.build = build,
	.errors_overtake_items = "results that wait",
};

/* What it is told: more than there is room for, a negated errno, a value of kind error. */
static int misbehave(const weir_value *values, size_t count, weir_value *ret_results, size_t room, void *context)
{
	(void)values;
	(void)count;
	(void)room;
	switch (*(const char *)context) {
	case 'm':
		return 2;
	case 'f':
		return -EDOM;
	default:
		ret_results[0] = weir_fail(ERANGE, "a bad one");
		return 1;
	}
}

Test(transform_array, any_number_comes_of_a_value)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_transform_array(weir_test_cold(test, "-1----2----4-3----|"), repeat, NULL, 3),
		"-1----(22)---(333)|");
	weir_test_expect(test, weir_transform_array(weir_test_cold(test, "-2---#"), repeat, NULL, 3), "-(22)#");
	MARBLES_OK(test);
}

Test(transform_array, results_that_are_not_asked_for_wait_and_completion_for_them)
{
	struct recorder recorder;
	struct numbers_log log = { 0 };

	record(&recorder, weir_transform_array(numbers((struct numbers){ .count = 3, .log = &log }), repeat, NULL, 3),
		2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	cr_expect_eq(log.requested, 2);
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 2@0ms");
	weir_request(recorder.subscription, 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 2@0ms 3@0ms 3@0ms");
	cr_expect_not(recorder.ended);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 2@0ms 3@0ms 3@0ms 3@0ms |@0ms");
}

Test(transform_array, long_batches_are_cut_to_the_room)
{
	struct recorder recorder;

	record(&recorder,
		weir_skip(
			weir_transform_array(numbers((struct numbers){ .count = 101, .batch = 101 }), repeat, NULL, 3),
			150),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "101@0ms |@0ms");
}

static void expect_refused(const char *how, const char *message, const char *recorded)
{
	struct recorder recorder;
	char act[2] = { how[0], '\0' };

	record(&recorder, weir_transform_array(numbers((struct numbers){ .count = 1 }), misbehave, act, 1),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, message, "%s", recorder.message);
	RECORDED(&recorder, recorded);
}

Test(transform_array, failures_of_the_transformer_end_the_stream)
{
	expect_refused("failure", "the transformer failed", "#EDOM@0ms");
	expect_refused("value", "a bad one", "#ERANGE@0ms");
	expect_refused("more", "the transformer says that it has made 2 values; there was room for 1", "#EINVAL@0ms");
}

Test(transform_array, bad_arguments_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_transform_array(numbers((struct numbers){ .count = 1 }), NULL, NULL, 1), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the transformer is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_transform_array(numbers((struct numbers){ .count = 1 }), repeat, NULL, 65),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "65 results for a value; 1 to 64 are allowed");
	RECORDED(&recorder, "#EINVAL@0ms");
}
