/* buffer_time: the items of a span of time as an array. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/subject.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_buffer_time(source, weir_us(2500), &(weir_buffer_time_options){ .max_size = 3 });
}

const struct conformance_subject conformance_subject = {
	.name = "buffer_time",
	.build = build,
	.demand_changes_items = "what nobody asked for in time stays together",
};

/* Each character of `items` is a digit. */
static void bind(weir_test *test, char letter, const char *items)
{
	weir_value values[16];
	size_t count = strlen(items);

	for (size_t index = 0; index < count; index++)
		values[index] = weir_int(items[index] - '0');
	weir_test_bind(test, letter, weir_make_array(values, count));
}

static void expect(const char *source, weir_duration span, weir_buffer_time_options options, const char *expected,
	const char *a, const char *b, const char *c, const char *d)
{
	weir_test *test = weir_test_new();

	bind(test, 'e', "");
	bind(test, 'a', a);
	bind(test, 'b', b);
	bind(test, 'c', c);
	bind(test, 'd', d);
	weir_test_expect(test, weir_buffer_time(weir_test_cold(test, source), span, &options), expected);
	MARBLES_OK(test);
}

#define SPAN(...) ((weir_buffer_time_options){ __VA_ARGS__ })

Test(buffer_time, emits_the_items_of_each_span)
{
	expect("-1-2--3-----4-|", weir_ms(5), SPAN(0), "-----a----b---(c|)", "12", "3", "4", "");
}

Test(buffer_time, emits_empty_arrays_and_one_more_on_completion)
{
	expect("---------|", weir_ms(4), SPAN(0), "----e---e(e|)", "", "", "", "");
	expect("|", weir_ms(4), SPAN(0), "(e|)", "", "", "", "");
}

Test(buffer_time, an_error_overtakes_what_has_been_gathered)
{
	expect("-1-2-3-#", weir_ms(4), SPAN(0), "----a--#", "12", "", "", "");
}

Test(buffer_time, a_full_buffer_is_emitted_early_and_the_next_has_a_whole_span)
{
	expect("-12-3----4---|", weir_ms(5), SPAN(.max_size = 2), "--a----b----c(e|)", "12", "3", "4", "");
	expect("-123456-|", weir_ms(5), SPAN(.max_size = 2), "--a-b-c-(e|)", "12", "34", "56", "");
	expect("-12|", weir_ms(5), SPAN(.max_size = 1), "-ab(e|)", "1", "2", "", "");
}

Test(buffer_time, buffers_may_overlap)
{
	/* [0, 4), [2, 6), [4, 8), [6, …), [8, …) */
	expect("-1-2-3-4-|", weir_ms(4), SPAN(.create_interval = weir_ms(2)), "----a-b-c(de|)", "12", "23", "34", "4");
}

Test(buffer_time, buffers_may_leave_gaps_whose_items_are_lost)
{
	expect("-1-2-3-4-5-6|", weir_ms(4), SPAN(.create_interval = weir_ms(6)), "----a-----b-|", "12", "45", "", "");
}

Test(buffer_time, overlapping_buffers_are_emitted_early_when_full)
{
	/* [0, …) holds 1 2; [2, …) holds 2 3; [4, …) holds 3 4; [6, …) holds 4; [8, …) nothing. */
	expect("-1-2-3-4-|", weir_ms(40), SPAN(.create_interval = weir_ms(2), .max_size = 2), "---a-b-c-(de|)", "12",
		"23", "34", "4");
}

Test(buffer_time, buffers_that_begin_when_the_one_before_ends_touch)
{
	expect("-1-2-3-4-|", weir_ms(4), SPAN(.create_interval = weir_ms(4)), "----a---b(e|)", "12", "34", "", "");
}

Test(buffer_time, cancelling_releases_source_and_timers)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	bind(test, 'a', "12");
	weir_test_expect_cancelled(test, weir_buffer_time(source, weir_ms(4), NULL), weir_ms(6), "----a");
	weir_test_expect_subscriptions(test, source, "^-----!");
	MARBLES_OK(test);
}

Test(buffer_time, does_not_drift)
{
	struct recorder recorder;

	/* The third is asked for after the end of the fourth; the one after it ends on the grid. */
	record(&recorder, weir_buffer_time(weir_interval(weir_ms(400)), 333333333, NULL), 2);
	record_run(&recorder, weir_ms(1500));
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(500));
	RECORDED(&recorder, "[]@333333333ns [0]@666666666ns [1, 2]@1500ms [3]@1666666665ns");
}

Test(buffer_time, an_empty_buffer_that_nobody_asked_for_is_left_out)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_time(weir_timer(weir_ms(17)), weir_ms(5), NULL), 0);
	record_run(&recorder, weir_ms(12));
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "");
	record_run(&recorder, weir_ms(4));
	cr_expect_str_eq(recorder.text, "[]@15ms");
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[]@15ms [0]@36ms |@36ms");
}

Test(buffer_time, a_buffer_whose_time_is_up_gathers_until_it_is_requested_and_the_grid_stays)
{
	struct recorder recorder;

	/* Ticks at 2, 4, 6 …; ends at 5, 10, 15 … */
	record(&recorder, weir_buffer_time(weir_interval(weir_ms(2)), weir_ms(5), NULL), 1);
	record_run(&recorder, weir_ms(13));
	cr_expect_str_eq(recorder.text, "[0, 1]@5ms");
	weir_request(recorder.subscription, 2);
	cr_expect_str_eq(recorder.text, "[0, 1]@5ms [2, 3, 4, 5]@13ms");
	record_run(&recorder, weir_ms(10));
	RECORDED(&recorder, "[0, 1]@5ms [2, 3, 4, 5]@13ms [6]@15ms");
}

Test(buffer_time, meanwhile_no_other_begins)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_time(weir_interval(weir_ms(2)), weir_ms(5), &SPAN(.create_interval = weir_ms(5))),
		0);
	record_run(&recorder, weir_ms(13));
	weir_request(recorder.subscription, 3);
	record_run(&recorder, weir_ms(10));
	/* Between 13 and 15 nothing gathers. */
	RECORDED(&recorder, "[0, 1, 2, 3, 4, 5]@13ms [7, 8]@20ms");
}

Test(buffer_time, completion_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder,
		weir_buffer_time(
			weir_take(weir_interval(weir_ms(2)), 3), weir_ms(5), &SPAN(.create_interval = weir_ms(3))),
		0);
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(30));
	cr_expect_str_eq(recorder.text, "[0, 1]@5ms");
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "[0, 1]@5ms [1, 2]@30ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[0, 1]@5ms [1, 2]@30ms [2]@30ms |@30ms");
}

Test(buffer_time, with_a_size_and_counted_demand_the_source_is_asked_for_no_more_than_there_is_room_for)
{
	struct recorder recorder;

	/* A synchronous source without end. */
	record(&recorder, weir_buffer_time(weir_range(1, UINT32_MAX), weir_ms(5), &SPAN(.max_size = 3)), 2);
	cr_expect_str_eq(recorder.text, "[1, 2, 3]@0ms [4, 5, 6]@0ms");
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[1, 2, 3]@0ms [4, 5, 6]@0ms [7, 8, 9]@20ms");
}

/* Pushes five items and completes from inside the first array. */
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

Test(buffer_time, items_pushed_from_inside_an_array_are_neither_lost_nor_too_many_for_one)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct pusher pusher = { .subject = weir_subject_new() };

	weir_subscribe(weir_buffer_time(weir_subject_observable(pusher.subject), weir_ms(5), &SPAN(.max_size = 2)),
		loop, &(weir_observer){ .next = pusher_next, .context = &pusher });
	weir_subject_next(pusher.subject, weir_int(0));
	weir_loop_run(loop);
	cr_expect_str_eq(pusher.text, "[0][1, 2][3, 4][5]");
	weir_subject_unref(pusher.subject);
	weir_loop_free(loop);
}

Test(buffer_time, a_span_of_0_is_until_the_next_turn)
{
	struct recorder recorder;

	record(&recorder, weir_take(weir_buffer_time(weir_range(1, 2), 0, NULL), 2), WEIR_UNBOUNDED);
	RECORDED(&recorder, "[1, 2]@0ms |@0ms");
	record(&recorder, weir_take(weir_buffer_time(weir_never(), -5, NULL), 2), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "[]@0ms []@0ms |@0ms");
	record(&recorder,
		weir_take(weir_buffer_time(weir_interval(weir_ms(1)), 0, &SPAN(.create_interval = weir_ms(2))), 2),
		WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(5));
	RECORDED(&recorder, "[]@0ms [1]@2ms |@2ms");
}

Test(buffer_time, arguments_out_of_range_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_buffer_time(weir_never(), 1, &SPAN(.create_interval = -1)), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the interval between buffers is -1 ns; it must not be negative");
	RECORDED(&recorder, "#EINVAL@0ms");
}
