/* prefix_and_tail: the first values as an array, with the rest as an observable. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *tail(weir_value item, void *context)
{
	(void)context;
	return weir_ref(weir_as_observable(weir_at(item, 1)));
}

static weir_observable *prefix_then_tail(weir_value item, void *context)
{
	return weir_start_with(tail(item, context), (weir_value[]){ weir_retain(weir_at(item, 0)) }, 1);
}

static weir_observable *flat(weir_observable *source, size_t count)
{
	return weir_concat_map(weir_prefix_and_tail(source, count), prefix_then_tail, NULL);
}

static weir_observable *build(weir_observable *source)
{
	return flat(source, 3);
}

const struct conformance_subject conformance_subject = {
	.name = "prefix_and_tail",
	.build = build,
	.errors_overtake_items = "the tail",
};

Test(prefix_and_tail, the_rest_goes_on_behind_the_prefix)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect(test, flat(source, 2), "---a-3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(prefix_and_tail, without_a_prefix_the_item_comes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'e', digits(""));
	weir_test_expect(test, flat(weir_test_cold(test, "-1-2-|"), 0), "e1-2-|");
	MARBLES_OK(test);
}

Test(prefix_and_tail, a_source_that_is_too_short_makes_a_shorter_prefix)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect(test, flat(weir_test_cold(test, "-1-2-|"), 3), "-----(a|)");
	MARBLES_OK(test);
}

Test(prefix_and_tail, errors_before_and_behind_the_prefix)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("12"));
	weir_test_expect(test, flat(weir_test_cold(test, "-1-#"), 2), "---#");
	weir_test_expect(test, flat(weir_test_cold(test, "-1-2-3-#"), 2), "---a-3-#");
	MARBLES_OK(test);
}

static weir_value kept;

static void keep(weir_value item, void *context)
{
	(void)context;
	kept = weir_retain(item);
}

Test(prefix_and_tail, the_source_is_asked_for_no_more_until_the_rest_is_subscribed_to)
{
	struct numbers_log log = { 0 };
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder rest;

	weir_subscribe(weir_prefix_and_tail(numbers((struct numbers){ .count = 5, .log = &log }), 2), loop,
		&(weir_observer){ .next = keep });
	weir_loop_run(loop);
	cr_expect_eq(log.requested, 2);
	record_on(&rest, loop, weir_ref(weir_as_observable(weir_at(kept, 1))), 1);
	weir_loop_run(loop);
	cr_expect_str_eq(rest.text, "3@0ms");
	weir_request(rest.subscription, 9);
	RECORDED(&rest, "3@0ms 4@0ms 5@0ms |@0ms");
	weir_release(kept);
	weir_loop_free(loop);
}

static weir_value prefix(weir_value item, void *context)
{
	(void)context;
	return weir_retain(weir_at(item, 0));
}

Test(prefix_and_tail, the_source_waits_until_the_item_is_requested)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder,
		weir_map(weir_prefix_and_tail(numbers((struct numbers){ .count = 4, .log = &log }), 2), prefix, NULL),
		0);
	cr_expect_eq(log.requested, 0);
	weir_request(recorder.subscription, 1);
	cr_expect_eq(log.requested, 2);
	RECORDED(&recorder, "[1, 2]@0ms");
}

Test(prefix_and_tail, the_rest_comes_as_it_is_requested)
{
	struct recorder recorder;

	record(&recorder, flat(weir_range(1, 4), 2), 2);
	cr_expect_str_eq(recorder.text, "[1, 2]@0ms 3@0ms");
	weir_request(recorder.subscription, 9);
	RECORDED(&recorder, "[1, 2]@0ms 3@0ms 4@0ms |@0ms");
}

Test(prefix_and_tail, the_rest_outlives_the_outer_pipeline)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(
		test, weir_merge_map(weir_take(weir_prefix_and_tail(source, 2), 1), tail, NULL, 0), "-----3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	source = weir_test_cold(test, "-1-2-3-4-|");
	weir_test_expect(test, weir_ignore_elements(weir_take(weir_prefix_and_tail(source, 2), 1)), "---|");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(prefix_and_tail, the_source_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_prefix_and_tail(NULL, 1), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
