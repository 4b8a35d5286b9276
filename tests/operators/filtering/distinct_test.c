/* distinct: values that have not been there before, as far as they are remembered. */
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
	return weir_distinct(weir_map(source, modulo_three, NULL), &(weir_distinct_options){ .limit = 2 });
}

const struct conformance_subject conformance_subject = { .name = "distinct", .build = build };

Test(distinct, passes_on_what_has_not_been_there)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-1-3-2-|");

	weir_test_expect(test, weir_distinct(source, NULL), "-1-2---3---|");
	weir_test_expect_subscriptions(test, source, "^----------!");
	weir_test_expect(test, weir_distinct(weir_test_cold(test, "-a-b-a-#"), NULL), "-a-b---#");
	MARBLES_OK(test);
}

Test(distinct, an_integer_and_its_text_differ_and_equal_containers_do_not)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 't', weir_string("1"));
	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("12"));
	weir_test_bind(test, 'd', weir_double(1));
	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_distinct(weir_test_cold(test, "-1-t-a-b-d-n-n|"), NULL), "-1-t-a-----n--|");
	MARBLES_OK(test);
}

Test(distinct, every_subscription_remembers_its_own)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_distinct(weir_test_cold(test, "-1-1|"), NULL);

	weir_test_expect(test, weir_ref(observable), "-1--|");
	weir_test_expect(test, observable, "-1--|");
	MARBLES_OK(test);
}

Test(distinct, with_a_key_it_is_the_key_that_counts)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_distinct(weir_test_cold(test, "-1-4-2-7-3|"), &(weir_distinct_options){ .key = modulo_three }),
		"-1---2---3|");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test,
		weir_distinct(weir_test_cold(test, "-1-3-|"), &(weir_distinct_options){ .key = map_fails_at_three }),
		"-1-#");
	MARBLES_OK(test);
}

Test(distinct, with_a_limit_the_oldest_key_is_forgotten)
{
	weir_test *test = weir_test_new();

	/* 1 is not made younger by being there again. */
	weir_test_expect(test,
		weir_distinct(weir_test_cold(test, "-1-2-1-3-2-1-3|"), &(weir_distinct_options){ .limit = 2 }),
		"-1-2---3---1--|");
	weir_test_expect(test,
		weir_distinct(weir_test_cold(test, "-1-1-2-1-|"), &(weir_distinct_options){ .limit = 1 }),
		"-1---2-1-|");
	MARBLES_OK(test);
}

Test(distinct, an_item_of_flush_forgets_all_keys)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-1-2-1-2-|");
	weir_observable *flush = weir_test_cold(test, "----x---x-|");

	weir_test_expect(test, weir_distinct(source, &(weir_distinct_options){ .flush = flush }), "-1-2-1-2-1-2-|");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, flush, "^---------!");
	MARBLES_OK(test);
}

Test(distinct, flush_is_subscribed_after_the_source_and_released_with_it)
{
	weir_test *test = weir_test_new();
	weir_observable *flush = weir_test_cold(test, "-x-------");

	/* At frame 1 the source speaks first. */
	weir_test_expect(test,
		weir_distinct(weir_test_cold(test, "-1-1-|"), &(weir_distinct_options){ .flush = flush }), "-1-1-|");
	weir_test_expect_subscriptions(test, flush, "^----!");
	MARBLES_OK(test);
}

Test(distinct, an_error_of_flush_passes)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-1-2|");

	weir_test_expect(test,
		weir_distinct(source, &(weir_distinct_options){ .flush = weir_test_cold(test, "----#") }), "-1-2#");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(distinct, a_synchronous_source_is_over_before_flush_begins)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect(test,
		weir_distinct(weir_range(1, 3),
			&(weir_distinct_options){ .flush = numbers((struct numbers){ .count = 1, .log = &log }) }),
		"(123|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.subscribed, 0);
	weir_test_free(test);
}

Test(distinct, a_batch_is_seen_as_its_items_are)
{
	weir_observable *strings = weir_from_array(repetitive_strings());
	weir_value in_batches = last_of(weir_to_array(weir_distinct(weir_ref(strings), NULL)));
	weir_value one_by_one = last_of(weir_to_array(weir_distinct(weir_map(strings, same, NULL), NULL)));

	cr_assert_gt(weir_length(one_by_one), 1);
	cr_assert(weir_equal(in_batches, one_by_one));
	weir_release(in_batches);
	weir_release(one_by_one);
}

Test(distinct, what_is_dropped_of_a_batch_is_asked_for_again)
{
	weir_test *test = weir_test_new();

	for (uint64_t demand = 1; demand <= 3; demand++)
		weir_test_expect_with_demand(test, weir_distinct(weir_from_array(digits("111122223333")), NULL), demand,
			0,
			demand == 1   ? "1"
			: demand == 2 ? "(12)"
				      : "(123)");
	weir_test_expect_with_demand(
		test, weir_distinct(weir_from_array(digits("111122223333")), NULL), 4, 0, "(123|)");
	MARBLES_OK(test);
}

Test(distinct, what_is_dropped_is_asked_for_again)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_distinct(numbers((struct numbers){ .count = 9, .log = &log }),
			&(weir_distinct_options){ .key = modulo_three, .limit = 2 }),
		3, 0, "(123)");
	weir_test_expect_with_demand(test, weir_distinct(weir_test_cold(test, "-1-1-2-2-3|"), NULL), 2, 0, "-1---2---");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

static weir_value key_cancels(weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		victim_cancel(context);
	return weir_string_format("key %lld", (long long)weir_as_int(value));
}

Test(distinct, the_key_may_cancel)
{
	struct victim victim;

	victim_run(&victim,
		weir_distinct(weir_range(1, 9), &(weir_distinct_options){ .key = key_cancels, .context = &victim }), 2);
}
