/* switch_on_first: what is made of the source when its first value is known. */
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/recovering.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_value ten_times(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

static weir_observable *ten_times_whole(weir_value first, weir_observable *whole, void *context)
{
	(void)context;
	cr_expect_eq(weir_as_int(first), 1);
	return weir_map(weir_ref(whole), ten_times, NULL);
}

static weir_observable *build(weir_observable *source)
{
	return weir_switch_on_first(source, ten_times_whole, NULL);
}

const struct conformance_subject conformance_subject = { .name = "switch_on_first", .build = build };

/* A header: what follows it counts ten times; anything else passes as it is. */
static weir_observable *by_header(weir_value first, weir_observable *whole, void *context)
{
	(void)context;
	if (weir_is_string(first, "h"))
		return weir_map(weir_skip(weir_ref(whole), 1), ten_times, NULL);
	return weir_ref(whole);
}

static void expect(const char *source, const char *life, const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_test_cold(test, source);

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_expect(test, weir_switch_on_first(observable, by_header, NULL), expected);
	weir_test_expect_subscriptions(test, observable, life);
	MARBLES_OK(test);
}

Test(switch_on_first, the_first_value_decides_what_becomes_of_the_source)
{
	expect("-h-1-2-|", "^------!", "---a-b-|");
	expect("-3-1-2-|", "^------!", "-3-1-2-|");
	expect("-h-1-#", "^----!", "---a-#");
}

Test(switch_on_first, without_a_first_value_the_end_passes)
{
	expect("---|", "^--!", "---|");
	expect("---#", "^--!", "---#");
}

static weir_observable *first_only(weir_value first, weir_observable *whole, void *context)
{
	(void)whole;
	(void)context;
	return weir_just(weir_retain(first));
}

static weir_observable *another(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	return weir_concat_with(weir_take(weir_ref(whole), 2), weir_ref(context));
}

Test(switch_on_first, the_source_is_released_when_what_was_made_ends_or_lets_go_of_it)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_observable *other = weir_test_cold(test, "--x|");

	weir_test_expect(test, weir_switch_on_first(weir_ref(source), first_only, NULL), "-(1|)");
	weir_test_expect(test, weir_switch_on_first(source, another, other), "-1-2-x|");
	weir_test_expect_subscriptions(test, source, "^!");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
	weir_unref(other);
}

static weir_observable *a_nine(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
	return weir_just(weir_int(9));
}

static weir_observable *caught(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)context;
	return weir_catch_error(weir_ref(whole), a_nine, NULL);
}

Test(switch_on_first, what_was_made_may_handle_an_error_of_the_source)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_switch_on_first(weir_test_cold(test, "-1-2-#"), caught, NULL), "-1-2-(9|)");
	MARBLES_OK(test);
}

static weir_observable *failing(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)whole;
	(void)context;
	return weir_throw_error(weir_error_new(WEIR_EUSER, "error"));
}

static weir_observable *nothing(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)whole;
	(void)context;
	return NULL;
}

Test(switch_on_first, errors_of_what_was_made_pass)
{
	struct recorder recorder;
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_switch_on_first(weir_test_cold(test, "-1-2-|"), failing, NULL), "-#");
	MARBLES_OK(test);
	record(&recorder, weir_switch_on_first(weir_range(1, 3), nothing, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_switch_on_first(weir_range(1, 3), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the selector is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}

static weir_observable *twice(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)context;
	return weir_concat_with(weir_ref(whole), weir_ref(whole));
}

Test(switch_on_first, the_source_can_be_subscribed_to_once)
{
	struct recorder recorder;

	record(&recorder, weir_switch_on_first(weir_range(1, 2), twice, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "it can be subscribed to once");
	RECORDED(&recorder, "1@0ms 2@0ms #WEIR_ECLOSED@0ms");
}

static weir_observable *later(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)context;
	return weir_delay_subscription(weir_ref(whole), weir_timer(weir_ms(3)));
}

Test(switch_on_first, the_source_may_be_subscribed_to_later)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_switch_on_first(weir_range(1, 3), later, NULL), "---(123|)");
	weir_test_expect(test, weir_switch_on_first(weir_test_cold(test, "-1|"), later, NULL), "----(1|)");
	weir_test_expect(test, weir_switch_on_first(weir_test_cold(test, "-1#"), later, NULL), "----#");
	MARBLES_OK(test);
}

Test(switch_on_first, completion_waits_for_a_first_value_that_waits)
{
	struct recorder recorder;

	record(&recorder, weir_switch_on_first(weir_just(weir_int(1)), later, NULL), 1);
	record_run(&recorder, weir_ms(3));
	RECORDED(&recorder, "1@3ms |@3ms");
}

static weir_observable *stolen;

static weir_observable *steals(weir_value first, weir_observable *whole, void *context)
{
	(void)first;
	(void)context;
	stolen = weir_ref(whole);
	return weir_never();
}

Test(switch_on_first, a_source_that_is_kept_beyond_the_end_fails)
{
	struct recorder recorder;
	struct recorder thief;

	record(&recorder, weir_switch_on_first(weir_concat_with(weir_range(1, 3), weir_never()), steals, NULL),
		WEIR_UNBOUNDED);
	record_on(&thief, recorder.loop, weir_ref(stolen), 2);
	weir_cancel(recorder.subscription);
	RECORDED(&thief, "1@0ms 2@0ms #WEIR_ECLOSED@0ms");
	record_on(&thief, recorder.loop, stolen, 2);
	RECORDED(&thief, "#WEIR_ECLOSED@0ms");
	RECORDED(&recorder, "");

	record(&recorder, weir_switch_on_first(weir_concat_with(weir_range(1, 3), weir_never()), steals, NULL),
		WEIR_UNBOUNDED);
	weir_cancel(recorder.subscription);
	record_on(&thief, recorder.loop, stolen, 2);
	RECORDED(&thief, "#WEIR_ECLOSED@0ms");
	RECORDED(&recorder, "");
}

Test(switch_on_first, cancelling_releases_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect_cancelled(test, weir_switch_on_first(source, by_header, NULL), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(switch_on_first, nothing_is_asked_for_that_is_not_asked_for_here)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder, build(numbers((struct numbers){ .count = 9, .end = NUMBERS_COMPLETE, .log = &log })), 0);
	cr_expect_eq(log.requested, 0);
	weir_request(recorder.subscription, 1);
	cr_expect_eq(log.emitted, 1);
	weir_request(recorder.subscription, 2);
	cr_expect_eq(log.emitted, 3);
	RECORDED(&recorder, "10@0ms 20@0ms 30@0ms");
}
