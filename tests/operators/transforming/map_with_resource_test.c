/* map_with_resource: map with the help of a resource of the subscription. */
#include <errno.h>
#include <stdlib.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value open_sum(void *context)
{
	int64_t *sum = calloc(1, sizeof *sum);

	(void)context;
	return weir_object(sum, free);
}

static weir_value add_to_sum(weir_value resource, weir_value value, void *context)
{
	int64_t *sum = weir_as_object(resource);

	(void)context;
	if (weir_as_int(value) < 0)
		return weir_fail(ERANGE, "a negative number");
	return weir_int(*sum += weir_as_int(value));
}

static int last_sum(weir_value resource, weir_value *ret_item, void *context)
{
	int64_t *sum = weir_as_object(resource);

	(void)context;
	*ret_item = weir_string_format("%lld in all, in a text that is counted", (long long)*sum);
	return 1;
}

static weir_observable *build(weir_observable *source)
{
	return weir_map_with_resource(
		source, &(weir_map_with_resource_options){ .open = open_sum, .map = add_to_sum, .last = last_sum });
}

const struct conformance_subject conformance_subject = { .name = "map_with_resource", .build = build };

static int same_sum(weir_value resource, weir_value *ret_item, void *context)
{
	int verdict = *(int *)context;

	if (verdict > 0)
		*ret_item = weir_int(*(int64_t *)weir_as_object(resource));
	return verdict;
}

static weir_observable *ending_with(weir_observable *source, int *verdict)
{
	return weir_map_with_resource(
		source, &(weir_map_with_resource_options){
				.open = open_sum, .map = add_to_sum, .last = same_sum, .context = verdict });
}

Test(map_with_resource, maps_and_may_add_a_last_item)
{
	weir_test *test = weir_test_new();
	int yes = 1, no = 0, fails = -ENODATA;

	weir_test_expect(test, ending_with(weir_test_cold(test, "-1-2-3-|"), &yes), "-1-3-6-(6|)");
	weir_test_expect(test, ending_with(weir_test_cold(test, "-1-2-3-|"), &no), "-1-3-6-|");
	weir_test_expect(test,
		weir_map_with_resource(weir_test_cold(test, "-1-2-3-|"),
			&(weir_map_with_resource_options){ .open = open_sum, .map = add_to_sum }),
		"-1-3-6-|");
	weir_test_bind_error(test, ENODATA, "making the last item failed");
	weir_test_expect(test, ending_with(weir_test_cold(test, "-1-2-3-|"), &fails), "-1-3-6-#");
	MARBLES_OK(test);
}

Test(map_with_resource, an_error_overtakes_the_last_item)
{
	weir_test *test = weir_test_new();
	int yes = 1;

	weir_test_expect(test, ending_with(weir_test_cold(test, "-1-2-#"), &yes), "-1-3-#");
	MARBLES_OK(test);
}

Test(map_with_resource, each_subscription_has_a_resource_of_its_own)
{
	int yes = 1;
	weir_observable *recipe = ending_with(weir_range(1, 2), &yes);
	struct recorder recorder;

	record(&recorder, weir_ref(recipe), WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 3@0ms |@0ms");
	record(&recorder, recipe, WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 3@0ms 3@0ms |@0ms");
}

Test(map_with_resource, the_last_item_waits_until_it_is_asked_for)
{
	struct recorder recorder;
	int yes = 1;

	record(&recorder, ending_with(weir_range(1, 2), &yes), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 3@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 3@0ms 3@0ms |@0ms");
}

/* When it is closed. */
struct closing {
	int opened;
	int closed;
	struct victim *victim;
	bool map_cancels;
	bool last_cancels;
};

static weir_value open_closing(void *context)
{
	((struct closing *)context)->opened++;
	return weir_object(context, NULL);
}

static weir_value map_closing(weir_value resource, weir_value value, void *context)
{
	struct closing *closing = context;

	cr_expect_eq(weir_as_object(resource), context);
	cr_expect_eq(closing->closed, 0);
	if (closing->map_cancels)
		victim_cancel(closing->victim);
	return map_fails_at_three(value, NULL);
}

static int last_closing(weir_value resource, weir_value *ret_item, void *context)
{
	struct closing *closing = context;

	(void)resource;
	(void)ret_item;
	if (closing->last_cancels)
		victim_cancel(closing->victim);
	return 0;
}

static void close_closing(weir_value resource, void *context)
{
	cr_expect_eq(weir_as_object(resource), context);
	((struct closing *)context)->closed++;
}

static weir_observable *watched(weir_observable *source, struct closing *closing)
{
	return weir_map_with_resource(source, &(weir_map_with_resource_options){ .open = open_closing,
						      .map = map_closing,
						      .last = last_closing,
						      .close = close_closing,
						      .context = closing });
}

static void expect_closed(weir_observable *(*stage)(weir_observable *), weir_observable *source, const char *expected)
{
	struct closing closing = { 0 };
	struct recorder recorder;
	weir_observable *observable = watched(source, &closing);

	record(&recorder, stage != NULL ? stage(observable) : observable, WEIR_UNBOUNDED);
	RECORDED(&recorder, expected);
	cr_expect_eq(closing.opened, 1);
	cr_expect_eq(closing.closed, 1);
}

static weir_observable *take_one(weir_observable *source)
{
	return weir_take(source, 1);
}

Test(map_with_resource, is_closed_once_whatever_the_end_is)
{
	expect_closed(NULL, weir_range(1, 2), "1@0ms 2@0ms |@0ms");
	expect_closed(NULL, weir_range(1, 9), "1@0ms 2@0ms #ERANGE@0ms");
	expect_closed(NULL, weir_throw(EIO, "x"), "#EIO@0ms");
	expect_closed(NULL, weir_never(), "");
	expect_closed(take_one, weir_range(1, 2), "1@0ms |@0ms");
}

Test(map_with_resource, callbacks_may_cancel)
{
	struct victim victim;
	struct closing closing = { .victim = &victim, .map_cancels = true };

	victim_run(&victim, watched(weir_range(1, 2), &closing), 0);
	cr_expect_eq(closing.closed, 1);
	closing = (struct closing){ .victim = &victim, .last_cancels = true };
	victim_run(&victim, watched(weir_range(1, 2), &closing), 2);
	cr_expect_eq(closing.closed, 1);
}

static weir_value fail(void *context)
{
	(void)context;
	return weir_fail(ENOENT, "no such thing");
}

Test(map_with_resource, what_cannot_be_opened_is_the_error)
{
	struct recorder recorder;

	record(&recorder,
		weir_map_with_resource(
			weir_range(1, 2), &(weir_map_with_resource_options){ .open = fail, .map = add_to_sum }),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "no such thing");
	RECORDED(&recorder, "#ENOENT@0ms");
}

Test(map_with_resource, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_map_with_resource(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback open is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_map_with_resource(weir_never(), &(weir_map_with_resource_options){ .open = open_sum }),
		WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the callback map is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
