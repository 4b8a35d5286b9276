/* reduce_array: values that come together are accumulated by one call. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/arrays.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

WEIR_REDUCE_INT(sum, total, x, total + x)
WEIR_REDUCE_DOUBLE(product, total, x, total *x)

static weir_observable *build(weir_observable *source)
{
	return weir_reduce_array(source, sum, NULL, weir_int(10));
}

const struct conformance_subject conformance_subject = { .name = "reduce_array", .build = build };

/* "(1 2 3)": one pair of brackets for each call. */
static weir_value brackets(weir_value accumulated, const weir_value *values, size_t count, void *context)
{
	char text[256] = "";
	size_t length;
	const char *before = weir_as_str(accumulated, &length);

	if (context != NULL && weir_as_int(values[0]) >= *(const int *)context)
		return weir_fail(ERANGE, "too much");
	for (size_t index = 0; index < count; index++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%lld", index > 0 ? " " : "",
			(long long)weir_as_int(values[index]));
	return weir_string_format("%.*s(%s)", (int)length, before, text);
}

Test(reduce_array, the_result_comes_with_completion)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(16));
	weir_test_bind(test, 'b', weir_int(10));
	weir_test_bind(test, 'c', weir_double(12));
	weir_test_expect(
		test, weir_reduce_array(weir_test_cold(test, "(12)-3-|"), sum, NULL, weir_int(10)), "-------(a|)");
	weir_test_expect(test, weir_reduce_array(weir_test_cold(test, "--|"), sum, NULL, weir_int(10)), "--(b|)");
	weir_test_expect(test, weir_reduce_array(weir_test_cold(test, "-34|"), product, NULL, weir_int(1)), "---(c|)");
	weir_test_expect(test, weir_reduce_array(weir_test_cold(test, "-1-#"), sum, NULL, weir_int(10)), "---#");
	MARBLES_OK(test);
}

Test(reduce_array, what_comes_together_is_accumulated_by_one_call)
{
	struct recorder recorder;

	record(&recorder,
		weir_reduce_array(numbers((struct numbers){ .count = 7, .batch = 3 }), brackets, NULL, weir_string("")),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "\"(1 2 3)(4 5 6)(7)\"@0ms |@0ms");
}

Test(reduce_array, a_failure_of_the_accumulator_ends_the_stream)
{
	struct recorder recorder;
	int limit = 4;

	record(&recorder,
		weir_reduce_array(
			numbers((struct numbers){ .count = 7, .batch = 3 }), brackets, &limit, weir_string("")),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "too much");
	RECORDED(&recorder, "#ERANGE@0ms");
}

Test(reduce_array, bad_arguments_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_reduce_array(numbers((struct numbers){ .count = 1 }), NULL, NULL, weir_string("seed")),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the accumulator is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder,
		weir_reduce_array(numbers((struct numbers){ .count = 1 }), sum, NULL, weir_fail(WEIR_EUSER, "no seed")),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no seed");
	RECORDED(&recorder, "#WEIR_EUSER@0ms");
}
