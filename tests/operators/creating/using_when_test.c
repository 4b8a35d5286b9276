/* using_when: a resource that takes time to get and to give back. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* What each callback makes, borrowed, and how often it was called. */
struct life {
	weir_observable *use;
	weir_observable *complete;
	weir_observable *error;
	weir_observable *cancel;
	int uses;
	int completes;
	int errors;
	int cancels;
	int freed;
	struct victim *victim;
	bool use_cancels;
	bool complete_cancels;
};

static void note_freed(void *life)
{
	((struct life *)life)->freed++;
}

static weir_observable *result(weir_value resource, void *life, weir_observable *made, int *calls)
{
	cr_expect_eq(weir_as_object(resource), life);
	cr_expect_eq(((struct life *)life)->freed, 0);
	++*calls;
	return made != NULL ? weir_ref(made) : NULL;
}

static weir_observable *use(weir_value resource, void *context)
{
	struct life *life = context;

	if (life->use_cancels)
		victim_cancel(life->victim);
	return result(resource, context, life->use, &life->uses);
}

static weir_observable *on_complete(weir_value resource, void *context)
{
	struct life *life = context;

	if (life->complete_cancels)
		victim_cancel(life->victim);
	return result(resource, context, life->complete, &life->completes);
}

static weir_observable *on_error(weir_value resource, const weir_error *error, void *context)
{
	struct life *life = context;

	cr_expect_eq(weir_error_code(error), WEIR_EUSER);
	return result(resource, context, life->error, &life->errors);
}

static weir_observable *on_cancel(weir_value resource, void *context)
{
	struct life *life = context;

	return result(resource, context, life->cancel, &life->cancels);
}

static weir_observable *using_when(struct life *life, weir_observable *source)
{
	return weir_using_when(source, &(weir_using_when_options){ .use = use,
					       .on_complete = on_complete,
					       .on_error = on_error,
					       .on_cancel = on_cancel,
					       .context = life });
}

static weir_value resource_of(struct life *life)
{
	return weir_object(life, note_freed);
}

static weir_observable *nine(weir_value resource, void *context)
{
	(void)resource;
	(void)context;
	return weir_range(1, 9);
}

static weir_observable *nothing(weir_value resource, void *context)
{
	(void)resource;
	(void)context;
	return weir_empty();
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_using_when(weir_just(weir_string("a resource that is long enough to be counted")),
		&(weir_using_when_options){ .use = nine, .on_complete = nothing });
}

const struct conformance_subject conformance_subject = { .name = "using_when", .build = build, .creates = true };

static void end_life(struct life *life)
{
	weir_unref(life->use);
	weir_unref(life->complete);
	weir_unref(life->error);
	weir_unref(life->cancel);
}

Test(using_when, completion_comes_after_the_clean_up)
{
	weir_test *test = weir_test_new();
	struct life life = { .use = weir_test_cold(test, "--1-2|"), .complete = weir_test_cold(test, "-x-y|") };

	weir_test_bind(test, 'r', resource_of(&life));

	weir_observable *source = weir_test_cold(test, "-r-r-|");

	weir_test_expect(test, using_when(&life, source), "---1-2----|");
	weir_test_expect_subscriptions(test, source, "^!");
	weir_test_expect_subscriptions(test, life.use, "-^----!");
	weir_test_expect_subscriptions(test, life.complete, "------^---!");
	MARBLES_OK(test);
	cr_expect_eq(life.uses, 1);
	cr_expect_eq(life.completes, 1);
	cr_expect_eq(life.errors + life.cancels, 0);
	cr_expect_eq(life.freed, 1);
	end_life(&life);
}

Test(using_when, an_error_comes_after_its_clean_up)
{
	weir_test *test = weir_test_new();
	struct life life = { .use = weir_test_cold(test, "--1-#"), .error = weir_test_cold(test, "--|") };

	weir_test_bind(test, 'r', resource_of(&life));
	weir_test_expect(test, using_when(&life, weir_test_cold(test, "-r")), "---1---#");
	weir_test_expect_subscriptions(test, life.error, "-----^-!");
	MARBLES_OK(test);
	cr_expect_eq(life.errors, 1);
	cr_expect_eq(life.completes + life.cancels, 0);
	cr_expect_eq(life.freed, 1);
	end_life(&life);
}

Test(using_when, a_cancel_has_a_clean_up_that_goes_on_by_itself)
{
	weir_test *test = weir_test_new();
	struct life life = { .use = weir_test_cold(test, "--1-2-"), .cancel = weir_test_cold(test, "-x---|") };

	weir_test_bind(test, 'r', resource_of(&life));
	weir_test_expect_cancelled(test, using_when(&life, weir_test_cold(test, "-r")), weir_ms(4), "---1");
	weir_test_expect_subscriptions(test, life.use, "-^--!");
	weir_test_expect_subscriptions(test, life.cancel, "----^----!");
	MARBLES_OK(test);
	cr_expect_eq(life.cancels, 1);
	cr_expect_eq(life.completes + life.errors, 0);
	cr_expect_eq(life.freed, 1);
	end_life(&life);
}

Test(using_when, a_cancel_during_the_clean_up_does_not_cut_it_short_nor_repeat_it)
{
	weir_test *test = weir_test_new();
	struct life life = { .use = weir_test_cold(test, "-1|"), .complete = weir_test_cold(test, "-----|") };

	weir_test_bind(test, 'r', resource_of(&life));
	weir_test_expect_cancelled(test, using_when(&life, weir_test_cold(test, "-r")), weir_ms(4), "--1");
	weir_test_expect_subscriptions(test, life.complete, "---^----!");
	MARBLES_OK(test);
	cr_expect_eq(life.completes, 1);
	cr_expect_eq(life.errors + life.cancels, 0);
	cr_expect_eq(life.freed, 1);
	end_life(&life);
}

Test(using_when, without_a_resource_nothing_is_used_or_cleaned_up)
{
	weir_test *test = weir_test_new();
	struct life life = { 0 };

	weir_test_expect(test, using_when(&life, weir_test_cold(test, "--|")), "--|");
	weir_test_expect(test, using_when(&life, weir_test_cold(test, "--#")), "--#");
	weir_test_expect_cancelled(test, using_when(&life, weir_test_cold(test, "-----")), weir_ms(3), "");
	MARBLES_OK(test);
	cr_expect_eq(life.uses + life.completes + life.errors + life.cancels, 0);
}

static void run(struct life *life, const char *expected)
{
	struct recorder recorder;

	record(&recorder, using_when(life, weir_just(resource_of(life))), WEIR_UNBOUNDED);
	RECORDED(&recorder, expected);
	cr_expect_eq(life->freed, 1);
	cr_expect_eq(life->completes + life->errors + life->cancels, 1);
}

Test(using_when, a_clean_up_that_fails_is_the_error)
{
	struct life life = { .use = weir_just(weir_int(1)), .complete = weir_throw(EIO, "not given back") };

	run(&life, "1@0ms #EIO@0ms");
	end_life(&life);
}

static void note_composite(const weir_error *error, void *context)
{
	cr_expect_eq(weir_error_code(error), WEIR_ECOMPOSITE);
	cr_expect_eq(weir_error_cause_count(error), 2);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 0)), WEIR_EUSER);
	cr_expect_eq(weir_error_code(weir_error_cause_at(error, 1)), EIO);
	++*(int *)context;
}

Test(using_when, of_two_errors_none_is_lost)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct life life = { .use = weir_throw(WEIR_EUSER, "x"), .error = weir_throw(EIO, "not rolled back") };
	int calls = 0;

	weir_subscribe(using_when(&life, weir_just(resource_of(&life))), loop,
		&(weir_observer){ .error = note_composite, .context = &calls });
	cr_expect_eq(calls, 1);
	weir_loop_free(loop);
	end_life(&life);
}

static void note_unhandled(const weir_error *error, void *context)
{
	cr_expect_eq(weir_error_code(error), EIO);
	++*(int *)context;
}

Test(using_when, when_nobody_waits_the_error_of_a_clean_up_is_reported_as_unhandled)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct life life = { .use = weir_never(), .cancel = weir_throw(EIO, "not given back") };
	struct recorder recorder;
	int calls = 0;

	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_unhandled_error = note_unhandled, .context = &calls });
	record_on(&recorder, loop, using_when(&life, weir_just(resource_of(&life))), WEIR_UNBOUNDED);
	RECORDED(&recorder, "");
	cr_expect_eq(calls, 1);
	cr_expect_eq(life.freed, 1);
	weir_loop_free(loop);
	end_life(&life);
}

Test(using_when, the_end_of_the_loop_ends_a_clean_up)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct life cancelled = { .use = weir_never(), .cancel = weir_never() };
	struct life running = { .use = weir_never(), .cancel = weir_never() };
	struct life ended = { .use = weir_empty(), .complete = weir_never() };

	weir_cancel(weir_subscribe(
		using_when(&cancelled, weir_just(resource_of(&cancelled))), loop, &(weir_observer){ 0 }));
	cr_expect_eq(cancelled.cancels, 1);
	cr_expect_eq(cancelled.freed, 0);
	weir_subscribe(using_when(&running, weir_just(resource_of(&running))), loop, &(weir_observer){ 0 });
	weir_subscribe(using_when(&ended, weir_just(resource_of(&ended))), loop, &(weir_observer){ 0 });
	weir_loop_free(loop);
	cr_expect_eq(cancelled.freed, 1);
	cr_expect_eq(running.cancels, 1);
	cr_expect_eq(running.freed, 1);
	cr_expect_eq(ended.completes, 1);
	cr_expect_eq(ended.freed, 1);
	end_life(&cancelled);
	end_life(&running);
	end_life(&ended);
}

Test(using_when, on_complete_is_for_the_other_ends_as_well)
{
	struct life life = { .use = weir_throw(WEIR_EUSER, "x"), .complete = weir_empty() };
	struct recorder recorder;
	weir_using_when_options options = { .use = use, .on_complete = on_complete, .context = &life };

	record(&recorder, weir_using_when(weir_just(resource_of(&life)), &options), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#WEIR_EUSER@0ms");
	cr_expect_eq(life.completes, 1);
	weir_unref(life.use);
	life.use = weir_never();
	life.freed = 0;
	record(&recorder, weir_using_when(weir_just(resource_of(&life)), &options), WEIR_UNBOUNDED);
	RECORDED(&recorder, "");
	cr_expect_eq(life.completes, 2);
	end_life(&life);
}

Test(using_when, a_callback_that_returns_null_is_a_failure)
{
	struct recorder recorder;
	struct life life = { .use = weir_empty() };

	record(&recorder, using_when(&life, weir_just(resource_of(&life))), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	cr_expect_eq(life.completes, 1);
	weir_unref(life.use);
	life = (struct life){ .complete = weir_empty() };
	record(&recorder,
		weir_using_when(weir_just(resource_of(&life)),
			&(weir_using_when_options){ .use = use, .on_complete = on_complete, .context = &life }),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback use returned NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	cr_expect_eq(life.completes, 1);
	end_life(&life);
}

Test(using_when, callbacks_may_cancel)
{
	struct victim victim;
	struct life life = { .use = weir_range(1, 2),
		.complete = weir_empty(),
		.cancel = weir_empty(),
		.victim = &victim,
		.use_cancels = true };

	victim_run(&victim, using_when(&life, weir_just(resource_of(&life))), 0);
	cr_expect_eq(life.cancels, 1);
	cr_expect_eq(life.freed, 1);
	life.use_cancels = false;
	life.complete_cancels = true;
	life.freed = 0;
	victim_run(&victim, using_when(&life, weir_just(resource_of(&life))), 2);
	cr_expect_eq(life.cancels, 1);
	cr_expect_eq(life.completes, 1);
	cr_expect_eq(life.freed, 1);
	end_life(&life);
}

Test(using_when, demand_is_passed_on)
{
	struct recorder recorder;

	record(&recorder, build(NULL), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	weir_request(recorder.subscription, 7);
	record_run(&recorder, weir_ms(3));
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms 6@0ms 7@0ms 8@0ms 9@0ms |@0ms");
}

Test(using_when, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, using_when(NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the source is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_using_when(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback use is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_using_when(weir_never(), &(weir_using_when_options){ .use = use }), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback on_complete is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
