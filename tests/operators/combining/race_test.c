/* race: the source with the first value. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_race((weir_observable *[]){ weir_never(), source }, 2);
}

const struct conformance_subject conformance_subject = { .name = "race", .build = build };

#define RACE(...) \
	weir_race((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *))

Test(race, the_first_value_wins_and_the_others_are_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "---1-2|");
	weir_observable *b = weir_test_cold(test, "-x--y--|");

	weir_test_expect(test, RACE(a, b), "-x--y--|");
	weir_test_expect_subscriptions(test, a, "^!");
	weir_test_expect_subscriptions(test, b, "^------!");
	MARBLES_OK(test);
}

Test(race, an_error_before_any_value_is_the_result)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "---1");

	weir_test_expect(test, RACE(other, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(race, a_completion_before_any_value_is_the_result)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, RACE(weir_test_cold(test, "---1"), weir_test_cold(test, "--|")), "--|");
	MARBLES_OK(test);
}

Test(race, an_error_of_the_winner_is_passed_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, RACE(weir_test_cold(test, "-1-#"), weir_test_cold(test, "--x")), "-1-#");
	MARBLES_OK(test);
}

Test(race, a_synchronous_winner_leaves_the_later_ones_alone)
{
	weir_test *test = weir_test_new();
	weir_observable *earlier = weir_test_cold(test, "1");
	weir_observable *later = weir_test_cold(test, "1");

	weir_test_expect(test, RACE(earlier, weir_range(1, 3), later), "(123|)");
	weir_test_expect_subscriptions(test, earlier, "(^!)");
	weir_test_expect_subscriptions(test, later, "");
	MARBLES_OK(test);
}

Test(race, one_alone_and_none)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, RACE(weir_test_cold(test, "-1-2|")), "-1-2|");
	weir_test_expect(test, weir_race(NULL, 0), "|");
	MARBLES_OK(test);
}

Test(race, cancelling_an_open_race_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "----1");
	weir_observable *b = weir_test_cold(test, "----1");

	weir_test_expect_cancelled(test, RACE(a, b), weir_ms(2), "-");
	weir_test_expect_subscriptions(test, a, "^-!");
	weir_test_expect_subscriptions(test, b, "^-!");
	MARBLES_OK(test);
}

Test(race, demand_goes_to_all_and_then_to_the_winner)
{
	weir_test *test = weir_test_new();
	struct numbers_log winner = { 0 };
	struct numbers_log loser = { 0 };

	weir_test_expect_with_demand(test,
		RACE(numbers((struct numbers){ .count = 9, .interval = weir_ms(3), .log = &loser }),
			numbers((struct numbers){ .count = 3, .interval = weir_ms(1), .log = &winner })),
		2, 1, "-123|");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(loser.requested, 2);
	cr_expect_eq(winner.requested, 5);
	weir_test_free(test);
}

static void count_batch(const weir_value *values, size_t count, void *context)
{
	(void)values;
	*(size_t *)context += count;
}

Test(race, batches_of_the_winner_pass_through)
{
	weir_loop *loop = weir_loop_new_virtual();
	size_t count = 0;

	weir_subscribe(RACE(weir_never(), numbers((struct numbers){ .count = 64, .batch = 16 })), loop,
		&(weir_observer){ .next_batch = count_batch, .context = &count });
	cr_expect_eq(count, 64);
	weir_loop_free(loop);
}

Test(race, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 1 of 2 is NULL");
	weir_test_expect(test, RACE(NULL, weir_range(1, 2)), "#");
	MARBLES_OK(test);
}

Test(race, with_adds_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, weir_race_with(weir_test_cold(test, "---1-2|"), weir_test_cold(test, "-x--y--|")), "-x--y--|");
	MARBLES_OK(test);
}
