/* sequence_equal: whether two observables emit equal values in the same order. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_sequence_equal(source, weir_range(1, 9), NULL, NULL);
}

const struct conformance_subject conformance_subject = { .name = "sequence_equal", .build = build };

static void expect(const char *a, const char *b, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 't', weir_bool(true));
	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_expect(
		test, weir_sequence_equal(weir_test_cold(test, a), weir_test_cold(test, b), NULL, NULL), expected);
	MARBLES_OK(test);
}

Test(sequence_equal, is_as_drawn)
{
	expect("-1---2---|", "---1--2-----|", "------------(t|)");
	expect("-1---2---|", "---1--3-----|", "------(f|)");
}

Test(sequence_equal, empty_ones_are_equal)
{
	expect("--|", "----|", "----(t|)");
	expect("|", "|", "(t|)");
}

Test(sequence_equal, a_value_after_the_other_has_completed_is_a_difference)
{
	expect("-1-|", "-1---2-|", "-----(f|)");
	expect("-1---2-|", "-1-|", "-----(f|)");
	expect("|", "--1-|", "--(f|)");
}

Test(sequence_equal, a_value_too_many_that_came_before_counts_when_its_side_goes_on_or_completes)
{
	expect("-1---|", "-12----|", "-------(f|)");
	expect("-1---|", "-12----3-|", "-------(f|)");
	expect("-12----|", "-1---|", "-------(f|)");
}

Test(sequence_equal, what_the_first_one_has_at_once_comes_before_the_other_one_completes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_expect(test,
		weir_sequence_equal(
			weir_concat_with(weir_range(6, 1), weir_test_cold(test, "--1|")), weir_empty(), NULL, NULL),
		"--(f|)");
	MARBLES_OK(test);
}

Test(sequence_equal, errors_of_both_sides_pass_at_once)
{
	expect("-12#", "---------1", "---#");
	expect("---------1", "-12#", "---#");
}

Test(sequence_equal, both_are_released_at_a_difference)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2-3-|");
	weir_observable *b = weir_test_cold(test, "-1--3---|");

	weir_test_bind(test, 'f', weir_bool(false));
	weir_test_expect(test, weir_sequence_equal(a, b, NULL, NULL), "----(f|)");
	weir_test_expect_subscriptions(test, a, "^---!");
	weir_test_expect_subscriptions(test, b, "^---!");
	MARBLES_OK(test);
}

Test(sequence_equal, cancelling_releases_both)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-2-3-|");
	weir_observable *b = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect_cancelled(test, weir_sequence_equal(a, b, NULL, NULL), weir_ms(3), "");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

static int arrived_is_greater(weir_value arrived, weir_value waiting, void *context)
{
	++*(int *)context;
	return weir_as_int(arrived) > weir_as_int(waiting);
}

Test(sequence_equal, the_comparison_gets_what_has_come_and_what_has_waited)
{
	weir_test *test = weir_test_new();
	int calls = 0;

	weir_test_bind(test, 't', weir_bool(true));
	weir_test_expect(test,
		weir_sequence_equal(weir_test_cold(test, "-1---6-|"), weir_test_cold(test, "---25-----|"),
			arrived_is_greater, &calls),
		"----------(t|)");
	MARBLES_OK(test);
	cr_expect_eq(calls, 2);
}

static int cannot_tell(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)right;
	(void)context;
	return -EILSEQ;
}

Test(sequence_equal, a_comparison_that_fails_ends_it)
{
	struct recorder recorder;

	record(&recorder, weir_sequence_equal(weir_range(1, 3), weir_range(1, 3), cannot_tell, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the comparison failed");
	RECORDED(&recorder, "#EILSEQ@0ms");
}

Test(sequence_equal, each_is_asked_for_a_limited_number_of_values_ahead)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder,
		weir_sequence_equal(numbers((struct numbers){ .count = 1000, .end = NUMBERS_COMPLETE, .log = &log }),
			weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(1))), weir_range(1, 1000)), NULL,
			NULL),
		WEIR_UNBOUNDED);
	cr_expect_eq(log.emitted, 64);
	record_run(&recorder, weir_ms(1));
	cr_expect_eq(log.emitted, 1000);
	RECORDED(&recorder, "true@1ms |@1ms");
}

Test(sequence_equal, one_that_has_sent_all_it_was_asked_for_is_heard_of_once_more)
{
	struct recorder recorder;

	record(&recorder, weir_sequence_equal(weir_empty(), weir_range(1, 1000), NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "false@0ms |@0ms");
	record(&recorder,
		weir_sequence_equal(weir_range(1, 1000), weir_ignore_elements(weir_timer(weir_ms(1))), NULL, NULL),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "false@1ms |@1ms");
	record(&recorder,
		weir_sequence_equal(weir_range(1, 64), weir_ignore_elements(weir_timer(weir_ms(1))), NULL, NULL),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "false@1ms |@1ms");
}

Test(sequence_equal, the_result_waits_until_it_is_asked_for)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder,
		weir_sequence_equal(numbers((struct numbers){
					    .count = 100, .end = NUMBERS_NEVER, .interval = weir_ms(1), .log = &log }),
			weir_just(weir_int(2)), NULL, NULL),
		0);
	record_run(&recorder, weir_ms(5));
	cr_expect_eq(log.finished, 1, "the difference is known: the source is of no use any more");
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "false@5ms |@5ms");
}

Test(sequence_equal, the_other_one_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_sequence_equal(weir_never(), NULL, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the other observable is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
