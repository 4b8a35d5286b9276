/* connect: what is made out of one run of the source, for each subscription. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *both(weir_observable *first, weir_observable *second)
{
	return weir_merge((weir_observable *[]){ first, second }, 2, 0);
}

static weir_observable *merged_with_ten_times(weir_observable *shared, void *context)
{
	(void)context;
	return both(weir_ref(shared), weir_map(weir_ref(shared), times_ten, NULL));
}

static weir_observable *itself(weir_observable *shared, void *context)
{
	(void)context;
	return weir_ref(shared);
}

static weir_observable *build(weir_observable *source)
{
	return weir_connect(source, merged_with_ten_times, NULL, NULL);
}

const struct conformance_subject conformance_subject = {
	.name = "connect",
	.build = build,
	.demand_changes_order = "two branches are merged",
	.errors_overtake_items = "what waits in the branches",
};

Test(connect, the_source_runs_once_for_all_branches)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2---|");

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_expect(test, weir_connect(source, merged_with_ten_times, NULL, NULL), "-(1a)(2b)|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(connect, a_synchronous_source_reaches_all_branches)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_int(10));
	weir_test_bind(test, 'b', weir_int(20));
	weir_test_expect(test, weir_connect(weir_range(1, 2), merged_with_ten_times, NULL, NULL), "(1a2b|)");
	MARBLES_OK(test);
}

static weir_observable *first_two(weir_observable *shared, void *context)
{
	(void)context;
	return weir_take(weir_ref(shared), 2);
}

Test(connect, the_source_is_released_when_the_result_has_ended_or_is_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *first = weir_test_cold(test, "-1-2-3-|");
	weir_observable *second = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect(test, weir_connect(first, first_two, NULL, NULL), "-1-(2|)");
	weir_test_expect_cancelled(test, weir_connect(second, itself, NULL, NULL), weir_ms(2), "-1");
	weir_test_expect_subscriptions(test, first, "^--!");
	weir_test_expect_subscriptions(test, second, "^-!");
	MARBLES_OK(test);
}

Test(connect, each_subscription_has_its_own_run)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-|");
	weir_observable *connected = weir_connect(source, itself, NULL, NULL);

	weir_test_expect(test, weir_repeat(connected, 2, 0), "-1--1-|");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_expect_subscriptions(test, source, "---^--!");
	MARBLES_OK(test);
}

Test(connect, kinds_of_connector)
{
	weir_test *test = weir_test_new();
	weir_connect_options behavior = { .connector = { WEIR_CONNECTOR_BEHAVIOR, .initial = weir_int(0) } };
	weir_connect_options async = { .connector = { WEIR_CONNECTOR_ASYNC } };

	weir_test_expect(test, weir_connect(weir_test_cold(test, "-1-2-|"), itself, NULL, &behavior), "01-2-|");
	weir_test_expect(test, weir_connect(weir_test_cold(test, "-1-2-|"), itself, NULL, &async), "-----(2|)");
	weir_test_expect(test, weir_connect(weir_test_cold(test, "-1-2-#"), itself, NULL, &async), "-----#");
	MARBLES_OK(test);
}

Test(connect, keep_connector_gives_later_subscriptions_what_is_kept)
{
	weir_test *test = weir_test_new();
	weir_connect_options replay = { .connector = { WEIR_CONNECTOR_REPLAY }, .keep_connector = true };
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_repeat(weir_connect(source, itself, NULL, &replay), 2, 0), "-1-2-(12|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect_subscriptions(test, source, "-----(^!)");
	MARBLES_OK(test);
}

Test(connect, keep_connector_runs_the_source_for_each_subscription_and_all_get_all)
{
	weir_test *test = weir_test_new();
	weir_connect_options kept = { .keep_connector = true };
	weir_observable *source = weir_test_cold(test, "-1-----2-----3|");
	weir_observable *connected = weir_connect(source, itself, NULL, &kept);

	weir_test_expect_cancelled(test, weir_ref(connected), weir_ms(10), "-1-----(21)");
	weir_test_expect(test, weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(6))), connected),
		"-------(21)--2-----3|");
	weir_test_expect_subscriptions(test, source, "^---------!");
	weir_test_expect_subscriptions(test, source, "------^-------------!");
	MARBLES_OK(test);
}

Test(connect, with_keep_connector_runs_ask_for_what_is_asked_for)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_connect_options kept = { .keep_connector = true };
	weir_observable *connected = weir_connect(weir_range(1, 1000), itself, NULL, &kept);
	struct recorder first, second;

	record_on(&first, loop, weir_ref(connected), 2);
	record_on(&second, loop, connected, 2);
	weir_request(first.subscription, 1);
	weir_cancel(first.subscription);
	weir_request(second.subscription, 2);
	RECORDED(&first, "1@0ms 2@0ms 3@0ms");
	RECORDED(&second, "3@0ms 1@0ms 2@0ms 3@0ms");
	weir_loop_free(loop);
}

static weir_observable *first_later(weir_observable *shared, void *context)
{
	(void)context;
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(2))), weir_ref(shared));
}

Test(connect, while_nobody_listens_the_source_runs_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_connect(weir_test_cold(test, "-1-2-|"), first_later, NULL, NULL), "---2-|");
	weir_test_expect(test, weir_connect(weir_range(1, 5), first_later, NULL, NULL), "--|");
	MARBLES_OK(test);
}

Test(connect, asks_for_what_all_branches_ask_for)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_connect(weir_range(1, 100000), itself, NULL, NULL), 2);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms");
	weir_loop_free(loop);
}

static uint64_t pulled;

static weir_value count_pulled(weir_value value, void *context)
{
	(void)context;
	pulled++;
	return weir_retain(value);
}

Test(connect, a_cancel_asks_for_nothing_more)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	pulled = 0;
	record_on(&recorder, loop, weir_connect(weir_map(weir_range(1, 1000), count_pulled, NULL), itself, NULL, NULL),
		2);
	RECORDED(&recorder, "1@0ms 2@0ms");
	cr_expect_eq(pulled, 2);
	weir_loop_free(loop);
}

static weir_observable *no_result(weir_observable *shared, void *context)
{
	(void)shared;
	(void)context;
	return NULL;
}

Test(connect, bad_arguments)
{
	weir_test *test = weir_test_new();
	weir_connect_options window = { .connector.window = -1 };
	weir_value no_value = weir_fail(EIO, "no value");
	weir_connect_options initial = { .connector = { WEIR_CONNECTOR_BEHAVIOR, .initial = no_value } };

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_connect(NULL, itself, NULL, NULL), "#");
	weir_test_expect(test, weir_connect(weir_never(), NULL, NULL, NULL), "#");
	weir_test_expect(test, weir_connect(weir_never(), no_result, NULL, NULL), "#");
	weir_test_expect(test, weir_connect(weir_never(), itself, NULL, &window), "#");
	weir_test_bind_error(test, EIO, "no value");
	weir_test_expect(test, weir_connect(weir_never(), itself, NULL, &initial), "#");
	MARBLES_OK(test);
	weir_release(no_value);
}

static weir_observable *refuse(weir_observable *shared, void *context)
{
	(void)shared;
	(void)context;
	return weir_throw(EIO, "no result");
}

Test(connect, a_selector_that_fails_does_not_run_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EIO, "no result");
	weir_test_expect(test, weir_connect(source, refuse, NULL, NULL), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}
