/* reduce_indexed: a fold that is handed the index of each value. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"

static weir_value add_index(weir_value accumulated, weir_value value, uint64_t index, void *context)
{
	(void)context;
	return weir_int(weir_as_int(accumulated) + weir_as_int(value) * (int64_t)index);
}

static weir_observable *build(weir_observable *source)
{
	return weir_reduce_indexed(source, add_index, NULL, weir_int(10));
}

const struct conformance_subject conformance_subject = { .name = "reduce_indexed", .build = build };

Test(reduce_indexed, the_index_counts_from_0)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_reduce_indexed(weir_test_cold(test, "-1-2-3-|"), add_index, NULL, weir_int(1)),
		"-------(9|)");
	weir_test_expect(
		test, weir_reduce_indexed(weir_test_cold(test, "--|"), add_index, NULL, weir_int(7)), "--(7|)");
	MARBLES_OK(test);
}

Test(reduce_indexed, without_a_seed_the_first_call_has_index_1)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, weir_reduce_first_indexed(weir_test_cold(test, "-1-2-3-|"), add_index, NULL), "-------(9|)");
	weir_test_expect(test, weir_reduce_first_indexed(weir_test_cold(test, "--|"), add_index, NULL), "--|");
	MARBLES_OK(test);
}

Test(reduce_indexed, errors_end_it_without_a_result)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, build(weir_test_cold(test, "-1-#")), "---#");
	weir_test_expect(test, weir_reduce_first_indexed(weir_test_cold(test, "-1-#"), add_index, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the accumulator is NULL");
	weir_test_expect(test, weir_reduce_indexed(weir_range(1, 2), NULL, NULL, weir_string("seed")), "#");
	weir_test_expect(test, weir_reduce_first_indexed(weir_range(1, 2), NULL, NULL), "#");
	weir_test_bind_error(test, ENOENT, "no seed");
	weir_test_expect(
		test, weir_reduce_indexed(weir_range(1, 2), add_index, NULL, weir_fail(ENOENT, "no seed")), "#");
	MARBLES_OK(test);
}
