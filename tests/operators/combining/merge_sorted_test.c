/* merge_sorted: sorted sources make a sorted stream. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/subject.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_merge_sorted((weir_observable *[]){ weir_range(3, 4), source, weir_empty() }, 3, NULL, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_sorted",
	.build = build,
	.errors_overtake_items = "what waits for other sources and for demand",
};

#define MERGE_SORTED(...) \
	weir_merge_sorted((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *), NULL, NULL)

static int descending(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_compare(right, left);
}

Test(merge_sorted, a_value_comes_when_nothing_smaller_can)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-----4-----7-|");
	weir_observable *b = weir_test_cold(test, "--2--3-----|");

	weir_test_expect(test, MERGE_SORTED(a, b), "--1----(23)4-7-|");
	weir_test_expect_subscriptions(test, a, "^--------------!");
	weir_test_expect_subscriptions(test, b, "^----------!");
	MARBLES_OK(test);
}

Test(merge_sorted, of_equal_values_that_of_the_earlier_source_comes_first)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(1));
	weir_test_bind(test, 'b', weir_double(1));
	weir_test_expect(test, MERGE_SORTED(weir_test_cold(test, "--a|"), weir_test_cold(test, "-b|")), "--a(b|)");
	MARBLES_OK(test);
}

Test(merge_sorted, another_order)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_merge_sorted(
			(weir_observable *[]){ weir_test_cold(test, "(741|)"), weir_test_cold(test, "(852|)") }, 2,
			descending, NULL),
		"(875421|)");
	MARBLES_OK(test);
}

Test(merge_sorted, ends)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1-2");

	weir_test_expect(test, weir_merge_sorted(NULL, 0, NULL, NULL), "|");
	weir_test_expect(test, MERGE_SORTED(weir_empty(), weir_empty()), "|");
	weir_test_expect(test, MERGE_SORTED(weir_test_cold(test, "-1-2|"), weir_empty()), "-1-2|");
	weir_test_expect(test, MERGE_SORTED(weir_test_cold(test, "-1|"), weir_never()), "-");
	weir_test_expect(test, MERGE_SORTED(other, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(merge_sorted, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-3-5");
	weir_observable *b = weir_test_cold(test, "--2-4-");

	weir_test_expect_cancelled(test, MERGE_SORTED(a, b), weir_ms(4), "--12");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "^---!");
	MARBLES_OK(test);
}

Test(merge_sorted, items_are_the_same_whatever_is_demanded)
{
	weir_test *test = weir_test_new();

	for (uint64_t demand = 1; demand < 8; demand += 3)
		weir_test_expect_with_demand(
			test, MERGE_SORTED(weir_range(1, 3), weir_range(2, 4)), demand, 1, "(1223345|)");
	MARBLES_OK(test);
}

Test(merge_sorted, no_source_is_asked_for_more_than_downstream_waits_for_at_most_64)
{
	weir_test *test = weir_test_new();
	struct numbers_log few = { 0 };
	struct numbers_log many = { 0 };

	weir_test_expect_with_demand(
		test, MERGE_SORTED(numbers((struct numbers){ .count = 9, .log = &few }), weir_never()), 3, 0, "-");
	weir_test_expect(test, MERGE_SORTED(numbers((struct numbers){ .count = 99, .log = &many }), weir_never()), "-");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(few.requested, 3);
	cr_expect_eq(many.requested, 64);
	weir_test_free(test);
}

Test(merge_sorted, one_that_cannot_pause_and_gets_too_far_ahead_fails)
{
	weir_subject *subject = weir_subject_new();
	struct recorder recorder;

	record(&recorder, MERGE_SORTED(weir_subject_observable(subject), weir_never()), WEIR_UNBOUNDED);
	for (int64_t number = 0; number < 64; number++)
		weir_subject_next(subject, weir_int(number));
	cr_expect(!recorder.ended);
	weir_subject_next(subject, weir_int(64));
	weir_subject_unref(subject);
	RECORDED(&recorder, "#WEIR_EDEMAND@0ms");
}

static int compare_cancels(weir_value left, weir_value right, void *context)
{
	victim_cancel(context);
	return weir_compare(left, right);
}

static weir_value text_of(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("a text of its own: %d", (int)weir_as_int(value));
}

Test(merge_sorted, the_comparison_may_cancel)
{
	struct victim victim;

	victim_run(&victim,
		weir_merge_sorted((weir_observable *[]){ weir_map(weir_range(1, 9), text_of, NULL),
					  weir_map(weir_range(1, 9), text_of, NULL) },
			2, compare_cancels, &victim),
		0);
}

Test(merge_sorted, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 2 of 2 is NULL");
	weir_test_expect(test, MERGE_SORTED(weir_range(1, 2), NULL), "#");
	MARBLES_OK(test);
}
