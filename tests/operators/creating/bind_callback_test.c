/* bind_callback: one call of an API with callbacks, whose answer all get. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static int answer_at_once(weir_promise *promise, void *context)
{
	(void)context;
	weir_promise_resolve(promise, weir_string("a"));
	return 0;
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_bind_callback(answer_at_once, NULL);
}

const struct conformance_subject conformance_subject = { .name = "share", .build = build, .creates = true };

/* A call that the test answers. */
struct call {
	weir_promise *promise;
	int started, cancelled;
};

static void call_cancelled(void *context)
{
	((struct call *)context)->cancelled++;
}

static int start_call(weir_promise *promise, void *context)
{
	struct call *call = context;

	call->started++;
	call->promise = weir_promise_ref(promise);
	weir_promise_on_cancel(promise, call_cancelled, call);
	return 0;
}

static int start_fails(weir_promise *promise, void *context)
{
	(void)promise;
	((struct call *)context)->started++;
	return -EBUSY;
}

static void resolve_a(void *context)
{
	struct call *call = context;

	weir_promise_resolve(call->promise, weir_string("a"));
	weir_promise_unref(call->promise);
}

static void reject(void *context)
{
	struct call *call = context;

	weir_promise_reject(call->promise, weir_error_new(EIO, "no answer"));
	weir_promise_unref(call->promise);
}

static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

Test(bind_callback, one_call_answers_all_now_and_later)
{
	weir_test *test = weir_test_new();
	struct call call = { 0 };
	weir_observable *bound = weir_bind_callback(start_call, &call);

	weir_test_at(test, weir_ms(3), resolve_a, &call);
	weir_test_expect(test, weir_ref(bound), "---(a|)");
	weir_test_expect(test, after(1, weir_ref(bound)), "---(a|)");
	weir_test_expect(test, after(5, bound), "-----(a|)");
	MARBLES_OK(test);
	cr_expect(call.started == 1 && call.cancelled == 0);
}

Test(bind_callback, a_failure_fails_all_now_and_later)
{
	weir_test *test = weir_test_new();
	struct call call = { 0 };
	weir_observable *bound = weir_bind_callback(start_call, &call);

	weir_test_bind_error(test, EIO, "no answer");
	weir_test_at(test, weir_ms(3), reject, &call);
	weir_test_expect(test, weir_ref(bound), "---#");
	weir_test_expect(test, after(5, bound), "-----#");
	MARBLES_OK(test);
	cr_expect_eq(call.started, 1);
}

Test(bind_callback, the_call_goes_on_when_nobody_waits_and_is_cancelled_when_nobody_holds_it)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct call call = { 0 };
	weir_observable *bound = weir_bind_callback(start_call, &call);
	struct recorder first, second;

	record_on(&first, loop, weir_ref(bound), WEIR_UNBOUNDED);
	weir_cancel(first.subscription);
	cr_expect_eq(call.cancelled, 0);
	weir_promise_resolve(call.promise, weir_string("a"));
	weir_promise_unref(call.promise);
	record_on(&second, loop, bound, WEIR_UNBOUNDED);
	RECORDED(&first, "");
	RECORDED(&second, "\"a\"@0ms |@0ms");

	record_on(&first, loop, weir_bind_callback(start_call, &call), WEIR_UNBOUNDED);
	RECORDED(&first, "");
	cr_expect_eq(call.cancelled, 1);
	weir_promise_unref(call.promise);
	weir_loop_free(loop);
}

Test(bind_callback, a_call_that_cannot_be_made_fails_for_all)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct call call = { 0 };
	weir_observable *bound = weir_bind_callback(start_fails, &call);
	struct recorder first, second;

	record_on(&first, loop, weir_ref(bound), WEIR_UNBOUNDED);
	record_on(&second, loop, bound, WEIR_UNBOUNDED);
	RECORDED(&first, "#EBUSY@0ms");
	RECORDED(&second, "#EBUSY@0ms");
	cr_expect_eq(call.started, 1);
	record_on(&first, loop, weir_bind_callback(NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&first, "#EINVAL@0ms");
	weir_loop_free(loop);
}

Test(bind_callback, the_answer_waits_for_demand)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_bind_callback(answer_at_once, NULL), 0);
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"a\"@0ms |@0ms");
	weir_loop_free(loop);
}
