/* connectable: one run of the source for all who subscribe, when told to. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static int connect_now(weir_emitter *emitter, void *connectable)
{
	int result = weir_connectable_connect(connectable, weir_emitter_loop(emitter));

	if (result == 0)
		weir_emitter_complete(emitter);
	return result;
}

static void release(void *connectable)
{
	weir_connectable_unref(connectable);
}

/* Connects when that is subscribed to; completes. */
static weir_observable *connecting(weir_connectable *connectable)
{
	return weir_with_context(weir_create(connect_now, connectable), weir_connectable_ref(connectable), release);
}

static int disconnect_now(weir_emitter *emitter, void *connectable)
{
	weir_connectable_disconnect(connectable);
	weir_emitter_complete(emitter);
	return 0;
}

static weir_observable *disconnecting(weir_connectable *connectable)
{
	return weir_with_context(weir_create(disconnect_now, connectable), weir_connectable_ref(connectable), release);
}

static weir_observable *both(weir_observable *first, weir_observable *second)
{
	return weir_merge((weir_observable *[]){ first, second }, 2, 0);
}

static weir_observable *build(weir_observable *source)
{
	weir_connectable *connectable = weir_connectable_new(source, NULL);
	weir_observable *result = both(weir_connectable_observable(connectable), connecting(connectable));

	weir_connectable_unref(connectable);
	return result;
}

const struct conformance_subject conformance_subject = { .name = "connectable",
	.build = build,
	.subscriptions_interact = "the second subscriber joins the run of the first" };

static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

Test(connectable, waits_for_connect_and_runs_once_for_all)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_connectable *connectable = weir_connectable_new(source, NULL);

	weir_test_expect(test, weir_connectable_observable(connectable), "----1-2-3-|");
	weir_test_expect(test, after(5, weir_connectable_observable(connectable)), "------2-3-|");
	weir_test_expect(test, after(3, connecting(connectable)), "---|");
	weir_test_expect(test, after(4, connecting(connectable)), "----|");
	weir_test_expect_subscriptions(test, source, "---^------!");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, after_a_disconnection_newcomers_wait_for_the_next_and_those_before_get_nothing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_connectable *connectable = weir_connectable_new(source, NULL);

	weir_test_expect(test, connecting(connectable), "|");
	weir_test_expect(test, weir_connectable_observable(connectable), "-1-2");
	weir_test_expect(test, after(4, disconnecting(connectable)), "----|");
	weir_test_expect(test, after(5, weir_connectable_observable(connectable)), "---------1-2-3-|");
	weir_test_expect(test, after(8, connecting(connectable)), "--------|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, source, "--------^------!");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, after_the_end_newcomers_wait_for_the_next_connection)
{
	weir_test *test = weir_test_new();
	weir_connectable *connectable = weir_connectable_new(weir_test_cold(test, "1|"), NULL);

	weir_test_expect(test, weir_connectable_observable(connectable), "1|");
	weir_test_expect(test, connecting(connectable), "|");
	weir_test_expect(test, after(5, weir_connectable_observable(connectable)), "------1|");
	weir_test_expect(test, after(6, connecting(connectable)), "------|");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, keep_connector_keeps_subscribers_over_disconnections_and_the_end)
{
	weir_test *test = weir_test_new();
	weir_connectable *connectable = weir_connectable_new(weir_test_cold(test, "-1-2-3-|"),
		&(weir_connectable_options){
			.connector = { WEIR_CONNECTOR_REPLAY, .count = 1 }, .keep_connector = true });

	weir_test_expect(test, weir_connectable_observable(connectable), "-1-2-----1-2-3-|");
	weir_test_expect(test, connecting(connectable), "|");
	weir_test_expect(test, after(4, disconnecting(connectable)), "----|");
	weir_test_expect(test, after(8, connecting(connectable)), "--------|");
	weir_test_expect(test, after(20, weir_connectable_observable(connectable)), "--------------------(3|)");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, an_error_goes_to_all)
{
	weir_test *test = weir_test_new();
	weir_connectable *connectable = weir_connectable_new(weir_test_cold(test, "-#"), NULL);

	weir_test_expect(test, weir_connectable_observable(connectable), "-#");
	weir_test_expect(test, weir_connectable_observable(connectable), "-#");
	weir_test_expect(test, connecting(connectable), "|");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, when_nobody_holds_it_the_source_is_cancelled)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_connectable *connectable = weir_connectable_new(source, NULL);

	weir_test_expect_cancelled(
		test, both(weir_connectable_observable(connectable), connecting(connectable)), weir_ms(2), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(connectable, while_nobody_listens_everything_is_asked_for_and_the_slowest_decides_afterwards)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_connectable *connectable = weir_connectable_new(weir_range(1, 5), NULL);
	struct recorder slow, fast;

	cr_expect_eq(weir_connectable_connect(connectable, loop), 0);
	cr_expect(!weir_connectable_is_connected(connectable), "it ran through at once");
	record_on(&slow, loop, weir_connectable_observable(connectable), 2);
	record_on(&fast, loop, weir_connectable_observable(connectable), WEIR_UNBOUNDED);
	cr_expect_eq(weir_connectable_connect(connectable, loop), 0);
	cr_expect(weir_connectable_is_connected(connectable));
	cr_expect_str_eq(fast.text, "1@0ms 2@0ms");
	weir_request(slow.subscription, 2);
	weir_connectable_disconnect(connectable);
	cr_expect(!weir_connectable_is_connected(connectable));
	RECORDED(&slow, "1@0ms 2@0ms 3@0ms 4@0ms");
	RECORDED(&fast, "1@0ms 2@0ms 3@0ms 4@0ms");
	weir_connectable_unref(connectable);
	weir_loop_free(loop);
}

Test(connectable, runs_on_one_loop)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_loop *other = weir_loop_new_virtual();
	weir_connectable *connectable = weir_connectable_new(weir_never(), NULL);
	struct recorder here, there;

	record_on(&here, loop, weir_connectable_observable(connectable), 1);
	cr_expect_eq(weir_connectable_connect(connectable, other), -EINVAL);
	cr_expect_eq(weir_connectable_connect(connectable, loop), 0);
	cr_expect_eq(weir_connectable_connect(connectable, other), -EINVAL);
	record_on(&there, other, weir_connectable_observable(connectable), 1);
	RECORDED(&there, "#EINVAL@0ms");
	RECORDED(&here, "");
	weir_connectable_unref(connectable);
	weir_loop_free(loop);
	weir_loop_free(other);
}

Test(connectable, null_and_options_out_of_range)
{
	weir_test *test = weir_test_new();
	weir_connectable *connectable =
		weir_connectable_new(weir_never(), &(weir_connectable_options){ .connector.window = -1 });

	cr_expect_eq(weir_connectable_connect(NULL, NULL), -EINVAL);
	cr_expect_eq(weir_connectable_connect(connectable, NULL), -EINVAL);
	cr_expect_null(weir_connectable_ref(NULL));
	weir_connectable_disconnect(NULL);
	weir_connectable_unref(NULL);
	cr_expect(!weir_connectable_is_connected(NULL));
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_connectable_observable(NULL), "#");
	weir_test_expect(test, weir_connectable_observable(connectable), "#");
	weir_test_expect(test, connecting(connectable), "|");
	weir_connectable_unref(connectable);
	connectable = weir_connectable_new(NULL, NULL);
	weir_test_expect(test, weir_connectable_observable(connectable), "#");
	weir_test_expect(test, connecting(connectable), "|");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}
