/* scan_map: a map with a state that is not what is emitted. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* The state is the sum so far, the item what is missing to 4. */
static weir_value missing_to_four(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	(void)context;
	*ret_state = weir_int(weir_as_int(state) + weir_as_int(value));
	return weir_int(4 - weir_as_int(*ret_state));
}

static int flush_sum(weir_value state, weir_value *ret_item, void *context)
{
	(void)context;
	*ret_item = weir_retain(state);
	return 1;
}

static weir_observable *build(weir_observable *source)
{
	return weir_scan_map(source, weir_int(0), missing_to_four, flush_sum, NULL);
}

const struct conformance_subject conformance_subject = { .name = "scan_map", .build = build };

static void bind(weir_test *test)
{
	weir_test_bind(test, 'a', weir_int(-2));
	weir_test_bind(test, 'b', weir_int(6));
}

Test(scan_map, state_and_item_differ_and_the_state_is_flushed_at_completion)
{
	weir_test *test = weir_test_new();

	bind(test);
	weir_test_expect(test,
		weir_scan_map(weir_test_cold(test, "-1-2-3-|"), weir_int(0), missing_to_four, flush_sum, NULL),
		"-3-1-a-(b|)");
	weir_test_expect(test,
		weir_scan_map(weir_test_cold(test, "-1-2-3-|"), weir_int(0), missing_to_four, NULL, NULL), "-3-1-a-|");
	MARBLES_OK(test);
}

Test(scan_map, an_error_flushes_nothing)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test,
		weir_scan_map(weir_test_cold(test, "-1-2-#"), weir_int(0), missing_to_four, flush_sum, NULL), "-3-1-#");
	MARBLES_OK(test);
}

Test(scan_map, each_subscription_begins_with_the_initial_state)
{
	weir_test *test = weir_test_new();

	bind(test);
	weir_test_expect(test,
		weir_repeat(
			weir_scan_map(weir_test_cold(test, "1-2-|"), weir_int(0), missing_to_four, NULL, NULL), 2, 0),
		"3-1-3-1-|");
	MARBLES_OK(test);
}

/* Text in memory of its own, kept, replaced, and handed on. */
static weir_value longest(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	char text[32];

	(void)context;
	*ret_state = weir_as_int(value) % 2 == 0 ? weir_retain(state)
						 : weir_string_format("a longer state: %d", (int)weir_as_int(value));
	return weir_string_format("%s, then %s", weir_print(state, text, sizeof text) > 0 ? text : "", "an item");
}

Test(scan_map, the_state_may_be_kept_or_replaced)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_count(weir_scan_map(
			weir_range(1, 5), weir_string("the initial state, longer"), longest, flush_sum, NULL)),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "6@0ms |@0ms");
	weir_loop_free(loop);
}

static weir_value item_fails(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	(void)context;
	*ret_state = weir_retain(state);
	return weir_as_int(value) == 3 ? weir_fail(ERANGE, "three") : weir_retain(value);
}

static weir_value state_fails(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	(void)state;
	(void)value;
	(void)context;
	*ret_state = weir_fail(EIO, "no state");
	return weir_string("an item that is not emitted, longer");
}

static int flush_fails(weir_value state, weir_value *ret_item, void *context)
{
	flush_sum(state, ret_item, context);
	return -EBUSY;
}

static int flush_nothing(weir_value state, weir_value *ret_item, void *context)
{
	flush_sum(state, ret_item, context);
	return 0;
}

Test(scan_map, failures)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;
	weir_value state = weir_string("a state with memory of its own");

	record_on(&recorder, loop, weir_scan_map(weir_range(2, 3), weir_retain(state), item_fails, flush_sum, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "2@0ms #ERANGE@0ms");
	record_on(&recorder, loop, weir_scan_map(weir_range(2, 3), weir_retain(state), state_fails, flush_sum, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EIO@0ms");
	record_on(&recorder, loop, weir_scan_map(weir_range(1, 1), weir_retain(state), item_fails, flush_fails, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms #EBUSY@0ms");
	record_on(&recorder, loop, weir_scan_map(weir_range(1, 1), weir_retain(state), item_fails, flush_nothing, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms |@0ms");
	record_on(&recorder, loop, weir_scan_map(weir_range(1, 1), weir_fail(EPERM, "x"), item_fails, NULL, NULL),
		WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EPERM@0ms");
	record_on(&recorder, loop, weir_scan_map(weir_range(1, 1), state, NULL, NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	weir_loop_free(loop);
}

Test(scan_map, what_is_flushed_waits_for_demand)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_scan_map(weir_range(1, 2), weir_int(0), missing_to_four, flush_sum, NULL), 2);
	cr_expect_str_eq(recorder.text, "3@0ms 1@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "3@0ms 1@0ms 3@0ms |@0ms");
	weir_loop_free(loop);
}

static weir_value cancels(weir_value state, weir_value value, weir_value *ret_state, void *context)
{
	*ret_state = weir_retain(state);
	if (weir_as_int(value) == 2)
		victim_cancel(context);
	return weir_retain(value);
}

Test(scan_map, may_cancel_its_own_pipeline)
{
	struct victim victim;

	victim_run(
		&victim, weir_scan_map(weir_range(1, 5), weir_string("some longer state"), cancels, NULL, &victim), 1);
}
