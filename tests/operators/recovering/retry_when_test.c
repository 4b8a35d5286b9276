/* retry_when: the source again when a notifier, told of its errors, says so. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/observing.h>
#include <weir/recovering.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *twice(weir_observable *errors, void *context)
{
	(void)context;
	return weir_take(weir_ref(errors), 2);
}

static weir_observable *build(weir_observable *source)
{
	return weir_retry_when(source, twice, NULL);
}

const struct conformance_subject conformance_subject = { .name = "retry_when", .build = build, .handles_errors = true };

static weir_observable *twice_later(weir_observable *errors, void *context)
{
	(void)context;
	return weir_take(weir_delay(weir_ref(errors), weir_ms(2)), 3);
}

Test(retry_when, each_item_of_the_notifier_subscribes_again)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1#");

	/* The third item completes the notifier, and with it the result. */
	weir_test_expect(test, weir_retry_when(source, twice_later, NULL), "-1---1---1--|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, source, "----^-!");
	weir_test_expect_subscriptions(test, source, "--------^-!");
	weir_test_expect_subscriptions(test, source, "------------(^!)");
	MARBLES_OK(test);
}

Test(retry_when, completion_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, build(weir_test_cold(test, "-1-2|")), "-1-2|");
	MARBLES_OK(test);
}

/* What the notifier does is given. */
static weir_observable *given(weir_observable *errors, void *context)
{
	(void)errors;
	return context == NULL ? NULL : weir_ref(context);
}

static void expect_with(const char *source, weir_observable *notifier, const char *expected)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_retry_when(weir_test_cold(test, source), given, notifier), expected);
	MARBLES_OK(test);
	weir_unref(notifier);
}

Test(retry_when, the_end_of_the_notifier_is_the_end_of_the_result)
{
	expect_with("-1#", weir_empty(), "-1|");
	expect_with("-1#", weir_throw(WEIR_EUSER, "error"), "-1#");
	expect_with("-1#", weir_take(weir_timer(weir_ms(3)), 1), "-1---|");
}

Test(retry_when, runs_go_on_side_by_side)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-#");
	weir_observable *ticks = weir_test_cold(test, "--a--b---|");

	/* Runs begin at 7 and 10. */
	weir_test_expect(test, weir_retry_when(source, given, ticks), "-1-2----1-21-2|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect_subscriptions(test, source, "-------^----!");
	weir_test_expect_subscriptions(test, source, "----------^---!");
	MARBLES_OK(test);
	weir_unref(ticks);
}

static weir_value code_of(weir_value item, void *context)
{
	(void)context;
	cr_expect(weir_is_string(weir_get(item, "kind"), "E"));
	return weir_fail(weir_error_code(weir_as_error(weir_get(item, "error"))) + 1, "seen");
}

static weir_observable *look_at_errors(weir_observable *errors, void *context)
{
	(void)context;
	return weir_map(weir_ref(errors), code_of, NULL);
}

Test(retry_when, the_notifier_sees_the_errors)
{
	struct recorder recorder;

	record(&recorder, weir_retry_when(weir_throw(ENOENT, "x"), look_at_errors, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "seen");
	RECORDED(&recorder, "#ESRCH@0ms");
}

static weir_observable *every_time(weir_observable *errors, void *context)
{
	(void)context;
	return weir_ref(errors);
}

Test(retry_when, a_source_that_fails_for_ever_neither_recurses_nor_keeps_the_loop)
{
	weir_loop *loop = weir_loop_new();
	struct recorder endless, other;

	record_on(&endless, loop, weir_retry_when(weir_throw(EIO, "x"), every_time, NULL), WEIR_UNBOUNDED);
	record_on(&other, loop, weir_timer(weir_ms(5)), WEIR_UNBOUNDED);
	/* However slow a turn is here: the timer is served after it. */
	for (int round = 0; round < 100 && !other.ended; round++)
		weir_loop_run_for(loop, weir_ms(50));
	cr_expect(other.ended);
	record_end(&endless);
	record_end(&other);
	weir_loop_free(loop);
}

Test(retry_when, runs_get_the_demand_that_is_left)
{
	struct recorder recorder;

	record(&recorder, weir_retry_when(weir_map(weir_range(1, 9), map_fails_at_three, NULL), every_time, NULL), 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	RECORDED(&recorder, "1@0ms 2@0ms 1@0ms 2@0ms 1@0ms");
}

Test(retry_when, cancelling_releases_the_run_and_the_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1#");
	weir_observable *notifier = weir_test_cold(test, "-a---a---a");

	weir_test_expect_cancelled(test, weir_retry_when(source, given, notifier), weir_ms(9), "-1--1---1");
	weir_test_expect_subscriptions(test, notifier, "--^------!");
	MARBLES_OK(test);
	weir_unref(notifier);
}

Test(retry_when, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_retry_when(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the notifier is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_retry_when(NULL, every_time, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the source is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_retry_when(weir_throw(EIO, "x"), given, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
