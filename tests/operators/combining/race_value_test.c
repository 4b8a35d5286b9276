/* race_value: the first value, whatever has failed before. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_race_value((weir_observable *[]){ weir_empty(), source }, 2);
}

const struct conformance_subject conformance_subject = { .name = "race_value", .build = build, .handles_errors = true };

#define RACE_VALUE(...) \
	weir_race_value((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *))

Test(race_value, errors_and_completions_before_the_first_value_are_passed_over)
{
	weir_test *test = weir_test_new();
	weir_observable *loser = weir_test_cold(test, "-----x|");

	weir_test_expect(test,
		RACE_VALUE(weir_test_cold(test, "-#"), weir_test_cold(test, "--|"), weir_test_cold(test, "---1-2|"),
			loser),
		"---1-2|");
	weir_test_expect_subscriptions(test, loser, "^--!");
	MARBLES_OK(test);
}

Test(race_value, an_error_of_the_winner_is_passed_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, RACE_VALUE(weir_test_cold(test, "-1-#"), weir_test_cold(test, "--x")), "-1-#");
	MARBLES_OK(test);
}

Test(race_value, a_synchronous_winner_leaves_the_later_ones_alone)
{
	weir_test *test = weir_test_new();
	weir_observable *later = weir_test_cold(test, "1");

	weir_test_expect(test, RACE_VALUE(weir_empty(), weir_range(1, 3), later), "(123|)");
	weir_test_expect_subscriptions(test, later, "");
	MARBLES_OK(test);
}

static void keep_error(const weir_error *error, void *context)
{
	*(weir_error **)context = weir_error_ref(error);
}

Test(race_value, when_all_have_failed_the_error_holds_theirs_in_order_of_the_sources)
{
	weir_test *test = weir_test_new();
	weir_error *error = NULL;
	weir_observable *first = weir_test_cold(test, "---#");
	weir_observable *second = weir_test_cold(test, "-|");

	weir_test_bind_error(test, EPERM, "no");
	weir_subscribe(RACE_VALUE(first, second, weir_test_cold(test, "--#")), weir_test_loop(test),
		&(weir_observer){ .error = keep_error, .context = &error });
	MARBLES_OK(test);
	cr_assert_not_null(error);
	cr_expect_eq(weir_error_code(error), WEIR_ECOMPOSITE);
	cr_expect_str_eq(weir_error_message(error), "no source has given a value");
	cr_expect_str_eq(weir_error_origin(error), "race_value");
	cr_assert_eq(weir_error_cause_count(error), 3);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 0)), WEIR_EUSER);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 1)), WEIR_EEMPTY);
	cr_expect_str_eq(weir_error_message(weir_error_cause_at(error, 1)), "source 2 completed without a value");
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 2)), EPERM);
	weir_error_unref(error);
}

Test(race_value, without_sources_it_fails_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_ECOMPOSITE, "there are no sources");
	weir_test_expect(test, weir_race_value(NULL, 0), "#");
	MARBLES_OK(test);
}

Test(race_value, cancelling_an_open_race_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-#");
	weir_observable *b = weir_test_cold(test, "----1");

	weir_test_expect_cancelled(test, RACE_VALUE(a, b), weir_ms(2), "-");
	weir_test_expect_subscriptions(test, a, "^!");
	weir_test_expect_subscriptions(test, b, "^-!");
	MARBLES_OK(test);
}

Test(race_value, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 2 is NULL");
	weir_test_expect(test, RACE_VALUE(weir_range(1, 2), NULL), "#");
	MARBLES_OK(test);
}
