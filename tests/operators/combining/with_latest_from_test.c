/* with_latest_from: each value with the newest of others. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

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
	return weir_with_latest_from(
		source, (weir_observable *[]){ weir_range(1, 5), weir_just(weir_int(7)) }, 2, digits, NULL);
}

const struct conformance_subject conformance_subject = { .name = "with_latest_from", .build = build };

#define WITH(source, combiner, ...) \
	weir_with_latest_from((source), (weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), (combiner), NULL)

static weir_value pair(weir_value left, weir_value right)
{
	return weir_make_array((weir_value[]){ left, right }, 2);
}

Test(with_latest_from, each_value_comes_with_the_newest_of_the_other)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---3-|");
	weir_observable *other = weir_test_cold(test, "--x----y-|");

	weir_test_bind(test, 'p', pair(weir_int(2), weir_string("x")));
	weir_test_bind(test, 'q', pair(weir_int(3), weir_string("y")));
	weir_test_expect(test, WITH(source, NULL, other), "-----p---q-|");
	weir_test_expect_subscriptions(test, source, "^----------!");
	weir_test_expect_subscriptions(test, other, "^--------!");
	MARBLES_OK(test);
}

Test(with_latest_from, values_before_each_other_one_has_had_one_are_left_out)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(256));
	weir_test_bind(test, 'b', weir_int(356));
	weir_test_expect(test,
		WITH(weir_test_cold(test, "123|"), digits, weir_test_cold(test, "5"), weir_test_cold(test, "-(46)")),
		"-ab|");
	MARBLES_OK(test);
}

Test(with_latest_from, the_others_are_subscribed_to_first)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(19));
	weir_test_bind(test, 'b', weir_int(29));
	weir_test_expect(test, WITH(weir_range(1, 2), digits, weir_range(1, 9)), "(ab|)");
	MARBLES_OK(test);
}

Test(with_latest_from, the_end_of_the_source_is_the_end_and_of_the_others_it_is_not)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-");

	weir_test_expect(test, WITH(weir_test_cold(test, "-1|"), digits, other), "--|");
	weir_test_expect_subscriptions(test, other, "^-!");
	weir_test_expect(test, WITH(weir_test_cold(test, "-1-2-|"), digits, weir_test_cold(test, "|")), "-----|");
	MARBLES_OK(test);
}

Test(with_latest_from, without_others_each_value_is_alone)
{
	weir_test *test = weir_test_new();
	weir_value one = weir_int(1);

	weir_test_bind(test, 'a', weir_make_array(&one, 1));
	weir_test_expect(test, weir_with_latest_from(weir_test_cold(test, "-1|"), NULL, 0, NULL, NULL), "-a|");
	MARBLES_OK(test);
}

Test(with_latest_from, errors_of_all_end_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2");

	weir_test_expect(test, WITH(source, digits, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test, WITH(weir_test_cold(test, "--#"), digits, weir_test_cold(test, "-")), "--#");
	MARBLES_OK(test);
}

Test(with_latest_from, after_a_synchronous_error_the_source_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2");

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, WITH(source, digits, weir_combine_latest(NULL, 1, NULL, NULL)), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

static weir_value fail(const weir_value *values, size_t count, void *context)
{
	(void)values;
	(void)count;
	(void)context;
	return weir_fail(WEIR_EUSER, "error");
}

Test(with_latest_from, what_the_combiner_reports_ends_the_stream)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, WITH(weir_test_cold(test, "-1"), fail, weir_test_cold(test, "2")), "-#");
	MARBLES_OK(test);
}

Test(with_latest_from, values_left_out_are_replaced_and_the_others_are_asked_for_everything)
{
	weir_test *test = weir_test_new();
	struct numbers_log source = { 0 };
	struct numbers_log other = { 0 };

	weir_test_bind(test, 'a', weir_int(31));
	weir_test_expect_with_demand(test,
		WITH(numbers((struct numbers){ .count = 9, .interval = weir_ms(1), .log = &source }), digits,
			numbers((struct numbers){ .count = 2, .interval = weir_us(2500), .log = &other })),
		1, 0, "---a");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(source.requested, 3);
	cr_expect_eq(other.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(with_latest_from, NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 1 of 1 is NULL");
	weir_test_expect(test, WITH(weir_range(1, 2), NULL, NULL), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, WITH(NULL, NULL, weir_range(1, 2)), "#");
	MARBLES_OK(test);
}
