/* conflate: what nobody has asked for yet is merged into one item. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value sum(weir_value left, weir_value right, void *context)
{
	(void)context;
	return weir_int(weir_as_int(left) + weir_as_int(right));
}

static weir_observable *build(weir_observable *source)
{
	return weir_conflate(source, sum, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "conflate",
	.build = build,
	.demand_changes_items = "what nobody has asked for is merged",
};

static weir_value in_array(weir_value value, void *context)
{
	(void)context;
	return weir_make_array((weir_value[]){ weir_retain(value) }, 1);
}

static weir_value append(weir_value array, weir_value value, void *context)
{
	weir_value items[16];
	size_t count = weir_length(array);

	(void)context;
	for (size_t index = 0; index < count; index++)
		items[index] = weir_retain(weir_at(array, index));
	items[count] = weir_retain(value);
	return weir_make_array(items, count + 1);
}

Test(conflate, what_is_asked_for_passes_as_it_is)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_conflate(weir_test_cold(test, "-1-2-3-|"), sum, NULL), "-1-2-3-|");
	weir_test_expect(test, weir_conflate(weir_test_cold(test, "-1-2-#"), sum, NULL), "-1-2-#");
	MARBLES_OK(test);
}

Test(conflate, what_nobody_asks_for_is_merged)
{
	struct recorder recorder;

	/* 0 at 1 ms, 1 at 2 ms, … 8 at 9 ms. */
	record(&recorder, weir_conflate(weir_take(weir_interval(weir_ms(1)), 9), sum, NULL), 1);
	record_run(&recorder, weir_us(4500));
	cr_expect_str_eq(recorder.text, "0@1ms");
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(9));
	cr_expect_str_eq(recorder.text, "0@1ms 6@4500000ns 4@5ms 5@6ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@1ms 6@4500000ns 4@5ms 5@6ms 21@14500000ns |@14500000ns");
}

Test(conflate, with_a_seed_every_item_begins_with_it)
{
	struct recorder recorder;

	record(&recorder, weir_conflate_with_seed(weir_take(weir_interval(weir_ms(1)), 5), in_array, append, NULL), 2);
	record_run(&recorder, weir_ms(4));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(4));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[0]@1ms [1]@2ms [2, 3]@4ms [4]@8ms |@8ms");
}

Test(conflate, an_error_overtakes_what_waits)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_conflate(weir_test_cold(test, "-1-2-3-#"), sum, NULL), 1, 0, "-1-----#");
	MARBLES_OK(test);
}

static weir_value failing(weir_value left, weir_value right, void *context)
{
	(void)left;
	(void)right;
	(void)context;
	return weir_fail(WEIR_ELIMIT, "no");
}

static weir_value failing_seed(weir_value value, void *context)
{
	return failing(value, value, context);
}

Test(conflate, what_the_callbacks_report_ends_it)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_ELIMIT, "no");
	weir_test_expect_with_demand(
		test, weir_conflate(weir_test_cold(test, "-1-2-3-|"), failing, NULL), 1, 0, "-1---#");
	weir_test_expect(
		test, weir_conflate_with_seed(weir_test_cold(test, "-1-2-3-|"), failing_seed, failing, NULL), "-#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_conflate(weir_never(), NULL, NULL), "#");
	MARBLES_OK(test);
}

static weir_value cancels(weir_value left, weir_value right, void *context)
{
	(void)left;
	weir_cancel(((struct recorder *)context)->subscription);
	return weir_retain(right);
}

Test(conflate, a_callback_may_cancel)
{
	struct recorder recorder;

	record(&recorder, weir_conflate(weir_map(weir_interval(weir_ms(1)), in_array, NULL), cancels, &recorder), 0);
	record_run(&recorder, weir_ms(4));
	RECORDED(&recorder, "");
}
