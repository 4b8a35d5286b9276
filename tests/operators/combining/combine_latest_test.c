/* combine_latest: the newest values together. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

/* The values as decimal digits: 1, 2 → 12. */
static weir_value digits(const weir_value *values, size_t count, void *context)
{
	int64_t number = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		number = number * 10 + weir_as_int(values[index]);
	return weir_int(number);
}

static weir_observable *build(weir_observable *source)
{
	return weir_combine_latest((weir_observable *[]){ weir_just(weir_int(7)), source }, 2, digits, NULL);
}

const struct conformance_subject conformance_subject = { .name = "combine_latest", .build = build };

static weir_value pair(weir_value left, weir_value right)
{
	return weir_make_array((weir_value[]){ left, right }, 2);
}

#define COMBINE(...) \
	weir_combine_latest((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), NULL, NULL)

#define COMBINE_DIGITS(...) \
	weir_combine_latest((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), digits, NULL)

/* Each letter from a on is the next of these numbers. */
static void bind_numbers(weir_test *test, const int *numbers, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_test_bind(test, (char)('a' + index), weir_int(numbers[index]));
}

Test(combine_latest, emits_the_newest_of_all_whenever_there_is_a_new_one)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---2-----|");
	weir_observable *b = weir_test_cold(test, "---x---y-|");

	weir_test_bind(test, 'p', pair(weir_int(1), weir_string("x")));
	weir_test_bind(test, 'q', pair(weir_int(2), weir_string("x")));
	weir_test_bind(test, 'r', pair(weir_int(2), weir_string("y")));
	weir_test_expect(test, COMBINE(a, b), "---p-q-r---|");
	weir_test_expect_subscriptions(test, a, "^----------!");
	weir_test_expect_subscriptions(test, b, "^--------!");
	MARBLES_OK(test);
}

Test(combine_latest, a_combiner_makes_the_items)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 12, 32, 34 }, 3);
	weir_test_expect(
		test, COMBINE_DIGITS(weir_test_cold(test, "-1---3-|"), weir_test_cold(test, "--2---4|")), "--a--bc|");
	MARBLES_OK(test);
}

Test(combine_latest, values_of_one_that_is_ahead_are_replaced)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 37, 38 }, 2);
	weir_test_expect(
		test, COMBINE_DIGITS(weir_test_cold(test, "-123|"), weir_test_cold(test, "-----78|")), "-----ab|");
	MARBLES_OK(test);
}

Test(combine_latest, synchronous_sources_run_in_order)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 31, 32, 33 }, 3);
	weir_test_expect(test, COMBINE_DIGITS(weir_range(1, 3), weir_range(1, 3)), "(abc|)");
	MARBLES_OK(test);
}

Test(combine_latest, completes_when_all_have)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, COMBINE_DIGITS(weir_test_cold(test, "|"), weir_test_cold(test, "-1-|")), "---|");
	weir_test_expect(test, COMBINE_DIGITS(weir_test_cold(test, "|"), weir_test_cold(test, "-1-")), "-");
	weir_test_expect(test, weir_combine_latest(NULL, 0, NULL, NULL), "|");
	MARBLES_OK(test);
}

Test(combine_latest, an_error_ends_it_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "----1");

	weir_test_expect(test, COMBINE(other, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(combine_latest, after_a_synchronous_error_the_rest_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *rest = weir_test_cold(test, "-1-");

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, COMBINE(weir_reject(NULL, "test", "no"), rest), "#");
	weir_test_expect_subscriptions(test, rest, "");
	MARBLES_OK(test);
}

Test(combine_latest, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "1");
	weir_observable *b = weir_test_cold(test, "1");

	bind_numbers(test, (int[]){ 11 }, 1);
	weir_test_expect_cancelled(test, COMBINE_DIGITS(a, b), weir_ms(3), "a");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

static weir_value fail(const weir_value *values, size_t count, void *context)
{
	(void)values;
	(void)count;
	(void)context;
	return weir_fail(WEIR_EUSER, "error");
}

Test(combine_latest, what_the_combiner_reports_ends_the_stream)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_combine_latest((weir_observable *[]){ weir_test_cold(test, "-1"), weir_test_cold(test, "--1") }, 2,
			fail, NULL),
		"--#");
	MARBLES_OK(test);
}

Test(combine_latest, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 1 of 2 is NULL");
	weir_test_expect(test, COMBINE(NULL, weir_range(1, 2)), "#");
	MARBLES_OK(test);
}

Test(combine_latest, items_are_the_same_whatever_is_demanded)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 15, 25, 26, 36 }, 4);
	for (uint64_t demand = 1; demand < 4; demand++)
		weir_test_expect_with_demand(test,
			COMBINE_DIGITS(weir_test_cold(test, "-1-2---3|"), weir_test_cold(test, "-5-6|")), demand, 1,
			"-a-(bc)d|");
	MARBLES_OK(test);
}

Test(combine_latest, a_synchronous_source_runs_to_its_end_before_the_next_whatever_is_demanded)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 1001, 1002 }, 2);
	for (uint64_t demand = 0; demand < 3; demand++)
		weir_test_expect_with_demand(test, COMBINE_DIGITS(weir_range(1, 100), weir_range(1, 2)),
			demand > 0 ? demand : WEIR_UNBOUNDED, demand > 0, "(ab|)");
	MARBLES_OK(test);
}

Test(combine_latest, a_source_is_lent_at_most_16)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	bind_numbers(test, (int[]){ 11, 12, 13, 14, 15, 16, 17, 18, 19 }, 9);
	weir_test_expect_with_demand(test,
		COMBINE_DIGITS(weir_just(weir_int(1)),
			numbers((struct numbers){ .count = 9, .interval = weir_ms(1), .log = &log })),
		100, 0, "-abcdefghi|");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 16);
	weir_test_free(test);
}

Test(combine_latest, keyed_items_are_maps_in_the_order_of_the_entries)
{
	weir_test *test = weir_test_new();
	weir_value map = weir_make_map(
		(struct weir_member[]){ { weir_string("left"), weir_int(1) }, { weir_string("right"), weir_int(2) } },
		2);

	weir_test_bind(test, 'm', map);
	weir_test_expect(test,
		weir_combine_latest_keyed((weir_entry[]){
			{ "left", weir_test_cold(test, "-1|") }, { "right", weir_test_cold(test, "--2|") }, { 0 } }),
		"--m|");
	weir_test_expect(test, weir_combine_latest_keyed((weir_entry[]){ { 0 } }), "|");
	MARBLES_OK(test);
}

Test(combine_latest, bad_entries_are_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "two entries have the name \"a\"");
	weir_test_expect(test,
		weir_combine_latest_keyed((weir_entry[]){
			{ "a", weir_range(1, 2) }, { "b", weir_range(1, 2) }, { "a", weir_range(1, 2) }, { 0 } }),
		"#");
	weir_test_bind_error(test, EINVAL, "the source of \"b\" is NULL");
	weir_test_expect(test,
		weir_combine_latest_keyed((weir_entry[]){ { "a", weir_range(1, 2) }, { "b", NULL }, { 0 } }), "#");
	weir_test_bind_error(test, EINVAL, "the entries are NULL");
	weir_test_expect(test, weir_combine_latest_keyed(NULL), "#");
	MARBLES_OK(test);
}

Test(combine_latest, with_adds_one)
{
	weir_test *test = weir_test_new();

	bind_numbers(test, (int[]){ 12, 32, 34 }, 3);
	weir_test_expect(test,
		weir_combine_latest_with(
			weir_test_cold(test, "-1---3-|"), weir_test_cold(test, "--2---4|"), digits, NULL),
		"--a--bc|");
	MARBLES_OK(test);
}

#define DELAYING(...) \
	weir_combine_latest_delay_error((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), digits, NULL)

Test(combine_latest, delayed_errors_come_when_all_have_ended)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-#");

	bind_numbers(test, (int[]){ 12, 13 }, 2);
	weir_test_expect(test, DELAYING(a, weir_test_cold(test, "--2--3-|")), "--a--b-#");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "-1|"), weir_test_cold(test, "--2#")), "--a#");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "-1|"), weir_test_cold(test, "--2|")), "--a|");
	weir_test_expect(test, DELAYING(weir_test_cold(test, "#"), weir_test_cold(test, "--2|")), "---#");
	weir_test_expect(test, weir_combine_latest_delay_error(NULL, 0, NULL, NULL), "|");

	weir_observable *both = DELAYING(weir_test_cold(test, "-1#"), weir_test_cold(test, "--(23#)"));

	weir_test_bind_error(test, WEIR_ECOMPOSITE, "several sources have failed");
	weir_test_expect_with_demand(test, both, 1, 1, "--(ab#)");
	MARBLES_OK(test);
}
