/* buffer_count: arrays of a given size that touch, overlap or leave values out. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_buffer_count(source, 4, 3);
}

const struct conformance_subject conformance_subject = { .name = "buffer_count", .build = build };

static void bind_arrays(weir_test *test, const char *const *texts)
{
	for (int index = 0; texts[index] != NULL; index++)
		weir_test_bind(test, (char)('a' + index), digits(texts[index]));
}

#define BIND(test, ...) bind_arrays(test, (const char *const[]){ __VA_ARGS__, NULL })

Test(buffer_count, emits_full_buffers_and_the_rest_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	BIND(test, "12", "34", "5");
	weir_test_expect(test, weir_buffer_count(weir_ref(source), 2, 2), "---a---b---(c|)");
	weir_test_expect(test, weir_buffer_count(source, 2, 0), "---a---b---(c|)");
	weir_test_expect_subscriptions(test, source, "^----------!");
	weir_test_expect_subscriptions(test, source, "^----------!");
	MARBLES_OK(test);
}

Test(buffer_count, overlapping_ones_end_oldest_first)
{
	weir_test *test = weir_test_new();

	BIND(test, "123", "234", "345", "45", "5");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-1-2-3-4-5-|"), 3, 1), "-----a-b-c-(de|)");
	MARBLES_OK(test);
}

Test(buffer_count, values_between_two_buffers_are_left_out)
{
	weir_test *test = weir_test_new();

	BIND(test, "12", "45", "7");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-1-2-3-4-5-6-7|"), 2, 3), "---a-----b----(c|)");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-1-2-3|"), 2, 5), "---a--|");
	MARBLES_OK(test);
}

Test(buffer_count, every_buffer_owns_its_values)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'x', letters("ab"));
	weir_test_bind(test, 'y', letters("bc"));
	weir_test_bind(test, 'z', letters("c"));
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-a-b-c-|"), 2, 1), "---x-y-(z|)");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-a-b-c-|"), 2, 2), "---x---(z|)");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-a-b-c-#"), 2, 1), "---x-y-#");
	weir_test_expect_cancelled(test, weir_buffer_count(weir_test_cold(test, "-a-b-c-|"), 2, 1), weir_ms(4), "---x");
	MARBLES_OK(test);
}

Test(buffer_count, a_batch_is_seen_as_its_items_are)
{
	static const size_t sizes[][2] = { { 1, 1 }, { 7, 7 }, { 100, 100 }, { 5, 2 }, { 100, 1 }, { 3, 8 },
		{ 1, 200 } };
	weir_observable *strings = weir_from_array(repetitive_strings());

	for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
		size_t size = sizes[index][0];
		size_t every = sizes[index][1];
		weir_value in_batches = last_of(weir_to_array(weir_buffer_count(weir_ref(strings), size, every)));
		weir_value one_by_one =
			last_of(weir_to_array(weir_buffer_count(weir_map(weir_ref(strings), same, NULL), size, every)));

		cr_assert_gt(weir_length(one_by_one), 1);
		cr_assert(weir_equal(in_batches, one_by_one), "buffers of %zu every %zu", size, every);
		weir_release(in_batches);
		weir_release(one_by_one);
	}
	weir_unref(strings);
}

Test(buffer_count, an_empty_source_makes_no_buffer)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "--|"), 2, 1), "--|");
	MARBLES_OK(test);
}

Test(buffer_count, an_error_drops_unfinished_buffers)
{
	weir_test *test = weir_test_new();

	BIND(test, "12");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-1-2-3-#"), 2, 2), "---a---#");
	MARBLES_OK(test);
}

Test(buffer_count, a_size_of_0_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the size of a buffer is 0; it must be at least 1");
	weir_test_expect(test, weir_buffer_count(weir_test_cold(test, "-1|"), 0, 1), "#");
	MARBLES_OK(test);
}

static void asks_for(size_t size, size_t every, uint64_t first, uint64_t then, const char *marbles, uint64_t requested)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	const char *report;

	BIND(test, "12", "34", "56");
	weir_test_bind(test, 'p', digits("123"));
	weir_test_bind(test, 'q', digits("234"));
	weir_test_bind(test, 'r', digits("345"));
	weir_test_bind(test, 'y', digits("45"));
	weir_test_expect_with_demand(test,
		weir_buffer_count(numbers((struct numbers){ .count = 1000, .log = &log }), size, every), first, then,
		marbles);
	report = weir_test_run(test);
	cr_expect_null(report, "%s", report);
	cr_expect_eq(log.requested, requested, "buffers of %zu every %zu: %llu were requested", size, every,
		(unsigned long long)log.requested);
	weir_test_free(test);
}

Test(buffer_count, the_source_is_asked_for_what_the_buffers_need)
{
	asks_for(2, 2, 3, 0, "(abc)", 6);
	asks_for(3, 1, 3, 0, "(pqr)", 5);
	asks_for(2, 3, 2, 0, "(ay)", 5);
	asks_for(2, 2, 0, 0, "", 0);
}

static weir_value first_of(weir_value value, void *context)
{
	(void)context;
	return weir_retain(weir_at(value, 0));
}

Test(buffer_count, each_further_buffer_costs_every_values)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	/* 3 for the first, one for each of the 7 others; the source completes with its last. */
	weir_test_bind(test, 'x', weir_int(10));
	weir_test_expect_with_demand(test,
		weir_map(
			weir_buffer_count(numbers((struct numbers){ .count = 10, .log = &log }), 3, 1), first_of, NULL),
		1, 1, "(123456789x|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.emitted, 10);
	weir_test_free(test);
}

Test(buffer_count, unfinished_buffers_wait_until_they_are_asked_for)
{
	weir_test *test = weir_test_new();

	BIND(test, "123", "23", "3");
	weir_test_expect_with_demand(test, weir_buffer_count(weir_range(1, 3), 3, 1), 1, 0, "a");
	weir_test_expect_with_demand(test, weir_buffer_count(weir_range(1, 3), 3, 1), 2, 0, "(ab)");
	weir_test_expect_with_demand(test, weir_buffer_count(weir_range(1, 3), 3, 1), 3, 0, "(abc|)");
	weir_test_expect_with_demand(test, weir_buffer_count(weir_range(1, 3), 3, 1), 1, 1, "(abc|)");
	MARBLES_OK(test);
}

struct depth {
	char *highest;
	char *lowest;
};

static int measures_the_stack(weir_value value, void *context)
{
	struct depth *depth = context;
	char *here = __builtin_frame_address(0);

	(void)value;
	if (depth->highest == NULL || here > depth->highest)
		depth->highest = here;
	if (depth->lowest == NULL || here < depth->lowest)
		depth->lowest = here;
	return 0;
}

Test(buffer_count, many_unfinished_buffers_do_not_recurse)
{
	weir_test *test = weir_test_new();
	struct depth depth = { 0 };

	/* Each one that is dropped asks for the next. */
	weir_test_expect_with_demand(test,
		weir_filter(weir_buffer_count(weir_range(1, 500), 1000, 1), measures_the_stack, &depth), 1, 0, "|");
	MARBLES_OK(test);
	cr_expect_lt(depth.highest - depth.lowest, 4096);
}

Test(buffer_count, endless_demand_stays_endless)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	BIND(test, "123");
	weir_test_expect(
		test, weir_buffer_count(numbers((struct numbers){ .count = 3, .log = &log }), SIZE_MAX, 7), "(a|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(buffer_count, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-3-|");

	BIND(test, "12");
	weir_test_expect_cancelled(test, weir_buffer_count(source, 2, 2), weir_ms(4), "---a");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
