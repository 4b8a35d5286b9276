/* handle: one callback that maps, filters, and ends. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static int odd_ten_times(weir_value value, weir_value *ret_item, void *context)
{
	(void)context;
	if (weir_as_int(value) % 2 == 0)
		return WEIR_HANDLED_DROP;
	*ret_item = weir_int(weir_as_int(value) * 10);
	return WEIR_HANDLED_EMIT;
}

static weir_observable *build(weir_observable *source)
{
	return weir_handle(source, odd_ten_times, NULL);
}

const struct conformance_subject conformance_subject = { .name = "handle", .build = build };

static int until_three(weir_value value, weir_value *ret_item, void *context)
{
	int handled = odd_ten_times(value, ret_item, context);

	return weir_as_int(value) == 3 ? WEIR_HANDLED_EMIT_LAST : handled;
}

static int before_three(weir_value value, weir_value *ret_item, void *context)
{
	if (weir_as_int(value) == 3)
		return WEIR_HANDLED_COMPLETE;
	return odd_ten_times(value, ret_item, context);
}

/* It has said an item as well, which must not leak. */
static int fails_with_item(weir_value value, weir_value *ret_item, void *context)
{
	(void)value;
	(void)context;
	*ret_item = weir_string("a longer string that needs memory of its own");
	return -ERANGE;
}

static int drops_an_item(weir_value value, weir_value *ret_item, void *context)
{
	fails_with_item(value, ret_item, context);
	return WEIR_HANDLED_DROP;
}

static int item_is_an_error(weir_value value, weir_value *ret_item, void *context)
{
	(void)value;
	(void)context;
	*ret_item = weir_fail(EIO, "no");
	return WEIR_HANDLED_EMIT;
}

Test(handle, maps_and_filters)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(30));
	weir_test_expect(test, weir_handle(weir_test_cold(test, "-1-2-3-|"), odd_ten_times, NULL), "-a---b-|");
	MARBLES_OK(test);
}

Test(handle, completes_with_or_without_a_last_item)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-5-|");

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(30));
	weir_test_expect(test, weir_handle(weir_ref(source), until_three, NULL), "-a---(b|)");
	weir_test_expect(test, weir_handle(weir_ref(source), before_three, NULL), "-a---|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_unref(source);
	MARBLES_OK(test);
}

Test(handle, fails_with_its_errno_or_an_item_of_kind_error)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_handle(weir_range(1, 3), fails_with_item, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#ERANGE@0ms");
	record_on(&recorder, loop, weir_handle(weir_range(1, 3), item_is_an_error, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EIO@0ms");
	record_on(&recorder, loop, weir_handle(weir_range(1, 3), drops_an_item, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "|@0ms");
	record_on(&recorder, loop, weir_handle(weir_range(1, 3), NULL, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
	weir_loop_free(loop);
}

Test(handle, a_dropped_value_is_requested_again)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_handle(weir_range(2, 9), odd_ten_times, NULL), 2);
	RECORDED(&recorder, "30@0ms 50@0ms");
	weir_loop_free(loop);
}

static int cancels(weir_value value, weir_value *ret_item, void *context)
{
	*ret_item = weir_retain(value);
	if (weir_as_int(value) == 2)
		victim_cancel(context);
	return WEIR_HANDLED_EMIT;
}

Test(handle, may_cancel_its_own_pipeline)
{
	struct victim victim;

	victim_run(&victim, weir_handle(weir_range(1, 5), cancels, &victim), 1);
}
