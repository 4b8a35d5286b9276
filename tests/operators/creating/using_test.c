/* using: a resource that lives as long as the subscription. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/observing.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value create_text(void *context)
{
	(void)context;
	return weir_string("a resource that is long enough to be counted");
}

static weir_observable *nine(weir_value resource, void *context)
{
	(void)resource;
	(void)context;
	return weir_range(1, 9);
}

static void ignore(weir_value resource, void *context)
{
	(void)context;
	cr_expect(weir_is_string(resource, "a resource that is long enough to be counted"));
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_using(create_text, nine, ignore, NULL);
}

const struct conformance_subject conformance_subject = { .name = "using", .build = build, .creates = true };

/* What happened, in order: c(reate), u(se), d(ispose), f(ree), and s when the source of the observable was released. */
struct events {
	char text[32];
	size_t length;
	weir_observable *used;
	struct victim *victim;
	char cancel_at;
};

static void note(struct events *events, char event)
{
	cr_assert_lt(events->length, sizeof events->text - 1);
	events->text[events->length++] = event;
	events->text[events->length] = '\0';
	if (events->cancel_at == event)
		victim_cancel(events->victim);
}

static void note_free(void *context)
{
	note(context, 'f');
}

static weir_value create(void *context)
{
	note(context, 'c');
	return weir_object(context, note_free);
}

static weir_observable *use(weir_value resource, void *context)
{
	struct events *events = context;

	cr_expect_eq(weir_as_object(resource), context);
	note(events, 'u');
	return events->used != NULL ? weir_ref(events->used) : NULL;
}

static void dispose(weir_value resource, void *context)
{
	cr_expect_eq(weir_as_object(resource), context);
	note(context, 'd');
}

static void note_released(enum weir_end end, void *context)
{
	(void)end;
	note(context, 's');
}

static void expect(weir_observable *used, const char *recorded, const char *events_expected)
{
	struct events events = { .used = used };
	struct recorder recorder;

	if (used != NULL)
		events.used = weir_finalize(used, note_released, &events);
	record(&recorder, weir_using(create, use, dispose, &events), WEIR_UNBOUNDED);
	record_run(&recorder, weir_ms(5));
	RECORDED(&recorder, recorded);
	cr_expect_str_eq(events.text, events_expected);
	weir_unref(events.used);
}

Test(using, the_resource_is_disposed_of_after_the_observable_was_released)
{
	expect(weir_just(weir_int(1)), "1@0ms |@0ms", "cusdf");
	expect(weir_timer(weir_ms(3)), "0@3ms |@3ms", "cusdf");
}

Test(using, whatever_the_end_is)
{
	expect(weir_throw(ERANGE, "x"), "#ERANGE@0ms", "cusdf");
	expect(weir_never(), "", "cusdf");
	expect(NULL, "#EINVAL@0ms", "cudf");
}

Test(using, each_subscription_has_its_own_resource)
{
	struct events events = { .used = weir_empty() };
	weir_observable *recipe = weir_using(create, use, dispose, &events);
	struct recorder recorder;

	cr_expect_str_eq(events.text, "");
	record(&recorder, weir_ref(recipe), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
	record(&recorder, recipe, WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
	cr_expect_str_eq(events.text, "cudfcudf");
	weir_unref(events.used);
}

Test(using, without_dispose_the_resource_is_released)
{
	struct events events = { .used = weir_empty() };
	struct recorder recorder;

	record(&recorder, weir_using(create, use, NULL, &events), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
	cr_expect_str_eq(events.text, "cuf");
	weir_unref(events.used);
}

static weir_value fail(void *context)
{
	(void)context;
	return weir_fail(ENOSPC, "no resource");
}

Test(using, a_resource_that_cannot_be_made_is_the_error)
{
	struct events events = { .used = NULL };
	struct recorder recorder;

	record(&recorder, weir_using(fail, use, dispose, &events), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no resource");
	RECORDED(&recorder, "#ENOSPC@0ms");
	cr_expect_str_eq(events.text, "");
}

Test(using, callbacks_may_cancel)
{
	struct victim victim;
	struct events events = { .used = weir_just(weir_int(1)), .victim = &victim, .cancel_at = 'c' };

	victim_run(&victim, weir_using(create, use, dispose, &events), 0);
	cr_expect_str_eq(events.text, "cdf");
	events.cancel_at = 'u';
	events.length = 0;
	victim_run(&victim, weir_using(create, use, dispose, &events), 0);
	cr_expect_str_eq(events.text, "cudf");
	weir_unref(events.used);
}

Test(using, demand_is_passed_on)
{
	struct recorder recorder;

	record(&recorder, build(NULL), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms");
}

Test(using, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_using(NULL, use, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback create is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_using(create, NULL, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback use is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
