/* map_array: values that come together are mapped by one call. */
#include <errno.h>

#include <weir/arrays.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

WEIR_MAP_INT(triple_and_one, x, x * 3 + 1)
WEIR_MAP_DOUBLE(half, x, x / 2)

static weir_observable *build(weir_observable *source)
{
	return weir_map_array(source, triple_and_one, NULL);
}

const struct conformance_subject conformance_subject = { .name = "map_array", .build = build };

/* Strings too long to be stored in the value; the fourth of an array, if there is one, fails. */
static int as_text(const weir_value *values, size_t count, weir_value *ret_results, void *context)
{
	*(size_t *)context += 1;
	for (size_t index = 0; index < count; index++)
		ret_results[index] = index == 3 ? weir_fail(ERANGE, "the fourth")
						: weir_string_format("the number that came is %lld",
							  (long long)weir_as_int(values[index]));
	return 0;
}

static int fails(const weir_value *values, size_t count, weir_value *ret_results, void *context)
{
	(void)values;
	(void)count;
	(void)ret_results;
	(void)context;
	return -EDOM;
}

Test(map_array, values_are_mapped_in_order)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(4));
	weir_test_bind(test, 'b', weir_int(7));
	weir_test_bind(test, 'c', weir_int(10));
	weir_test_expect(test, weir_map_array(weir_test_cold(test, "-1-(23)-|"), triple_and_one, NULL), "-a-(bc)-|");
	weir_test_expect(test, weir_map_array(weir_test_cold(test, "-1-#"), triple_and_one, NULL), "-a-#");
	MARBLES_OK(test);
}

Test(map_array, doubles)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_double(0.5));
	weir_test_bind(test, 'b', weir_double(1.5));
	weir_test_expect(test, weir_map_array(weir_test_cold(test, "1-3-|"), half, NULL), "a-b-|");
	MARBLES_OK(test);
}

Test(map_array, what_comes_together_is_mapped_by_one_call_of_at_most_64)
{
	struct recorder recorder;
	size_t calls = 0;

	record(&recorder, weir_map_array(numbers((struct numbers){ .count = 3, .batch = 3 }), as_text, &calls),
		WEIR_UNBOUNDED);
	cr_expect_eq(calls, 1);
	RECORDED(&recorder, "\"the number that came is 1\"@0ms \"the number that came is 2\"@0ms "
			    "\"the number that came is 3\"@0ms |@0ms");
	calls = 0;
	record(&recorder, weir_map_array(numbers((struct numbers){ .count = 100, .batch = 100 }), triple_and_one, NULL),
		WEIR_UNBOUNDED);
	cr_expect(recorder.ended);
	record_end(&recorder);
}

Test(map_array, a_result_of_kind_error_ends_the_stream_after_those_before_it)
{
	struct recorder recorder;
	size_t calls = 0;

	record(&recorder, weir_map_array(numbers((struct numbers){ .count = 6, .batch = 6 }), as_text, &calls),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the fourth");
	RECORDED(&recorder, "\"the number that came is 1\"@0ms \"the number that came is 2\"@0ms "
			    "\"the number that came is 3\"@0ms #ERANGE@0ms");
}

Test(map_array, a_failure_of_the_mapper_ends_the_stream)
{
	struct recorder recorder;

	record(&recorder, weir_map_array(numbers((struct numbers){ .count = 6, .batch = 2 }), fails, NULL),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the mapper failed");
	RECORDED(&recorder, "#EDOM@0ms");
}

Test(map_array, without_a_mapper_it_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_map_array(numbers((struct numbers){ .count = 1 }), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the mapper is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
