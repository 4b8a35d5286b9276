/* catch_error: another observable when the source fails. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/recovering.h>
#include <weir/threads.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *eight(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
	return weir_just(weir_int(8));
}

static weir_observable *build(weir_observable *source)
{
	return weir_catch_error(source, eight, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "catch_error",
	.build = build,
	.handles_errors = true,
};

static weir_observable *given(const weir_error *error, void *context)
{
	cr_expect_eq(weir_error_code(error), WEIR_EUSER);
	cr_expect_str_eq(weir_error_message(error), "error");
	return weir_ref(context);
}

Test(catch_error, goes_on_with_the_handlers_observable_when_the_source_has_been_released)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-#");
	weir_observable *other = weir_test_cold(test, "-8-9|");

	weir_test_expect(test, weir_catch_error(source, given, other), "-1-2--8-9|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect_subscriptions(test, other, "-----^---!");
	MARBLES_OK(test);
	weir_unref(other);
}

static weir_observable *not_called(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
	cr_assert_fail("the handler was called");
	return NULL;
}

Test(catch_error, a_source_that_completes_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_catch_error(weir_test_cold(test, "-1-2-|"), not_called, NULL), "-1-2-|");
	MARBLES_OK(test);
}

Test(catch_error, the_error_of_the_other_one_passes)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-8-#");

	weir_test_expect(test, weir_catch_error(weir_test_cold(test, "-1#"), given, other), "-1-8-#");
	MARBLES_OK(test);
	weir_unref(other);
}

static weir_observable *same_error(const weir_error *error, void *context)
{
	(void)context;
	return weir_throw_error(weir_error_ref(error));
}

Test(catch_error, the_handler_may_pass_the_error_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_catch_error(weir_test_cold(test, "-1#"), same_error, NULL), "-1#");
	MARBLES_OK(test);
}

static weir_observable *null(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
	return NULL;
}

Test(catch_error, a_handler_that_returns_null_is_a_failure)
{
	struct recorder recorder;

	record(&recorder, weir_catch_error(weir_throw(WEIR_EUSER, "x"), null, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "a callback returned NULL instead of an observable");
	RECORDED(&recorder, "#EINVAL@0ms");
}

Test(catch_error, a_null_handler_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_catch_error(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the handler is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}

static weir_value fail_at_3(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 3 ? weir_fail(WEIR_EUSER, "error") : weir_retain(value);
}

Test(catch_error, the_other_one_is_asked_for_what_is_left)
{
	weir_observable *other = weir_range(70, 9);
	struct recorder recorder;

	record(&recorder, weir_catch_error(weir_map(weir_range(1, 9), fail_at_3, NULL), given, other), 4);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 70@0ms 71@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 70@0ms 71@0ms 72@0ms");
	weir_unref(other);
}

Test(catch_error, cancelling_releases_the_other_one)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-8-9|");

	weir_test_expect_cancelled(
		test, weir_catch_error(weir_test_cold(test, "-1#"), given, other), weir_ms(4), "-1-8");
	weir_test_expect_subscriptions(test, other, "--^-!");
	MARBLES_OK(test);
	weir_unref(other);
}

/* Twice the source again, then something else. */
struct patience {
	size_t errors;
	weir_observable *then;
};

static weir_observable *be_patient(const weir_error *error, weir_observable *caught, void *context)
{
	struct patience *patience = context;

	cr_expect_eq(weir_error_code(error), WEIR_EUSER);
	return weir_ref(++patience->errors <= 2 ? caught : patience->then);
}

Test(catch_error, the_handler_may_run_the_source_again_with_the_same_handling)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-#");
	struct patience patience = { 0, weir_test_cold(test, "-8|") };

	weir_test_expect(test, weir_catch_error_again(source, be_patient, &patience), "-1--1--1--8|");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect_subscriptions(test, source, "---^--!");
	weir_test_expect_subscriptions(test, source, "------^--!");
	weir_test_expect_subscriptions(test, patience.then, "---------^-!");
	MARBLES_OK(test);
	weir_unref(patience.then);
}

Test(catch_error, a_source_that_runs_again_may_complete)
{
	weir_test *test = weir_test_new();
	struct patience patience = { 0 };

	weir_test_expect(test, weir_catch_error_again(weir_test_hot(test, "-1-|"), be_patient, &patience), "-1-|");
	MARBLES_OK(test);
	cr_expect_eq(patience.errors, 0);
}

static weir_observable *later(const weir_error *error, weir_observable *caught, void *context)
{
	(void)error;
	(void)context;
	return weir_take(weir_subscribe_later(weir_ref(caught), weir_ms(2)), 3);
}

Test(catch_error, what_is_caught_may_be_part_of_another_observable)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1#");

	weir_test_expect(test, weir_catch_error_again(source, later, NULL), "-1---1---1---(1|)");
	MARBLES_OK(test);
}

static weir_observable *again(const weir_error *error, weir_observable *caught, void *context)
{
	(void)error;
	++*(size_t *)context;
	return weir_ref(caught);
}

Test(catch_error, a_source_that_fails_for_ever_neither_recurses_nor_keeps_the_loop)
{
	weir_loop *loop = weir_loop_new();
	struct recorder endless, other;
	size_t errors = 0;

	record_on(&endless, loop, weir_catch_error_again(weir_throw(WEIR_EUSER, "x"), again, &errors), WEIR_UNBOUNDED);
	record_on(&other, loop, weir_timer(weir_ms(5)), WEIR_UNBOUNDED);
	/* However slow the machine is. */
	for (int turn = 0; turn < 1000 && !other.ended; turn++)
		weir_loop_run_for(loop, weir_ms(10));
	cr_expect(other.ended);
	cr_expect_gt(errors, 2048);
	record_end(&endless);
	record_end(&other);
	weir_loop_free(loop);
}

Test(catch_error, a_run_gets_the_demand_that_is_left)
{
	struct recorder recorder;
	size_t errors = 0;

	record(&recorder, weir_catch_error_again(weir_map(weir_range(1, 9), fail_at_3, NULL), again, &errors), 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 1@0ms");
	weir_request(recorder.subscription, 2);
	RECORDED(&recorder, "1@0ms 2@0ms 1@0ms 2@0ms 1@0ms");
	cr_expect_eq(errors, 2);
}

static weir_observable *null_again(const weir_error *error, weir_observable *caught, void *context)
{
	(void)caught;
	return null(error, context);
}

Test(catch_error, again_refuses_null_as_well)
{
	struct recorder recorder;

	record(&recorder, weir_catch_error_again(weir_throw(WEIR_EUSER, "x"), null_again, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_catch_error_again(weir_never(), NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the handler is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
