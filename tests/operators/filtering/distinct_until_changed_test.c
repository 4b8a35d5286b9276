/* distinct_until_changed: values that differ from the one passed on before. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_value halve(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("half %lld", (long long)(weir_as_int(value) / 2));
}

static weir_observable *build(weir_observable *source)
{
	return weir_distinct_until_changed(source, &(weir_distinct_until_changed_options){ .key = halve });
}

const struct conformance_subject conformance_subject = { .name = "distinct_until_changed", .build = build };

Test(distinct_until_changed, passes_on_what_differs_from_the_one_before)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-1-2-2-1-|");

	weir_test_expect(test, weir_distinct_until_changed(source, NULL), "-1---2---1-|");
	weir_test_expect_subscriptions(test, source, "^----------!");
	weir_test_expect(test, weir_distinct_until_changed(weir_test_cold(test, "-1-1-#"), NULL), "-1---#");
	MARBLES_OK(test);
}

Test(distinct_until_changed, nil_and_equal_containers_are_values_like_others)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("12"));
	weir_test_expect(test, weir_distinct_until_changed(weir_test_cold(test, "-n-n-a-b-n|"), NULL), "-n---a---n|");
	MARBLES_OK(test);
}

/* Less than two apart: the value before matters, not only whether there is one. */
static int is_near(weir_value left, weir_value right, void *context)
{
	(void)context;
	return llabs(weir_as_int(left) - weir_as_int(right)) < 2;
}

Test(distinct_until_changed, compares_with_the_value_passed_on_last_not_with_a_dropped_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_distinct_until_changed(weir_test_cold(test, "-1-2-3-4-5|"),
			&(weir_distinct_until_changed_options){ .equal = is_near }),
		"-1---3---5|");
	MARBLES_OK(test);
}

static int ascends(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_as_int(left) <= weir_as_int(right);
}

Test(distinct_until_changed, the_comparison_gets_the_older_key_first)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_distinct_until_changed(weir_test_cold(test, "-2-3-1-2-0|"),
			&(weir_distinct_until_changed_options){ .equal = ascends }),
		"-2---1---0|");
	MARBLES_OK(test);
}

Test(distinct_until_changed, keys_are_compared_values_are_passed_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_distinct_until_changed(weir_test_cold(test, "-1-4-2-5-3|"),
			&(weir_distinct_until_changed_options){ .key = modulo_three }),
		"-1---2---3|");
	weir_test_expect(test,
		weir_distinct_until_changed(weir_test_cold(test, "-1-5-6-8|"),
			&(weir_distinct_until_changed_options){ .key = times_ten, .equal = is_near }),
		"-1-5-6-8|");
	MARBLES_OK(test);
}

static int equality_fails(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)context;
	return weir_as_int(right) == 3 ? -ERANGE : 0;
}

Test(distinct_until_changed, failures_of_the_callbacks_end_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind_error(test, ERANGE, "the comparison failed");
	weir_test_expect(test,
		weir_distinct_until_changed(source, &(weir_distinct_until_changed_options){ .equal = equality_fails }),
		"-1-2-#");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test,
		weir_distinct_until_changed(weir_test_cold(test, "-1-3|"),
			&(weir_distinct_until_changed_options){ .key = map_fails_at_three }),
		"-1-#");
	MARBLES_OK(test);
}

Test(distinct_until_changed, a_batch_is_seen_as_its_items_are)
{
	weir_observable *strings = weir_from_array(repetitive_strings());
	weir_value in_batches = last_of(weir_to_array(weir_distinct_until_changed(weir_ref(strings), NULL)));
	weir_value one_by_one =
		last_of(weir_to_array(weir_distinct_until_changed(weir_map(strings, same, NULL), NULL)));

	cr_assert_gt(weir_length(one_by_one), 1);
	cr_assert(weir_equal(in_batches, one_by_one));
	weir_release(in_batches);
	weir_release(one_by_one);
}

Test(distinct_until_changed, what_is_dropped_of_a_batch_is_asked_for_again)
{
	weir_test *test = weir_test_new();

	for (uint64_t demand = 1; demand <= 3; demand++)
		weir_test_expect_with_demand(test,
			weir_distinct_until_changed(weir_from_array(digits("111122223333")), NULL), demand, 0,
			demand == 1   ? "1"
			: demand == 2 ? "(12)"
				      : "(123)");
	weir_test_expect_with_demand(
		test, weir_distinct_until_changed(weir_from_array(digits("111122223333")), NULL), 4, 0, "(123|)");
	MARBLES_OK(test);
}

Test(distinct_until_changed, what_is_dropped_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_distinct_until_changed(numbers((struct numbers){ .count = 9, .log = &log }),
			&(weir_distinct_until_changed_options){ .key = halve }),
		3, 0, "(124)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 4);
	weir_test_free(test);
}

static int equality_cancels(weir_value left, weir_value right, void *context)
{
	if (weir_equal(right, weir_string_static("half 2")))
		victim_cancel(context);
	return weir_equal(left, right);
}

static weir_value key_cancels(weir_value value, void *context)
{
	if (weir_as_int(value) == 4)
		victim_cancel(context);
	return halve(value, NULL);
}

Test(distinct_until_changed, the_callbacks_may_cancel)
{
	struct victim victim;

	victim_run(&victim,
		weir_distinct_until_changed(weir_range(1, 9),
			&(weir_distinct_until_changed_options){
				.key = halve, .equal = equality_cancels, .context = &victim }),
		2);
	victim_run(&victim,
		weir_distinct_until_changed(weir_range(1, 9),
			&(weir_distinct_until_changed_options){ .key = key_cancels, .context = &victim }),
		2);
}
