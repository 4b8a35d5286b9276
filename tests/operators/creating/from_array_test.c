/* from_array: the items of an array, as they are asked for, without keeping the loop to itself. */
#include <errno.h>
#include <stdlib.h>

#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_from_array(digits("123456789"));
}

const struct conformance_subject conformance_subject = { .name = "from_array", .build = build, .creates = true };

Test(from_array, emits_the_items_at_once_and_completes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_from_array(digits("123")), "(123|)");
	weir_test_expect(test, weir_from_array(digits("7")), "(7|)");
	MARBLES_OK(test);
}

Test(from_array, an_empty_one_completes_without_demand)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_from_array(digits("")), 0, 0, "|");
	MARBLES_OK(test);
}

Test(from_array, only_the_outermost_array_is_taken_apart)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits(""));
	weir_test_expect(
		test, weir_from_array(weir_make_array((weir_value[]){ digits("12"), digits("") }, 2)), "(ab|)");
	MARBLES_OK(test);
}

Test(from_array, emits_no_more_than_requested_and_completes_with_the_last)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_from_array(digits("1234")), 3, 0, "(123)");
	weir_test_expect_with_demand(test, weir_from_array(digits("1234")), 4, 0, "(1234|)");
	weir_test_expect_with_demand(test, weir_from_array(digits("1234")), 1, 1, "(1234|)");
	weir_test_expect_with_demand(test, weir_from_array(digits("1234")), 0, 0, "");
	MARBLES_OK(test);
}

Test(from_array, batches_keep_to_what_was_requested)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_skip(weir_from_array(digits("1234")), 0), 3, 0, "(123)");
	weir_test_expect_with_demand(test, weir_skip(weir_from_array(digits("1234")), 1), 3, 0, "(234|)");
	weir_test_expect(test, weir_count(weir_from_array(digits("1234"))), "(4|)");
	weir_test_expect(test, weir_take(weir_from_array(digits("1234")), 2), "(12|)");
	MARBLES_OK(test);

	weir_value copy = last_of(weir_to_array(weir_from_array(repetitive_strings())));
	weir_value original = repetitive_strings();

	cr_expect(weir_equal(copy, original));
	weir_release(copy);
	weir_release(original);
}

Test(from_array, items_live_as_long_as_they_are_held)
{
	weir_test *test = weir_test_new();
	weir_value items[] = { weir_string("long enough to be in memory of its own"), weir_string("b") };

	weir_test_bind(test, 'a', weir_string("long enough to be in memory of its own"));
	weir_test_expect(test, weir_from_array(weir_make_array(items, 2)), "(ab|)");
	MARBLES_OK(test);
}

Test(from_array, another_kind_is_an_error_that_shows_the_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "an array is needed, not 7");
	weir_test_expect(test, weir_from_array(weir_int(7)), "#");
	weir_test_bind_error(test, EINVAL, "an array is needed, not {}");
	weir_test_expect(test, weir_from_array(weir_make_map(NULL, 0)), "#");
	weir_test_bind_error(test, EINVAL, "an array is needed, not \"abc\"");
	weir_test_expect(test, weir_from_array(weir_string("abc")), "#");
	MARBLES_OK(test);
}

Test(from_array, an_error_is_what_it_fails_with)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ENOENT, "no list");
	weir_test_expect(test, weir_from_array(weir_fail(ENOENT, "no list")), "#");
	MARBLES_OK(test);
}

struct counters {
	uint64_t items;
	uint64_t items_at_tick;
};

static void count_item(weir_value value, void *context)
{
	struct counters *counters = context;

	cr_assert_eq((uint64_t)weir_as_int(value), counters->items);
	counters->items++;
}

static void note_tick(void *context)
{
	struct counters *counters = context;

	counters->items_at_tick = counters->items;
}

Test(from_array, a_long_one_lets_others_work_and_loses_nothing)
{
	enum {
		COUNT = 100000,
	};
	static weir_value items[COUNT];
	struct counters counters = { 0 };
	weir_loop *loop = weir_loop_new_virtual();

	for (int index = 0; index < COUNT; index++)
		items[index] = weir_int(index);
	weir_subscribe(weir_from_array(weir_make_array(items, COUNT)), loop,
		&(struct weir_observer){ .next = count_item, .context = &counters });
	cr_assert(counters.items > 0 && counters.items < COUNT);
	weir_loop_post(loop, note_tick, &counters);
	weir_loop_run(loop);
	cr_assert(counters.items_at_tick > 0 && counters.items_at_tick < COUNT);
	cr_assert_eq(counters.items, COUNT);
	weir_loop_free(loop);
}

static weir_value ages(void)
{
	return weir_make_map((const struct weir_member[]){ { weir_string("ann"), weir_int(1) },
				     { weir_string("bob"), weir_nil() }, { weir_string("cy"), digits("12") } },
		3);
}

Test(pairs, emits_each_member_as_key_and_value)
{
	struct recorder recorder;

	record(&recorder, weir_pairs(ages()), WEIR_UNBOUNDED);
	RECORDED(&recorder, "[\"ann\", 1]@0ms [\"bob\", nil]@0ms [\"cy\", [1, 2]]@0ms |@0ms");
}

Test(pairs, emits_no_more_than_requested)
{
	struct recorder recorder;

	record(&recorder, weir_pairs(ages()), 1);
	cr_expect_str_eq(recorder.text, "[\"ann\", 1]@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[\"ann\", 1]@0ms [\"bob\", nil]@0ms");
}

Test(pairs, an_empty_map_completes_without_demand)
{
	struct recorder recorder;

	record(&recorder, weir_pairs(weir_make_map(NULL, 0)), 0);
	RECORDED(&recorder, "|@0ms");
}

Test(pairs, only_a_map_will_do)
{
	struct recorder recorder;

	record(&recorder, weir_pairs(digits("12")), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "a map is needed, not [1, 2]");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_pairs(weir_fail(ERANGE, "no map")), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ERANGE@0ms");
}

Test(pairs, count_as_items_to_a_stage_that_takes_batches)
{
	struct recorder recorder;

	record(&recorder, weir_count(weir_pairs(ages())), WEIR_UNBOUNDED);
	RECORDED(&recorder, "3@0ms |@0ms");
}
