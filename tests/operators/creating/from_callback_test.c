/* from_callback: the one answer of an API with callbacks. */
#include <errno.h>
#include <stdlib.h>

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
	return weir_from_callback(answer_at_once, NULL);
}

const struct conformance_subject conformance_subject = { .name = "from_callback", .build = build, .creates = true };

/* A call that the test answers. */
struct call {
	weir_promise *promise;
	int started, cancelled;
	char drops[128];
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

static void on_dropped(const char *stage, weir_value value, void *context)
{
	struct call *call = context;
	char text[64];

	weir_print(value, text, sizeof text);
	snprintf(call->drops + strlen(call->drops), sizeof call->drops - strlen(call->drops), "%s:%s ", stage, text);
}

static void record_call(struct recorder *recorder, struct call *call, uint64_t demand)
{
	weir_loop *loop = weir_loop_new_virtual();

	*call = (struct call){ 0 };
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = call });
	record_on(recorder, loop, weir_from_callback(start_call, call), demand);
	recorder->owns_loop = true;
}

static void resolve_a(void *context)
{
	struct call *call = context;

	weir_promise_resolve(call->promise, weir_string("a"));
	weir_promise_unref(call->promise);
}

Test(from_callback, emits_the_answer_and_completes)
{
	weir_test *test = weir_test_new();
	struct call call = { 0 };

	weir_test_at(test, weir_ms(3), resolve_a, &call);
	weir_test_expect(test, weir_from_callback(start_call, &call), "---(a|)");
	weir_test_expect(test, weir_from_callback(answer_at_once, NULL), "(a|)");
	MARBLES_OK(test);
	cr_expect(call.started == 1 && call.cancelled == 0);
}

Test(from_callback, a_second_answer_is_refused)
{
	struct recorder recorder;
	struct call call;

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	cr_expect_eq(weir_promise_loop(call.promise), recorder.loop);
	cr_expect_eq(weir_promise_reject(call.promise, weir_error_new(EIO, "no")), 0);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_string("a longer string that needs memory")), -EALREADY);
	cr_expect_eq(weir_promise_reject(call.promise, weir_error_new(EIO, "no")), -EALREADY);
	cr_expect_eq(weir_promise_resolve_from_any_thread(call.promise, weir_string("a longer string …")), -EALREADY);
	RECORDED(&recorder, "#EIO@0ms");
	cr_expect_eq(call.cancelled, 0);
	weir_promise_unref(call.promise);
}

Test(from_callback, the_answer_waits_for_demand_a_failure_does_not)
{
	struct recorder recorder;
	struct call call;

	record_call(&recorder, &call, 0);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_int(1)), 0);
	weir_promise_unref(call.promise);
	record_run(&recorder, weir_ms(2));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@2ms |@2ms");

	record_call(&recorder, &call, 0);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_fail(EIO, "no")), 0);
	weir_promise_unref(call.promise);
	RECORDED(&recorder, "#EIO@0ms");

	record_call(&recorder, &call, 0);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_string("a longer string that needs memory")), 0);
	weir_promise_unref(call.promise);
	RECORDED(&recorder, "");
}

Test(from_callback, cancelling_tells_the_call_and_a_late_answer_is_reported)
{
	struct recorder recorder;
	struct call call;

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	weir_cancel(recorder.subscription);
	cr_expect_eq(call.cancelled, 1);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_int(7)), -WEIR_ECLOSED);
	cr_expect_str_eq(call.drops, "from_callback:7 ");
	weir_promise_unref(call.promise);
	RECORDED(&recorder, "");
	cr_expect_eq(call.cancelled, 1);
}

Test(from_callback, who_lets_go_without_an_answer_fails)
{
	struct recorder recorder;
	struct call call;

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	weir_promise_unref(call.promise);
	RECORDED(&recorder, "#WEIR_ECLOSED@0ms");
	cr_expect_str_eq(call.drops, "");

	/* After the cancel there is nothing to tell. */
	record_call(&recorder, &call, WEIR_UNBOUNDED);
	weir_cancel(recorder.subscription);
	weir_promise_unref(call.promise);
	cr_expect_str_eq(call.drops, "");
	RECORDED(&recorder, "");
}

static int forget(weir_promise *promise, void *context)
{
	(void)promise;
	(void)context;
	return 0;
}

static int refuse(weir_promise *promise, void *context)
{
	weir_promise_on_cancel(promise, call_cancelled, context);
	return -EBUSY;
}

Test(from_callback, the_start_may_fail_or_forget)
{
	struct recorder recorder;
	struct call call = { 0 };

	record(&recorder, weir_from_callback(refuse, &call), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EBUSY@0ms");
	cr_expect_eq(call.cancelled, 0);
	record(&recorder, weir_from_callback(forget, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_ECLOSED@0ms");
	record(&recorder, weir_from_callback(NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

Test(from_callback, may_be_answered_from_any_thread)
{
	struct recorder recorder;
	struct call call;

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	cr_expect_eq(weir_promise_resolve_from_any_thread(call.promise, weir_string("a")), 0);
	weir_promise_unref(call.promise);
	cr_expect_str_eq(recorder.text, "");
	weir_loop_run(recorder.loop);
	RECORDED(&recorder, "\"a\"@0ms |@0ms");

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	cr_expect_eq(weir_promise_reject_from_any_thread(call.promise, weir_error_new(EIO, "no")), 0);
	RECORDED(&recorder, "");
	cr_expect_eq(weir_promise_resolve_from_any_thread(call.promise, weir_int(1)), -EALREADY);
	weir_promise_unref(call.promise);

	record_call(&recorder, &call, WEIR_UNBOUNDED);
	RECORDED(&recorder, "");
	cr_expect_eq(weir_promise_resolve_from_any_thread(call.promise, weir_int(1)), -ESHUTDOWN);
	cr_expect_eq(weir_promise_resolve(call.promise, weir_int(1)), -WEIR_ECLOSED);
	weir_promise_unref(call.promise);
}
