/* expand: values and what comes of them. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *halves(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) > 1 ? weir_just(weir_int(weir_as_int(value) / 2)) : weir_empty();
}

static weir_observable *build(weir_observable *source)
{
	return weir_expand(source, halves, NULL, 0);
}

const struct conformance_subject conformance_subject = {
	.name = "expand",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

/* 1 → 11, 12; 11 → 111, 112 and so on, up to a number of digits. */
static weir_observable *two_more(weir_value value, void *context)
{
	int64_t number = weir_as_int(value);

	return number < *(const int *)context ? weir_range(number * 10 + 1, 2) : weir_empty();
}

static void bind_numbers(weir_test *test, const int *numbers, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_test_bind(test, (char)('a' + index), weir_int(numbers[index]));
}

struct next_number {
	weir_duration delay;
	int limit;
};

static weir_observable *next_number(weir_value value, void *context)
{
	const struct next_number *next = context;
	int64_t number = weir_as_int(value) + 1;

	if (number > next->limit)
		return weir_empty();
	return weir_delay(weir_just(weir_int(number)), next->delay);
}

Test(expand, emits_each_value_and_what_comes_of_it)
{
	weir_test *test = weir_test_new();
	struct next_number next = { .delay = weir_ms(2), .limit = 3 };
	weir_observable *source = weir_test_cold(test, "-1-------|");

	weir_test_expect(test, weir_expand(source, next_number, &next, 0), "-1-2-3---|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(expand, completes_when_nothing_is_active)
{
	weir_test *test = weir_test_new();
	struct next_number next = { .delay = weir_ms(3), .limit = 3 };

	weir_test_expect(test, weir_expand(weir_test_cold(test, "1|"), next_number, &next, 0), "1--2--(3|)");
	weir_test_expect(test, weir_expand(weir_test_cold(test, "--|"), next_number, &next, 0), "--|");
	MARBLES_OK(test);
}

Test(expand, synchronous_ones_are_gone_through_depth_first)
{
	weir_test *test = weir_test_new();
	int limit = 50;

	bind_numbers(test, (int[]){ 1, 11, 111, 112, 12, 121, 122 }, 7);
	weir_test_expect(test, weir_expand(weir_just(weir_int(1)), two_more, &limit, 0), "(abcdefg|)");
	for (uint64_t demand = 1; demand < 4; demand++)
		weir_test_expect_with_demand(
			test, weir_expand(weir_just(weir_int(1)), two_more, &limit, 0), demand, 1, "(abcdefg|)");
	MARBLES_OK(test);
}

Test(expand, with_a_limit_values_wait_for_their_turn)
{
	weir_test *test = weir_test_new();
	int limit = 50;
	struct next_number next = { .delay = weir_ms(3), .limit = 4 };

	bind_numbers(test, (int[]){ 1, 11, 12, 111, 112, 121, 122 }, 7);
	weir_test_expect(test, weir_expand(weir_just(weir_int(1)), two_more, &limit, 1), "(abcdefg|)");
	weir_test_expect(test, weir_expand(weir_test_cold(test, "3-3|"), next_number, &next, 1), "3--3--(44|)");
	MARBLES_OK(test);
}

static weir_observable *one_more(weir_value value, void *context)
{
	(void)context;
	return weir_just(weir_int(weir_as_int(value) + 1));
}

static weir_observable *one_more_unknown(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) + 1, 1);
}

static void keep_value(weir_value value, void *context)
{
	*(int64_t *)context = weir_as_int(value);
}

Test(expand, an_endless_synchronous_recursion_is_flat_and_yields_to_the_loop)
{
	weir_project projections[] = { one_more, one_more_unknown };

	for (size_t index = 0; index < 2; index++) {
		weir_loop *loop = weir_loop_new_virtual();
		int64_t last = 0;

		weir_subscribe(weir_take(weir_expand(weir_just(weir_int(1)), projections[index], NULL, 0), 1000000),
			loop, &(weir_observer){ .next = keep_value, .context = &last });
		cr_expect_lt(last, 1000000);
		weir_loop_run(loop);
		cr_expect_eq(last, 1000000);
		weir_loop_free(loop);
	}
}

static weir_observable *fail(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 2 ? NULL : weir_just(weir_int(weir_as_int(value) + 1));
}

Test(expand, errors_end_it_behind_the_value_they_come_of)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-");
	struct next_number next = { .delay = weir_ms(3), .limit = 3 };

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_expand(source, fail, NULL, 0), "-(12#)");
	weir_test_expect_subscriptions(test, source, "^!");
	weir_test_expect(test, weir_expand(weir_test_cold(test, "1-#"), next_number, &next, 0), "1-#");
	MARBLES_OK(test);
}

Test(expand, cancelling_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1------");
	struct next_number next = { .delay = weir_ms(2), .limit = 9 };

	weir_test_expect_cancelled(test, weir_expand(source, next_number, &next, 0), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(expand, nothing_is_asked_for_that_nobody_waits_for)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test,
		weir_expand(numbers((struct numbers){ .count = 9, .log = &log }), halves, NULL, 0), 4, 0, "(1213)");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
}

Test(expand, a_projection_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_expand(weir_range(1, 2), NULL, NULL, 0), "#");
	MARBLES_OK(test);
}

/* 1 → 2, 3 and failure. */
static weir_observable *two_and_failure(weir_value value, void *context)
{
	(void)context;
	if (weir_as_int(value) != 1)
		return weir_empty();
	return weir_concat((weir_observable *[]){ weir_range(2, 2), weir_throw(WEIR_EUSER, "error") }, 2);
}

Test(expand, items_are_not_lost_to_the_error_behind_them)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_expand(weir_test_cold(test, "-1--|"), two_and_failure, NULL, 0), "-(123#)");
	MARBLES_OK(test);
}
