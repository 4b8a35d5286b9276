/* ref_count: a connectable runs while somebody subscribes. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* Consumes the connectable. */
static weir_observable *ref_count(weir_connectable *connectable)
{
	weir_observable *observable = weir_ref_count(connectable);

	weir_connectable_unref(connectable);
	return observable;
}

static weir_observable *build(weir_observable *source)
{
	return ref_count(weir_connectable_new(source, NULL));
}

const struct conformance_subject conformance_subject = { .name = "ref_count", .build = build };

static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

Test(ref_count, connects_with_the_first_and_disconnects_with_the_last)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *counted = ref_count(weir_publish(source));

	weir_test_expect_cancelled(test, weir_ref(counted), weir_ms(4), "-1-2");
	weir_test_expect_cancelled(test, after(2, weir_ref(counted)), weir_ms(6), "---2-3");
	weir_test_expect(test, after(8, counted), "---------1-2-3-4-|");
	weir_test_expect_subscriptions(test, source, "^-----!");
	weir_test_expect_subscriptions(test, source, "--------^--------!");
	MARBLES_OK(test);
}

Test(ref_count, after_the_end_one_connector_gives_the_end_and_a_fresh_one_starts_anew)
{
	weir_test *test = weir_test_new();
	weir_observable *once = weir_test_cold(test, "-1-|");
	weir_observable *again = weir_test_cold(test, "-1-|");
	weir_observable *kept = ref_count(weir_publish_replay(once, 0, 0));
	weir_observable *fresh = ref_count(weir_connectable_new(again, NULL));

	weir_test_expect(test, weir_ref(kept), "-1-|");
	weir_test_expect(test, after(5, kept), "-----(1|)");
	weir_test_expect(test, weir_ref(fresh), "-1-|");
	weir_test_expect(test, after(5, fresh), "------1-|");
	weir_test_expect_subscriptions(test, once, "^--!");
	weir_test_expect_subscriptions(test, again, "^--!");
	weir_test_expect_subscriptions(test, again, "-----^--!");
	MARBLES_OK(test);
}

Test(ref_count, who_subscribes_to_the_connectable_itself_does_not_count)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_connectable *connectable = weir_publish(source);

	weir_test_expect(test, weir_connectable_observable(connectable), "-1-2");
	weir_test_expect_cancelled(test, weir_ref_count(connectable), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_connectable_unref(connectable);
	MARBLES_OK(test);
}

Test(ref_count, what_was_connected_by_hand_is_disconnected_likewise)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_connectable *connectable = weir_publish(weir_interval(weir_ms(1)));
	struct recorder first;

	weir_connectable_connect(connectable, loop);
	record_on(&first, loop, weir_ref_count(connectable), WEIR_UNBOUNDED);
	weir_loop_run_for(loop, weir_ms(2));
	cr_expect(weir_connectable_is_connected(connectable));
	weir_cancel(first.subscription);
	cr_expect(!weir_connectable_is_connected(connectable));
	RECORDED(&first, "0@1ms 1@2ms");
	weir_connectable_unref(connectable);
	weir_loop_free(loop);
}

Test(ref_count, asks_for_what_is_asked_for_and_for_nothing_when_the_last_leaves)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_connectable *connectable = weir_publish(weir_range(1, 9));
	struct recorder first, second;

	record_on(&first, loop, weir_ref_count(connectable), 2);
	cr_expect_str_eq(first.text, "1@0ms 2@0ms");
	weir_cancel(first.subscription);
	record_on(&second, loop, weir_ref_count(connectable), 2);
	RECORDED(&first, "1@0ms 2@0ms");
	RECORDED(&second, "1@0ms 2@0ms");
	weir_connectable_unref(connectable);
	weir_loop_free(loop);
}

Test(ref_count, null)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_ref_count(NULL), "#");
	MARBLES_OK(test);
}
