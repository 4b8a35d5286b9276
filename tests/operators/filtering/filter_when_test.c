/* filter_when: the values for which an observable says so. */
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *is_odd_later(weir_value value, void *context)
{
	(void)context;
	return weir_delay(weir_just(weir_bool(weir_as_int(value) % 2 != 0)), weir_ms(3));
}

static weir_observable *build(weir_observable *source)
{
	return weir_filter_when(source, is_odd_later, NULL);
}

const struct conformance_subject conformance_subject = { .name = "filter_when", .build = build };

Test(filter_when, asks_about_one_value_after_the_other)
{
	weir_test *test = weir_test_new();

	weir_test_expect(
		test, weir_filter_when(weir_test_cold(test, "-1-2-3--------|"), is_odd_later, NULL), "----1-----3---|");
	weir_test_expect(
		test, weir_filter_when(weir_test_cold(test, "-1---2---3|"), is_odd_later, NULL), "----1-------(3|)");
	weir_test_expect(test, weir_filter_when(weir_test_cold(test, "-1---2|"), is_odd_later, NULL), "----1---|");
	MARBLES_OK(test);
}

static weir_observable *what_it_says(weir_value value, void *context)
{
	(void)context;
	switch (weir_as_int(value)) {
	case 1:
		return weir_just(weir_bool(true));
	case 2:
		return weir_just(weir_bool(false));
	case 3:
		return weir_empty();
	case 4:
		return weir_concat_with(weir_just(weir_bool(true)), weir_never());
	case 5:
		return weir_concat_with(weir_just(weir_bool(false)), weir_just(weir_bool(true)));
	case 6:
		return weir_just(weir_string("yes"));
	default:
		return weir_throw_error(weir_error_new(WEIR_EUSER, "error"));
	}
}

Test(filter_when, the_first_item_decides_by_its_truth_and_none_says_no)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_filter_when(weir_test_cold(test, "123456|"), what_it_says, NULL), "1--4-6|");
	MARBLES_OK(test);
}

Test(filter_when, errors_of_both_sides_pass_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_filter_when(weir_test_cold(test, "-1-7-1|"), what_it_says, NULL), "-1-#");
	weir_test_expect(test, weir_filter_when(weir_test_cold(test, "-1-#"), is_odd_later, NULL), "---#");
	MARBLES_OK(test);
}

static weir_observable *to_it(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

Test(filter_when, cancelling_releases_source_and_what_decides)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");
	weir_observable *verdict = weir_test_cold(test, "-----x");

	weir_test_expect_cancelled(test, weir_filter_when(source, to_it, verdict), weir_ms(4), "");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, verdict, "-^--!");
	MARBLES_OK(test);
	weir_unref(verdict);
}

Test(filter_when, the_source_is_asked_for_one_value_after_the_other)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder,
		weir_filter_when(numbers((struct numbers){ .count = 9, .end = NUMBERS_COMPLETE, .log = &log }),
			is_odd_later, NULL),
		WEIR_UNBOUNDED);
	cr_expect_eq(log.requested, 1);
	record_run(&recorder, weir_ms(6));
	cr_expect_eq(log.requested, 3);
	RECORDED(&recorder, "1@3ms");
}

Test(filter_when, a_projection_of_NULL_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_filter_when(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the projection is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
