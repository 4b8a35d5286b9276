/* behavior_subject: a current value, which newcomers get first. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	weir_subject *subject = weir_behavior_subject_new(weir_int(7));
	weir_observable *observable = weir_with_context(
		weir_take(weir_subject_observable(subject), 1), subject, (void (*)(void *))weir_subject_unref);

	(void)source;
	return observable;
}

const struct conformance_subject conformance_subject = { .name = "behavior_subject", .build = build, .creates = true };

static void push_two(void *subject)
{
	weir_subject_next(subject, weir_int(2));
}

static void complete(void *subject)
{
	weir_subject_complete(subject);
}

Test(behavior_subject, newcomers_get_the_current_value_first)
{
	weir_test *test = weir_test_new();
	weir_subject *subject = weir_behavior_subject_new(weir_int(1));
	weir_observable *listen = weir_subject_observable(subject);

	weir_test_at(test, weir_ms(2), push_two, subject);
	weir_test_at(test, weir_ms(9), complete, subject);
	weir_test_expect(test, weir_ref(listen), "1-2------|");
	weir_test_expect(test, weir_concat((weir_observable *[]){ weir_timer(weir_ms(3)), listen }, 2), "---(02)--|");
	MARBLES_OK(test);
	weir_subject_unref(subject);
}

Test(behavior_subject, after_the_end_newcomers_get_the_end_alone)
{
	struct recorder recorder;
	weir_subject *subject = weir_behavior_subject_new(weir_int(1));

	weir_subject_complete(subject);
	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
	weir_subject_unref(subject);
}

Test(behavior_subject, a_newcomer_gets_the_value_current_when_it_asks)
{
	struct recorder recorder, waiting;
	weir_subject *subject = weir_behavior_subject_new(weir_int(1));

	record(&recorder, weir_subject_observable(subject), 0);
	weir_subject_next(subject, weir_int(2));
	weir_subject_next(subject, weir_int(3));
	weir_request(recorder.subscription, 2);
	weir_subject_next(subject, weir_int(4));
	weir_subject_next(subject, weir_int(5));
	RECORDED(&recorder, "3@0ms 4@0ms #WEIR_EDEMAND@0ms");

	record(&waiting, weir_subject_observable(subject), 0);
	weir_subject_complete(subject);
	cr_expect_str_eq(waiting.text, "");
	weir_request(waiting.subscription, 1);
	RECORDED(&waiting, "5@0ms |@0ms");
	weir_subject_unref(subject);
}

Test(behavior_subject, value_is_the_current_one_also_after_completion)
{
	weir_subject *subject = weir_behavior_subject_new(weir_int(1));
	weir_value value;

	cr_expect_eq(weir_as_int(weir_subject_value(subject)), 1);
	weir_subject_next(subject, weir_int(2));
	cr_expect_eq(weir_as_int(weir_subject_value(subject)), 2);
	weir_subject_complete(subject);
	cr_expect_eq(weir_as_int(weir_subject_value(subject)), 2);
	weir_subject_close(subject);
	value = weir_subject_value(subject);
	cr_expect_eq(weir_error_code(weir_as_error(value)), WEIR_ECLOSED);
	weir_release(value);
	weir_subject_unref(subject);

	subject = weir_behavior_subject_new(weir_int(1));
	weir_subject_error(subject, weir_error_new(EIO, "gone"));
	value = weir_subject_value(subject);
	cr_expect_eq(weir_error_code(weir_as_error(value)), EIO);
	weir_release(value);
	weir_subject_close(subject);
	value = weir_subject_value(subject);
	cr_expect_eq(weir_error_code(weir_as_error(value)), EIO, "closed since");
	weir_release(value);
	weir_subject_unref(subject);
}

static void push_on_one(weir_value value, void *context)
{
	weir_subject *subject = context;

	if (weir_as_int(value) < 3)
		weir_subject_next(subject, weir_int(weir_as_int(value) + 1));
}

Test(behavior_subject, what_is_pushed_from_inside_the_first_value_is_not_lost)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_behavior_subject_new(weir_int(1));
	struct recorder recorder;

	weir_subscribe(
		weir_tap_next(weir_subject_observable(subject), push_on_one, subject), loop, &(weir_observer){ 0 });
	cr_expect_eq(weir_as_int(weir_subject_value(subject)), 3);
	record_on(&recorder, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_subject_next(subject, weir_int(4));
	RECORDED(&recorder, "3@0ms 4@0ms");
	weir_loop_free(loop);
	weir_subject_unref(subject);
}

Test(behavior_subject, an_error_as_initial_value_is_the_failure)
{
	struct recorder recorder;
	weir_subject *subject = weir_behavior_subject_new(weir_fail(EIO, "no value"));

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EIO@0ms");
	weir_subject_unref(subject);
}
