/* repeat_when: the source again when a notifier, told of its completions, says so. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/recovering.h>
#include <weir/threads.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *twice(weir_observable *completions, void *context)
{
	(void)context;
	return weir_take(weir_ref(completions), 2);
}

static weir_observable *build(weir_observable *source)
{
	return weir_repeat_when(source, twice, NULL);
}

const struct conformance_subject conformance_subject = { .name = "repeat_when", .build = build };

static weir_observable *twice_later(weir_observable *completions, void *context)
{
	(void)context;
	return weir_delay(weir_take(weir_ref(completions), 2), weir_ms(2));
}

Test(repeat_when, each_item_of_the_notifier_runs_the_source_again)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_expect(test, weir_repeat_when(source, twice_later, NULL), "-1---1---1|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "----^-!");
	weir_test_expect_subscriptions(test, source, "--------^-!");
	MARBLES_OK(test);
}

Test(repeat_when, when_the_notifier_has_completed_the_run_at_hand_is_the_last)
{
	weir_test *test = weir_test_new();
	struct recorder recorder;

	weir_test_expect(test, build(weir_test_cold(test, "-1|")), "-1-1-1|");
	MARBLES_OK(test);
	/* In one breath the run that the last item asks for has not begun when the notifier completes. */
	record(&recorder, build(weir_range(1, 2)), WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 2@0ms 1@0ms 2@0ms |@0ms");
}

static weir_observable *given(weir_observable *completions, void *context)
{
	(void)completions;
	return context == NULL ? NULL : weir_ref(context);
}

static void expect_with(const char *source, weir_observable *notifier, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_repeat_when(weir_test_cold(test, source), given, notifier), expected);
	MARBLES_OK(test);
	weir_unref(notifier);
}

Test(repeat_when, the_notifier_may_end_before_it_says_anything)
{
	expect_with("-1|", weir_empty(), "-1|");
	expect_with("-1|", weir_throw(WEIR_EUSER, "error"), "-1#");
	expect_with("-1|", weir_ignore_elements(weir_timer(weir_ms(3))), "-1---|");
}

Test(repeat_when, an_error_passes)
{
	expect_with("-1#", weir_never(), "-1#");
	expect_with("-1#", NULL, "-1#");
}

Test(repeat_when, runs_go_on_side_by_side)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");
	weir_observable *ticks = weir_test_cold(test, "--a--b|");

	/* Runs begin at 7 and 10; that of 7 completes at 12, as the latest event of the source. */
	weir_test_expect(test, weir_repeat_when(source, given, ticks), "-1-2----1-21|");
	MARBLES_OK(test);
	weir_unref(ticks);
}

static weir_value is_nil(weir_value item, void *context)
{
	(void)context;
	cr_expect_eq(weir_kind(item), WEIR_KIND_NIL);
	return weir_fail(WEIR_EUSER, "seen");
}

static weir_observable *look_at_completions(weir_observable *completions, void *context)
{
	(void)context;
	return weir_map(weir_ref(completions), is_nil, NULL);
}

Test(repeat_when, completions_are_nil)
{
	struct recorder recorder;

	record(&recorder, weir_repeat_when(weir_empty(), look_at_completions, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "seen");
	RECORDED(&recorder, "#WEIR_EUSER@0ms");
}

static weir_observable *every_time(weir_observable *completions, void *context)
{
	(void)context;
	return weir_ref(completions);
}

Test(repeat_when, a_source_that_is_always_empty_neither_recurses_nor_keeps_the_loop)
{
	weir_loop *loop = weir_loop_new();
	struct recorder endless, other;

	record_on(&endless, loop, weir_repeat_when(weir_empty(), every_time, NULL), WEIR_UNBOUNDED);
	record_on(&other, loop, weir_timer(weir_ms(5)), WEIR_UNBOUNDED);
	/* However slow a turn is here: the timer is served after it. */
	for (int round = 0; round < 100 && !other.ended; round++)
		weir_loop_run_for(loop, weir_ms(50));
	cr_expect(other.ended);
	record_end(&endless);
	record_end(&other);
	weir_loop_free(loop);
}

Test(repeat_when, runs_get_the_demand_that_is_left)
{
	struct recorder recorder;

	record(&recorder, weir_repeat_when(weir_range(1, 2), every_time, NULL), 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	RECORDED(&recorder, "1@0ms 2@0ms 1@0ms 2@0ms 1@0ms");
}

/* Two runs at once; the first completion of one of them ends it all. */
static weir_observable *at_once_twice(weir_observable *completions, void *context)
{
	(void)completions;
	(void)context;
	return weir_of((weir_value[]){ weir_int(1), weir_int(2) }, 2);
}

Test(repeat_when, what_has_come_is_emitted_before_the_completion)
{
	struct recorder recorder;
	/* 1 and 2 a millisecond after they are asked for, completion a millisecond after them. */
	weir_observable *source = weir_concat_with(
		weir_observe_later(weir_range(1, 2), weir_ms(1)), weir_ignore_elements(weir_timer(weir_ms(1))));

	record(&recorder, weir_repeat_when(source, at_once_twice, NULL), 3);
	record_run(&recorder, weir_ms(5));
	cr_expect_str_eq(recorder.text, "1@1ms 2@1ms 1@3ms");
	weir_request(recorder.subscription, 1);
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(4));
	/* One of the two has completed, the other one's item waits. */
	cr_expect_str_eq(recorder.text, "1@1ms 2@1ms 1@3ms 1@5ms 2@6ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@1ms 2@1ms 1@3ms 1@5ms 2@6ms 2@9ms |@9ms");
}

Test(repeat_when, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_repeat_when(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the notifier is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_repeat_when(weir_empty(), given, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
