/* fork_join: the last value of each. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_fork_join((weir_entry[]){ { "numbers", source }, { "seven", weir_just(weir_int(7)) }, { 0 } });
}

const struct conformance_subject conformance_subject = { .name = "fork_join", .build = build };

static weir_value map_of(const char *left_name, int left, const char *right_name, int right)
{
	return weir_make_map((struct weir_member[]){ { weir_string(left_name), weir_int(left) },
				     { weir_string(right_name), weir_int(right) } },
		2);
}

#define FORK_JOIN(a, b) weir_fork_join((weir_entry[]){ { "a", (a) }, { "b", (b) }, { 0 } })

Test(fork_join, emits_the_last_value_of_each_by_name_when_all_have_completed)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---2|");
	weir_observable *b = weir_test_cold(test, "---3-----|");

	weir_test_bind(test, 'p', map_of("a", 2, "b", 3));
	weir_test_expect(test, FORK_JOIN(a, b), "---------(p|)");
	weir_test_expect_subscriptions(test, a, "^-----!");
	weir_test_expect_subscriptions(test, b, "^--------!");
	MARBLES_OK(test);
}

static void check_order(weir_value value, void *context)
{
	struct weir_iterator iterator = weir_iterate(value);
	weir_value key;

	(void)context;
	cr_assert(weir_iterator_next(&iterator, &key, NULL));
	cr_expect(weir_is_string(key, "z"));
	cr_assert(weir_iterator_next(&iterator, &key, NULL));
	cr_expect(weir_is_string(key, "a"));
}

Test(fork_join, the_map_has_the_order_of_the_entries)
{
	weir_test *test = weir_test_new();

	weir_subscribe(weir_fork_join((weir_entry[]){
			       { "z", weir_test_cold(test, "--1|") }, { "a", weir_test_cold(test, "-2|") }, { 0 } }),
		weir_test_loop(test), &(weir_observer){ .next = check_order });
	MARBLES_OK(test);
}

Test(fork_join, one_that_completes_empty_completes_the_result_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1---|");

	weir_test_expect(test, FORK_JOIN(weir_test_cold(test, "--|"), other), "--|");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(fork_join, without_sources_it_completes_empty)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_fork_join((weir_entry[]){ { 0 } }), "|");
	weir_test_expect(test, weir_fork_join_list(NULL, 0, NULL, NULL), "|");
	MARBLES_OK(test);
}

Test(fork_join, the_first_failure_cancels_the_others)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1---|");

	weir_test_expect(test, FORK_JOIN(other, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(fork_join, after_a_synchronous_end_the_rest_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *rest = weir_test_cold(test, "-1-");

	weir_test_expect(test, FORK_JOIN(weir_empty(), rest), "|");
	weir_test_expect_subscriptions(test, rest, "");
	MARBLES_OK(test);
}

Test(fork_join, cancelling_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---|");
	weir_observable *b = weir_test_cold(test, "-1---|");

	weir_test_expect_cancelled(test, FORK_JOIN(a, b), weir_ms(3), "-");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

struct late_request {
	weir_subscription *subscription;
	size_t items;
	bool completed;
};

static void keep_subscription(weir_subscription *subscription, void *context)
{
	((struct late_request *)context)->subscription = subscription;
}

static void count_item(weir_value value, void *context)
{
	(void)value;
	((struct late_request *)context)->items++;
}

static void note_completion(void *context)
{
	((struct late_request *)context)->completed = true;
}

static void request_now(void *context)
{
	struct late_request *late = context;

	cr_expect_eq(late->items, 0);
	cr_expect(!late->completed);
	weir_request(late->subscription, 1);
	cr_expect_eq(late->items, 1);
	cr_expect(late->completed);
}

Test(fork_join, the_sources_are_asked_for_everything_and_the_result_waits_for_demand)
{
	weir_test *test = weir_test_new();
	struct late_request late = { 0 };
	struct numbers_log log = { 0 };

	weir_subscribe(FORK_JOIN(numbers((struct numbers){ .count = 3, .interval = weir_ms(1), .log = &log }),
			       weir_just(weir_int(1))),
		weir_test_loop(test),
		&(weir_observer){ .subscribed = keep_subscription,
			.next = count_item,
			.complete = note_completion,
			.demand = WEIR_ON_REQUEST,
			.context = &late });
	weir_test_at(test, weir_ms(9), request_now, &late);
	MARBLES_OK(test);
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	cr_expect_eq(late.items, 1);
}

static weir_value add(const weir_value *values, size_t count, void *context)
{
	int64_t sum = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		sum += weir_as_int(values[index]);
	return weir_int(sum);
}

static weir_value fail(const weir_value *values, size_t count, void *context)
{
	(void)values;
	(void)count;
	(void)context;
	return weir_fail(WEIR_EUSER, "error");
}

Test(fork_join, of_a_list_emits_an_array_or_what_the_combiner_makes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'p', weir_make_array((weir_value[]){ weir_int(2), weir_int(3) }, 2));
	weir_test_expect(test,
		weir_fork_join_list(
			(weir_observable *[]){ weir_test_cold(test, "-1---2|"), weir_test_cold(test, "---3-----|") }, 2,
			NULL, NULL),
		"---------(p|)");
	weir_test_expect(test,
		weir_fork_join_list((weir_observable *[]){ weir_range(1, 2), weir_range(3, 2) }, 2, add, NULL), "(6|)");
	weir_test_expect(test,
		weir_fork_join_list((weir_observable *[]){ weir_range(1, 2), weir_range(3, 2) }, 2, fail, NULL), "#");
	MARBLES_OK(test);
}

Test(fork_join, bad_arguments_are_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source of \"a\" is NULL");
	weir_test_expect(test, FORK_JOIN(NULL, weir_range(1, 2)), "#");
	weir_test_bind_error(test, EINVAL, "two entries have the name \"a\"");
	weir_test_expect(test,
		weir_fork_join((weir_entry[]){ { "a", weir_range(1, 2) }, { "a", weir_range(1, 2) }, { 0 } }), "#");
	weir_test_bind_error(test, EINVAL, "source 1 of 1 is NULL");
	weir_test_expect(test, weir_fork_join_list((weir_observable *[]){ NULL }, 1, NULL, NULL), "#");
	MARBLES_OK(test);
}
