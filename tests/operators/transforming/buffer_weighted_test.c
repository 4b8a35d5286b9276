/* buffer_weighted: arrays bounded by weight, number, time and content. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static uint64_t own_weight(weir_value value, void *context)
{
	(void)context;
	return (uint64_t)weir_as_int(value);
}

#define WITH(...) (&(weir_buffer_weighted_options){ __VA_ARGS__ })

static weir_observable *build(weir_observable *source)
{
	return weir_buffer_weighted(
		source, WITH(.max_weight = 7, .weight = own_weight, .max_size = 3, .max_span = weir_us(2500)));
}

const struct conformance_subject conformance_subject = {
	.name = "buffer_weighted",
	.build = build,
	.demand_changes_items = "one whose time is up goes on gathering until it is requested",
};

static void bind(weir_test *test, const char *const *texts)
{
	for (int index = 0; texts[index] != NULL; index++)
		weir_test_bind(test, (char)('a' + index), digits(texts[index]));
}

#define BIND(test, ...) bind(test, (const char *const[]){ __VA_ARGS__, NULL })

Test(buffer_weighted, a_value_that_would_make_it_too_heavy_begins_the_next)
{
	weir_test *test = weir_test_new();

	BIND(test, "12", "3", "41", "7", "1");
	weir_test_expect(test,
		weir_buffer_weighted(
			weir_test_cold(test, "-1-2-3-4-1-7---1-|"), WITH(.max_weight = 5, .weight = own_weight)),
		"-----a-b-c-d-----(e|)");
	MARBLES_OK(test);
}

static weir_value as_text(weir_value value, void *context)
{
	char text[16];

	(void)context;
	memset(text, 'x', sizeof text);
	return weir_str(text, (size_t)weir_as_int(value));
}

Test(buffer_weighted, by_default_the_weight_is_bytes)
{
	struct recorder recorder;
	weir_value items[] = { weir_int(1), weir_int(2), weir_int(1), weir_int(3) };

	record(&recorder, weir_buffer_weighted(weir_map(weir_of(items, 4), as_text, NULL), WITH(.max_weight = 3)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "[\"x\", \"xx\"]@0ms [\"x\"]@0ms [\"xxx\"]@0ms |@0ms");
	/* Of other kinds, of their encoding: 1 byte up to 127, 2 up to 255. */
	record(&recorder, weir_buffer_weighted(weir_range(125, 5), WITH(.max_weight = 3)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "[125, 126, 127]@0ms [128]@0ms [129]@0ms |@0ms");
	record(&recorder, weir_buffer_weighted(weir_just(weir_observable_value(weir_never())), WITH(.max_weight = 3)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

Test(buffer_weighted, a_full_one_ends_with_its_last_value)
{
	weir_test *test = weir_test_new();

	BIND(test, "12", "34", "5");
	weir_test_expect(test, weir_buffer_weighted(weir_test_cold(test, "-1-2-3-4-5-|"), WITH(.max_size = 2)),
		"---a---b---(c|)");
	MARBLES_OK(test);
}

Test(buffer_weighted, time_counts_from_the_first_value_and_an_array_is_never_empty)
{
	weir_test *test = weir_test_new();

	BIND(test, "12", "3", "4");
	weir_test_expect(test,
		weir_buffer_weighted(weir_test_cold(test, "--1-2-----3-----4|"), WITH(.max_span = weir_ms(4))),
		"------a-------b--(c|)");
	weir_test_expect(
		test, weir_buffer_weighted(weir_test_cold(test, "----|"), WITH(.max_span = weir_ms(1))), "----|");
	MARBLES_OK(test);
}

Test(buffer_weighted, values_may_be_last_and_first)
{
	weir_test *test = weir_test_new();

	BIND(test, "12", "34", "5");
	weir_test_expect(test, weir_buffer_weighted(weir_test_cold(test, "-1-2-3-4-5-|"), WITH(.ends = is_even)),
		"---a---b---(c|)");
	BIND(test, "1", "23", "45");
	weir_test_expect(test, weir_buffer_weighted(weir_test_cold(test, "-1-2-3-4-5-|"), WITH(.begins = is_even)),
		"---a---b---(c|)");
	MARBLES_OK(test);
}

static int both_odd_or_even(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_as_int(left) % 2 == weir_as_int(right) % 2;
}

static int cannot_tell(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)right;
	(void)context;
	return -ERANGE;
}

Test(buffer_weighted, values_that_are_not_the_same_stand_in_two_arrays)
{
	weir_test *test = weir_test_new();

	BIND(test, "13", "2", "15");
	weir_test_expect(test,
		weir_buffer_weighted(weir_test_cold(test, "-1-3-2-1-5-|"), WITH(.same = both_odd_or_even)),
		"-----a-b---(c|)");
	weir_test_bind_error(test, ERANGE, NULL);
	weir_test_expect(test, weir_buffer_weighted(weir_test_cold(test, "-1-3-|"), WITH(.same = cannot_tell)), "---#");
	MARBLES_OK(test);
}

Test(buffer_weighted, without_bounds_it_is_one_array)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_weighted(weir_range(1, 3), NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "[1, 2, 3]@0ms |@0ms");
	record(&recorder, weir_buffer_weighted(weir_empty(), NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
}

Test(buffer_weighted, errors_overtake_what_was_gathered)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_buffer_weighted(weir_test_cold(test, "-1-2#"), NULL), "----#");
	weir_test_bind_error(test, ERANGE, NULL);
	weir_test_expect(test,
		weir_buffer_weighted(weir_test_cold(test, "-1-2-3-|"), WITH(.ends = false_fails_at_three)), "-----#");
	weir_test_expect(test,
		weir_buffer_weighted(weir_test_cold(test, "-1-2-3-|"), WITH(.begins = false_fails_at_three)), "-----#");
	MARBLES_OK(test);
}

Test(buffer_weighted, a_complete_one_waits_and_the_source_with_it)
{
	struct recorder recorder;
	struct numbers_log log = { 0 };

	record(&recorder,
		weir_buffer_weighted(numbers((struct numbers){ .count = 100, .log = &log }), WITH(.max_size = 3)), 2);
	cr_expect_str_eq(recorder.text, "[1, 2, 3]@0ms [4, 5, 6]@0ms");
	cr_expect_eq(log.requested, 9);
	record_run(&recorder, weir_ms(5));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[1, 2, 3]@0ms [4, 5, 6]@0ms [7, 8, 9]@5ms");
}

Test(buffer_weighted, one_whose_time_is_up_goes_on_until_it_is_requested_or_complete)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_buffer_weighted(weir_on_overflow(weir_subject_observable(subject), WEIR_OVERFLOW_BUFFER, SIZE_MAX),
			WITH(.max_span = weir_ms(2), .max_size = 3)),
		1);
	weir_subject_next(subject, weir_int(1));
	weir_loop_run_for(loop, weir_ms(3));
	cr_expect_str_eq(recorder.text, "[1]@2ms");
	for (int64_t number = 2; number <= 9; number++)
		weir_subject_next(subject, weir_int(number));
	weir_loop_run_for(loop, weir_ms(3));
	cr_expect_str_eq(recorder.text, "[1]@2ms");
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "[1]@2ms [2, 3, 4]@6ms");
	weir_subject_complete(subject);
	weir_request(recorder.subscription, 9);
	RECORDED(&recorder, "[1]@2ms [2, 3, 4]@6ms [5, 6, 7]@6ms [8, 9]@6ms |@6ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

/* Pushes from inside the first array. */
struct pusher {
	weir_subject *subject;
	char text[256];
};

static void pusher_next(weir_value value, void *context)
{
	struct pusher *pusher = context;
	size_t length = strlen(pusher->text);

	weir_print(value, pusher->text + length, sizeof pusher->text - length);
	if (length > 0)
		return;
	for (int64_t number = 1; number <= 5; number++)
		weir_subject_next(pusher->subject, weir_int(number));
	weir_subject_complete(pusher->subject);
}

Test(buffer_weighted, values_from_inside_an_array_are_not_lost)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct pusher pusher = { .subject = weir_subject_new() };

	weir_subscribe(weir_buffer_weighted(
			       weir_subject_observable(pusher.subject), WITH(.max_size = 2, .max_span = weir_ms(1))),
		loop, &(weir_observer){ .next = pusher_next, .context = &pusher });
	weir_subject_next(pusher.subject, weir_int(0));
	weir_loop_run(loop);
	cr_expect_str_eq(pusher.text, "[0][1, 2][3, 4][5]");
	weir_subject_unref(pusher.subject);
	weir_loop_free(loop);
}

Test(buffer_weighted, refuses_what_is_out_of_range)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_weighted(weir_never(), WITH(.max_span = -1)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer_weighted(weir_never(), WITH(.max_weight = UINT64_MAX)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
