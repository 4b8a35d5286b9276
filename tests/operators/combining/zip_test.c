/* zip: the n-th values together. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/sharing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_value add(const weir_value *values, size_t count, void *context)
{
	int64_t sum = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		sum += weir_as_int(values[index]);
	return weir_int(sum);
}

static weir_observable *build(weir_observable *source)
{
	return weir_zip((weir_observable *[]){ source, weir_range(100, 7) }, 2, add, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "zip",
	.build = build,
	.errors_overtake_items = "what waits for partners and for demand",
};

static weir_value pair(weir_value left, weir_value right)
{
	return weir_make_array((weir_value[]){ left, right }, 2);
}

#define ZIP(...) \
	weir_zip((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), NULL, NULL)

#define ZIP_SUM(...) \
	weir_zip((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), add, NULL)

Test(zip, pairs_the_values_in_order_whatever_their_times)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2---3-|");
	weir_observable *b = weir_test_cold(test, "---x--y---z-|");

	weir_test_bind(test, 'p', pair(weir_int(1), weir_string("x")));
	weir_test_bind(test, 'q', pair(weir_int(2), weir_string("y")));
	weir_test_bind(test, 'r', pair(weir_int(3), weir_string("z")));
	weir_test_expect(test, ZIP(a, b), "---p--q---(r|)");
	weir_test_expect_subscriptions(test, a, "^--------!");
	weir_test_expect_subscriptions(test, b, "^---------!");
	MARBLES_OK(test);
}

Test(zip, a_combiner_makes_the_items)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		ZIP_SUM(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "-2-5-|"), weir_test_cold(test, "--11-|")),
		"--48-|");
	MARBLES_OK(test);
}

Test(zip, completes_when_a_source_has_and_nothing_of_it_waits)
{
	weir_test *test = weir_test_new();
	weir_observable *endless = weir_test_cold(test, "1-1-1-1-1-1");

	weir_test_expect(test, ZIP_SUM(weir_test_cold(test, "-2-|"), endless), "-3-|");
	weir_test_expect_subscriptions(test, endless, "^--!");
	weir_test_expect(
		test, ZIP_SUM(weir_test_cold(test, "(22|)"), weir_test_cold(test, "--1---1---1")), "--3---(3|)");
	weir_test_expect(test, ZIP_SUM(weir_test_cold(test, "--|"), weir_test_cold(test, "1-1")), "--|");
	MARBLES_OK(test);
}

Test(zip, a_completion_while_its_values_wait_changes_nothing_yet)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, ZIP_SUM(weir_test_cold(test, "(12|)"), weir_test_cold(test, "---|")), "---|");
	weir_test_expect(test, ZIP_SUM(weir_test_cold(test, "(12|)"), weir_test_cold(test, "-1-|")), "-2-|");
	MARBLES_OK(test);
}

Test(zip, without_sources_it_completes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_zip(NULL, 0, NULL, NULL), "|");
	MARBLES_OK(test);
}

Test(zip, one_source_alone)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, ZIP_SUM(weir_test_cold(test, "-1-2-|")), "-1-2-|");
	MARBLES_OK(test);
}

Test(zip, an_error_overtakes_what_waits)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "1----2");

	weir_test_expect(test, ZIP_SUM(other, weir_test_cold(test, "-11#")), "-2-#");
	weir_test_expect_subscriptions(test, other, "^--!");
	MARBLES_OK(test);
}

Test(zip, after_a_synchronous_end_the_rest_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *rest = weir_test_cold(test, "-1-");

	weir_test_expect(test, ZIP_SUM(weir_empty(), rest), "|");
	weir_test_expect_subscriptions(test, rest, "");
	MARBLES_OK(test);
}

Test(zip, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2-3-");
	weir_observable *b = weir_test_cold(test, "---1-2-");

	weir_test_expect_cancelled(test, ZIP_SUM(a, b), weir_ms(4), "---2");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "^---!");
	MARBLES_OK(test);
}

static weir_value fail_on_3(const weir_value *values, size_t count, void *context)
{
	weir_value sum = add(values, count, context);

	return weir_as_int(sum) == 3 ? weir_fail(WEIR_EUSER, "no %d please", 3) : sum;
}

Test(zip, what_the_combiner_reports_ends_the_stream)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_EUSER, "no 3 please");
	weir_test_expect(test,
		weir_zip((weir_observable *[]){ weir_test_cold(test, "-1-1-1|"), weir_test_cold(test, "-1-2-3|") }, 2,
			fail_on_3, NULL),
		"-2-#");
	MARBLES_OK(test);
}

Test(zip, a_source_that_is_NULL_is_rejected_and_the_others_are_consumed)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 3 is NULL");
	weir_test_expect(test, ZIP(weir_range(1, 2), NULL, weir_range(1, 2)), "#");
	weir_test_bind_error(test, EINVAL, "the array of sources is NULL and should hold 2");
	weir_test_expect(test, weir_zip(NULL, 2, NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(zip, no_source_is_asked_for_more_than_downstream_waits_for)
{
	weir_test *test = weir_test_new();
	struct numbers_log fast = { 0 };
	struct numbers_log slow = { 0 };

	weir_test_expect_with_demand(test,
		ZIP_SUM(numbers((struct numbers){ .count = 1000, .log = &fast }),
			numbers((struct numbers){ .count = 3, .interval = weir_ms(1), .log = &slow })),
		2, 0, "-24");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(fast.requested, 2);
	cr_expect_eq(slow.requested, 2);
	weir_test_free(test);
}

Test(zip, at_most_64_values_wait_however_far_a_source_is_ahead)
{
	weir_test *test = weir_test_new();
	struct numbers_log fast = { 0 };

	weir_test_expect(test,
		ZIP_SUM(numbers((struct numbers){ .count = 1000, .log = &fast }), weir_test_cold(test, "----1|")),
		"----2|");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(fast.emitted, 65, "%zu", (size_t)fast.emitted);
	weir_test_free(test);
}

Test(zip, items_are_the_same_whatever_is_demanded)
{
	weir_test *test = weir_test_new();

	for (uint64_t demand = 1; demand < 4; demand++)
		weir_test_expect_with_demand(test,
			ZIP_SUM(weir_test_cold(test, "1234----|"), weir_test_cold(test, "---0000-|")), demand, 1,
			"---1234-|");
	weir_test_expect_with_demand(
		test, ZIP_SUM(weir_test_cold(test, "1234----|"), weir_test_cold(test, "---0000-|")), 0, 0, "-");
	MARBLES_OK(test);
}

Test(zip, with_adds_one)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_zip_with(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "--25-|"), add, NULL),
		"--37-|");
	MARBLES_OK(test);
}

/* Leaving a shared source lets it go on for the other input, and end. */
Test(zip, inputs_that_share_a_source_are_cancelled_one_by_one)
{
	struct recorder recorder;

	for (int64_t count = 1; count < 6; count++) {
		weir_observable *shared = weir_share(numbers((struct numbers){ .count = count }), NULL);

		record(&recorder, weir_zip((weir_observable *[]){ weir_ref(shared), shared }, 2, add, NULL), 1);
		record_end(&recorder);
	}
}
