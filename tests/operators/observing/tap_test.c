/* tap: callbacks at every signal that passes, in order. */
#include <errno.h>
#include <stdio.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static void ignore(weir_value value, void *context)
{
	(void)value;
	(void)context;
}

static weir_observable *build(weir_observable *source)
{
	return weir_tap(source, &(weir_tap_observer){ .next = ignore });
}

const struct conformance_subject conformance_subject = { .name = "tap", .build = build };

struct diary {
	char text[512];
	const char *prefix;
};

static void note(struct diary *diary, const char *text)
{
	size_t length = strlen(diary->text);

	snprintf(diary->text + length, sizeof diary->text - length, "%s%s", length > 0 ? " " : "", text);
}

static void note_subscribed(void *context)
{
	note(context, "subscribed");
}

static void note_next(weir_value value, void *context)
{
	char text[32];

	weir_print(value, text, sizeof text);
	note(context, text);
}

static void note_error(const weir_error *error, void *context)
{
	note(context, weir_error_message(error));
}

static void note_complete(void *context)
{
	note(context, "complete");
}

static void note_cancelled(void *context)
{
	note(context, "cancelled");
}

static void note_finished(void *context)
{
	note(context, "finished");
}

static weir_observable *watch(weir_observable *source, struct diary *diary)
{
	return weir_tap(source, &(weir_tap_observer){ .subscribed = note_subscribed,
					.next = note_next,
					.error = note_error,
					.complete = note_complete,
					.cancelled = note_cancelled,
					.finished = note_finished,
					.context = diary });
}

Test(tap, changes_nothing)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, watch(source, &diary), "-1-2-|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, watch(weir_test_cold(test, "-1-#"), &diary), "-1-#");
	MARBLES_OK(test);
}

Test(tap, sees_a_completion)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect(test, watch(weir_test_cold(test, "-1-2-|"), &diary), "-1-2-|");
	MARBLES_OK(test);
	cr_expect_str_eq(diary.text, "subscribed 1 2 complete finished");
}

Test(tap, sees_a_failure)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect(test, watch(weir_test_cold(test, "-1-#"), &diary), "-1-#");
	MARBLES_OK(test);
	cr_expect_str_eq(diary.text, "subscribed 1 error finished");
}

Test(tap, sees_a_cancel)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect_cancelled(test, watch(weir_test_cold(test, "-1-2-|"), &diary), weir_ms(2), "-1");
	MARBLES_OK(test);
	cr_expect_str_eq(diary.text, "subscribed 1 cancelled finished");
}

Test(tap, a_stage_below_that_has_had_enough_or_failed_is_a_cancel)
{
	weir_test *test = weir_test_new();
	struct diary enough = { 0 };
	struct diary failed = { 0 };

	weir_test_expect(test, weir_take(watch(weir_test_cold(test, "-1-2-|"), &enough), 1), "-(1|)");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(
		test, weir_map(watch(weir_test_cold(test, "-1-3-|"), &failed), map_fails_at_three, NULL), "-1-#");
	MARBLES_OK(test);
	cr_expect_str_eq(enough.text, "subscribed 1 cancelled finished");
	cr_expect_str_eq(failed.text, "subscribed 1 3 cancelled finished");
}

Test(tap, items_are_seen_before_they_are_passed_on_and_the_one_nearest_to_the_source_is_first)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect(test,
		weir_tap_next(
			weir_map(weir_tap_next(weir_test_cold(test, "-1-2-|"), note_next, &diary), times_ten, NULL),
			note_next, &diary),
		"-a-b-|");
	weir_test_run(test);
	weir_test_free(test);
	cr_expect_str_eq(diary.text, "1 10 2 20");
}

Test(tap, each_callback_may_be_missing)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect(test, weir_tap(weir_test_cold(test, "-1-2-|"), &(weir_tap_observer){ 0 }), "-1-2-|");
	weir_test_expect(test, weir_tap(weir_test_cold(test, "-1-#"), &(weir_tap_observer){ 0 }), "-1-#");
	weir_test_expect(test,
		weir_tap(weir_test_cold(test, "-1-2-|"),
			&(weir_tap_observer){ .finished = note_finished, .context = &diary }),
		"-1-2-|");
	weir_test_expect_cancelled(
		test, weir_tap(weir_test_cold(test, "-1-2-|"), &(weir_tap_observer){ 0 }), weir_ms(2), "-1");
	MARBLES_OK(test);
	cr_expect_str_eq(diary.text, "finished");
}

Test(tap, subscribed_comes_before_the_source_begins)
{
	weir_test *test = weir_test_new();
	struct diary diary = { 0 };

	weir_test_expect(test, watch(watch(weir_just(weir_int(1)), &diary), &diary), "(1|)");
	MARBLES_OK(test);
	cr_expect_str_eq(diary.text, "subscribed subscribed 1 1 complete complete finished finished");
}

Test(tap, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the observer is NULL");
	weir_test_expect(test, weir_tap(weir_test_cold(test, "-1-|"), NULL), "#");
	weir_test_bind_error(test, EINVAL, "the callback is NULL");
	weir_test_expect(test, weir_tap_next(weir_test_cold(test, "-1-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(tap, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	struct diary diary = { 0 };

	weir_test_expect_with_demand(
		test, watch(numbers((struct numbers){ .count = 9, .log = &log }), &diary), 2, 0, "(12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
	cr_expect_str_eq(diary.text, "subscribed 1 2 cancelled finished");
}

static void next_cancels(weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		victim_cancel(context);
}

Test(tap, a_callback_may_cancel)
{
	struct victim victim;

	victim_run(&victim, weir_tap_next(weir_range(1, 9), next_cancels, &victim), 2);
}
