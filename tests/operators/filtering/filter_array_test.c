/* filter_array: values that come together are chosen from by one call. */
#include <errno.h>

#include <weir/arrays.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

WEIR_FILTER_INT(even, x, x % 2 == 0)
WEIR_FILTER_DOUBLE(above_two, x, x > 2.0)

static weir_observable *build(weir_observable *source)
{
	return weir_filter_array(source, even, NULL);
}

const struct conformance_subject conformance_subject = { .name = "filter_array", .build = build };

static int fails(const weir_value *values, size_t count, bool *ret_passes, void *context)
{
	(void)values;
	(void)count;
	(void)ret_passes;
	(void)context;
	return -EDOM;
}

/* The first of each array. */
static int first(const weir_value *values, size_t count, bool *ret_passes, void *context)
{
	(void)values;
	(void)context;
	for (size_t index = 0; index < count; index++)
		ret_passes[index] = index == 0;
	return 0;
}

static weir_value text(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("the number that came is %lld", (long long)weir_as_int(value));
}

Test(filter_array, what_passes_keeps_its_order)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_filter_array(weir_test_cold(test, "-1-(23)-4-|"), even, NULL), "---2----4-|");
	weir_test_expect(test, weir_filter_array(weir_test_cold(test, "-1-3-2-#"), above_two, NULL), "---3---#");
	MARBLES_OK(test);
}

Test(filter_array, what_comes_together_is_chosen_from_together)
{
	struct recorder recorder;

	record(&recorder, weir_filter_array(numbers((struct numbers){ .count = 7, .batch = 3 }), first, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 4@0ms 7@0ms |@0ms");
}

Test(filter_array, a_dropped_value_is_requested_again)
{
	struct recorder recorder;

	record(&recorder, weir_filter_array(numbers((struct numbers){ .count = 9, .batch = 2 }), even, NULL), 3);
	RECORDED(&recorder, "2@0ms 4@0ms 6@0ms");
}

Test(filter_array, counted_values_that_do_not_pass_are_released)
{
	struct recorder recorder;

	record(&recorder, weir_filter_array(weir_map(numbers((struct numbers){ .count = 3 }), text, NULL), even, NULL),
		WEIR_UNBOUNDED);
	/* A text is 0 as an integer. */
	RECORDED(&recorder, "\"the number that came is 1\"@0ms \"the number that came is 2\"@0ms "
			    "\"the number that came is 3\"@0ms |@0ms");
	record(&recorder,
		weir_filter_array(weir_map(numbers((struct numbers){ .count = 3 }), text, NULL), above_two, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
}

Test(filter_array, a_failure_of_the_predicate_ends_the_stream)
{
	struct recorder recorder;

	record(&recorder, weir_filter_array(numbers((struct numbers){ .count = 6, .batch = 2 }), fails, NULL),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the predicate failed");
	RECORDED(&recorder, "#EDOM@0ms");
}

Test(filter_array, without_a_predicate_it_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_filter_array(numbers((struct numbers){ .count = 1 }), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the predicate is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
