/* unfold_resource: what is read from a resource. */
#include <errno.h>
#include <stdlib.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/recorder.h"

/* Counts down; what happened to it. */
struct counter {
	int left;
	int opened;
	int reads;
	int closed;
	int fails_at; /* this read fails */
	int fails_by; /* a code, or 0: by an item of kind error */
	struct victim *victim;
	char cancels; /* o(pen), r(ead) */
};

static weir_value open_counter(void *context)
{
	struct counter *counter = context;

	counter->opened++;
	if (counter->cancels == 'o')
		victim_cancel(counter->victim);
	return weir_object(counter, NULL);
}

static int read_counter(weir_value resource, weir_value *ret_item, void *context)
{
	struct counter *counter = weir_as_object(resource);

	cr_expect_eq(counter, context);
	cr_expect_eq(counter->closed, counter->opened - 1, "it was read after it was closed");
	if (++counter->reads == counter->fails_at) {
		*ret_item = weir_fail(ERANGE, "not readable");
		return counter->fails_by == 0 ? 1 : (weir_release(*ret_item), -counter->fails_by);
	}
	if (counter->cancels == 'r' && counter->reads == 2)
		victim_cancel(counter->victim);
	if (counter->left == 0)
		return 0;
	*ret_item = weir_int(counter->left--);
	return 1;
}

static void close_counter(weir_value resource, void *context)
{
	cr_expect_eq(weir_as_object(resource), context);
	((struct counter *)context)->closed++;
}

static weir_observable *reading(struct counter *counter)
{
	return weir_unfold_resource(open_counter, read_counter, close_counter, counter);
}

static weir_value open_text(void *context)
{
	int64_t *position = malloc(sizeof *position);

	(void)context;
	*position = 0;
	return weir_object(position, free);
}

static int read_text(weir_value resource, weir_value *ret_item, void *context)
{
	int64_t *position = weir_as_object(resource);

	(void)context;
	if (*position == 9)
		return 0;
	*ret_item = weir_string_format("line %lld of a text that is counted", (long long)++*position);
	return 1;
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_unfold_resource(open_text, read_text, NULL, NULL);
}

const struct conformance_subject conformance_subject = { .name = "unfold_resource", .build = build, .creates = true };

Test(unfold_resource, opens_reads_to_the_end_and_closes)
{
	struct counter counter = { .left = 3 };
	struct recorder recorder;

	record(&recorder, reading(&counter), WEIR_UNBOUNDED);
	cr_expect_eq(counter.closed, 1);
	RECORDED(&recorder, "3@0ms 2@0ms 1@0ms |@0ms");
	cr_expect_eq(counter.opened, 1);
	cr_expect_eq(counter.reads, 4);
	cr_expect_eq(counter.closed, 1);
}

Test(unfold_resource, reads_only_what_is_asked_for)
{
	struct counter counter = { .left = 3 };
	struct recorder recorder;

	record(&recorder, reading(&counter), 0);
	cr_expect_eq(counter.opened, 1);
	cr_expect_eq(counter.reads, 0);
	weir_request(recorder.subscription, 2);
	cr_expect_eq(counter.reads, 2);
	cr_expect_eq(counter.closed, 0);
	RECORDED(&recorder, "3@0ms 2@0ms");
	cr_expect_eq(counter.reads, 2);
	cr_expect_eq(counter.closed, 1);
}

Test(unfold_resource, is_closed_when_the_pipeline_has_had_enough)
{
	struct counter counter = { .left = 9 };
	struct recorder recorder;

	record(&recorder, weir_take(reading(&counter), 2), WEIR_UNBOUNDED);
	RECORDED(&recorder, "9@0ms 8@0ms |@0ms");
	cr_expect_eq(counter.reads, 2);
	cr_expect_eq(counter.closed, 1);
}

Test(unfold_resource, a_failing_read_closes_it)
{
	struct counter counter = { .left = 9, .fails_at = 2, .fails_by = EIO };
	struct recorder recorder;

	record(&recorder, reading(&counter), WEIR_UNBOUNDED);
	RECORDED(&recorder, "9@0ms #EIO@0ms");
	cr_expect_eq(counter.closed, 1);
	counter = (struct counter){ .left = 9, .fails_at = 2 };
	record(&recorder, reading(&counter), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "not readable");
	RECORDED(&recorder, "9@0ms #ERANGE@0ms");
	cr_expect_eq(counter.closed, 1);
}

static weir_value fail(void *context)
{
	(void)context;
	return weir_fail(ENOENT, "no such thing");
}

Test(unfold_resource, what_cannot_be_opened_is_neither_read_nor_closed)
{
	struct counter counter = { .left = 9 };
	struct recorder recorder;

	record(&recorder, weir_unfold_resource(fail, read_counter, close_counter, &counter), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no such thing");
	RECORDED(&recorder, "#ENOENT@0ms");
	cr_expect_eq(counter.reads + counter.closed, 0);
}

Test(unfold_resource, callbacks_may_cancel)
{
	struct victim victim;
	struct counter counter = { .left = 9, .cancels = 'o', .victim = &victim };

	victim_run(&victim, reading(&counter), 0);
	cr_expect_eq(counter.reads, 0);
	cr_expect_eq(counter.closed, 1);
	counter = (struct counter){ .left = 9, .cancels = 'r', .victim = &victim };
	victim_run(&victim, reading(&counter), 1);
	cr_expect_eq(counter.reads, 2);
	cr_expect_eq(counter.closed, 1);
}

static int read_for_ever(weir_value resource, weir_value *ret_item, void *context)
{
	(void)resource;
	(void)context;
	*ret_item = weir_int(1);
	return 1;
}

Test(unfold_resource, one_without_end_lets_other_timers_run)
{
	weir_loop *loop = weir_loop_new();
	struct recorder endless, other;

	record_on(&endless, loop, weir_ignore_elements(weir_unfold_resource(open_text, read_for_ever, NULL, NULL)),
		WEIR_UNBOUNDED);
	record_on(&other, loop, weir_timer(weir_ms(5)), WEIR_UNBOUNDED);
	weir_loop_run_for(loop, weir_ms(50));
	cr_expect(other.ended);
	record_end(&endless);
	record_end(&other);
	weir_loop_free(loop);
}

Test(unfold_resource, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_unfold_resource(NULL, read_counter, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback open is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_unfold_resource(open_counter, NULL, NULL, NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback read is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
