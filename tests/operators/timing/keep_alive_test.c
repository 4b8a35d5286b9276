/* keep_alive: an item of its own when the source has been silent for too long. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_value ping(void *context)
{
	(void)context;
	return weir_string("k");
}

static weir_observable *build(weir_observable *source)
{
	return weir_keep_alive(source, weir_ms(5), ping, NULL);
}

const struct conformance_subject conformance_subject = { .name = "keep_alive", .build = build };

static void expect(const char *source, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_keep_alive(weir_test_cold(test, source), weir_ms(3), ping, NULL), expected);
	MARBLES_OK(test);
}

Test(keep_alive, emits_an_item_of_its_own_after_each_span_of_silence)
{
	expect("-1-------2-|", "-1--k--k-2-|");
	expect("-1-2-3|", "-1-2-3|");
}

Test(keep_alive, the_first_span_begins_with_the_subscription)
{
	expect("-----1-|", "---k-1-|");
	expect("-------|", "---k--k|");
}

Test(keep_alive, an_item_in_the_very_turn_is_in_time)
{
	expect("---1--2--|", "---1--2--|");
}

Test(keep_alive, the_end_of_the_source_is_the_end)
{
	expect("-1|", "-1|");
	expect("-1----#", "-1--k-#");
	expect("|", "|");
}

static weir_value counted(void *context)
{
	int *count = context;

	return ++*count < 3 ? weir_int(*count) : weir_fail(EILSEQ, "no more");
}

Test(keep_alive, what_is_made_may_differ_and_may_fail)
{
	int count = 0;
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EILSEQ, "no more");
	weir_test_expect(test, weir_keep_alive(weir_never(), weir_ms(3), counted, &count), "---1--2--#");
	MARBLES_OK(test);
}

Test(keep_alive, cancelling_releases_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-------2-|");

	weir_test_expect_cancelled(test, weir_keep_alive(source, weir_ms(3), ping, NULL), weir_ms(5), "-1--k");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}

Test(keep_alive, without_demand_nothing_is_made_and_one_item_when_it_comes_late)
{
	struct recorder recorder;

	record(&recorder, weir_keep_alive(weir_never(), weir_ms(3), ping, NULL), 0);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 2);
	cr_expect_str_eq(recorder.text, "\"k\"@20ms");
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "\"k\"@20ms \"k\"@23ms");
}

Test(keep_alive, an_item_whose_demand_was_used_up_waits_and_goes_first)
{
	struct recorder recorder;

	record(&recorder, weir_keep_alive(weir_timer(weir_ms(4)), weir_ms(3), ping, NULL), 1);
	record_run(&recorder, weir_ms(20));
	cr_expect_str_eq(recorder.text, "\"k\"@3ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"k\"@3ms 0@20ms |@20ms");

	record(&recorder,
		weir_keep_alive(weir_concat_with(weir_timer(weir_ms(4)), weir_never()), weir_ms(3), ping, NULL), 1);
	record_run(&recorder, weir_ms(20));
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(20));
	/* The item is a sign of life of its own. */
	RECORDED(&recorder, "\"k\"@3ms 0@20ms \"k\"@23ms");
}

Test(keep_alive, the_source_is_asked_for_one_item_at_a_time)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder, build(numbers((struct numbers){ .count = 100, .end = NUMBERS_COMPLETE, .log = &log })), 7);
	cr_expect_eq(log.requested, 7);
	record_end(&recorder);
	log = (struct numbers_log){ 0 };
	record(&recorder,
		build(numbers((struct numbers){
			.count = 100, .end = NUMBERS_COMPLETE, .interval = weir_ms(1), .log = &log })),
		7);
	cr_expect_eq(log.requested, 1);
	weir_request(recorder.subscription, WEIR_UNBOUNDED);
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	record_end(&recorder);
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	cr_expect_str_eq(stage, "keep_alive");
	cr_expect_eq(weir_as_int(value), 0);
	++*(int *)context;
}

Test(keep_alive, an_error_overtakes_an_item_that_waits_which_is_reported)
{
	weir_observable *fails = weir_throw_error(weir_error_new(WEIR_EUSER, "error"));
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;
	int dropped = 0;

	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = &dropped });
	record_on(&recorder, loop,
		weir_keep_alive(weir_concat_with(weir_timer(weir_ms(4)), fails), weir_ms(3), ping, NULL), 1);
	record_run(&recorder, weir_ms(20));
	RECORDED(&recorder, "\"k\"@3ms #WEIR_EUSER@4ms");
	cr_expect_eq(dropped, 1);
	weir_loop_free(loop);
}

Test(keep_alive, wrong_arguments_are_refused)
{
	struct recorder recorder;

	record(&recorder, weir_keep_alive(weir_never(), 0, ping, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the span is 0 ns; it must be more than 0");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_keep_alive(weir_never(), weir_ms(1), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
