/* async_subject: the last value, on completion. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/recorder.h"

static weir_subject *filled(void)
{
	weir_subject *subject = weir_async_subject_new();

	weir_subject_next(subject, weir_string("the one before"));
	weir_subject_next(subject, weir_string("last"));
	return subject;
}

static weir_observable *build(weir_observable *source)
{
	weir_subject *subject = filled();
	weir_observable *observable = weir_subject_observable(subject);

	(void)source;
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	return observable;
}

const struct conformance_subject conformance_subject = { .name = "async_subject", .build = build, .creates = true };

Test(async_subject, the_last_value_comes_with_completion_now_and_later)
{
	struct recorder recorder, late;
	weir_subject *subject = filled();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.text, "");
	cr_expect_eq(weir_subject_complete(subject), 0);
	cr_expect_eq(weir_subject_next(subject, weir_int(1)), -WEIR_ECLOSED);
	cr_expect_eq(weir_subject_complete(subject), -WEIR_ECLOSED);
	RECORDED(&recorder, "\"last\"@0ms |@0ms");
	record(&late, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&late, "\"last\"@0ms |@0ms");
	weir_subject_unref(subject);
}

Test(async_subject, without_a_value_it_completes_empty)
{
	struct recorder recorder;
	weir_subject *subject = weir_async_subject_new();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_subject_complete(subject);
	RECORDED(&recorder, "|@0ms");
	weir_subject_unref(subject);
}

Test(async_subject, after_a_failure_there_is_only_the_failure)
{
	struct recorder recorder, late;
	weir_subject *subject = filled();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_subject_next(subject, weir_fail(EIO, "no"));
	RECORDED(&recorder, "#EIO@0ms");
	record(&late, weir_subject_observable(subject), 0);
	RECORDED(&late, "#EIO@0ms");
	weir_subject_unref(subject);
}

Test(async_subject, the_last_value_waits_for_demand)
{
	struct recorder recorder, late;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = filled();

	record_on(&recorder, loop, weir_subject_observable(subject), 0);
	weir_subject_complete(subject);
	cr_expect_str_eq(recorder.text, "");
	record_on(&late, loop, weir_subject_observable(subject), 0);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"last\"@0ms |@0ms");
	weir_subject_unref(subject);
	RECORDED(&late, "");
	weir_loop_free(loop);
}

Test(async_subject, closed_it_takes_nothing)
{
	struct recorder recorder;
	weir_subject *subject = filled();

	weir_subject_close(subject);
	cr_expect_eq(weir_subject_next(subject, weir_int(1)), -WEIR_ECLOSED);
	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_ECLOSED@0ms");
	weir_subject_unref(subject);
}
