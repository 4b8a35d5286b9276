/* subscribe_on where there is no other loop. Over two loops it is tested in tests/src/kit/hand_off_test.c, with threads in
 * tests/threads/doors_test.c. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/threads.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_subscribe_on(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "subscribe_on", .build = build };

static void expect(weir_test *test, weir_loop *loop, const char *source, const char *expected)
{
	weir_test_expect(test, weir_subscribe_on(weir_test_cold(test, source), loop), expected);
}

/* NULL, and the loop that the pipeline runs on anyway. */
Test(subscribe_on, on_the_same_loop_signals_come_in_a_later_turn)
{
	weir_test *test = weir_test_new();
	weir_loop *loops[] = { NULL, weir_test_loop(test) };

	for (int index = 0; index < 2; index++) {
		expect(test, loops[index], "-1-2-3-|", "-1-2-3-|");
		expect(test, loops[index], "(12|)", "(12|)");
		expect(test, loops[index], "-1-#", "-1-#");
	}
	MARBLES_OK(test);
}

struct seen {
	weir_loop *loop;
	int received;
	bool was_inside;
	bool subscribing;
};

static void note(weir_value value, void *context)
{
	struct seen *seen = context;

	(void)value;
	seen->received++;
	seen->was_inside = seen->was_inside || seen->subscribing;
}

Test(subscribe_on, on_the_same_loop_nothing_is_delivered_before_subscribing_returns)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct seen seen = { .subscribing = true };
	weir_subscription *subscription = weir_subscribe(
		weir_subscribe_on(weir_range(0, 3), loop), loop, &(weir_observer){ .next = note, .context = &seen });

	cr_expect_not_null(subscription, "it stays on this loop");
	seen.subscribing = false;
	weir_loop_run(loop);
	cr_expect_eq(seen.received, 3);
	cr_expect(!seen.was_inside);
	weir_loop_free(loop);
}

Test(subscribe_on, demand_is_passed_on)
{
	weir_test *test = weir_test_new();
	weir_loop *loop = weir_test_loop(test);

	weir_test_expect_with_demand(test, weir_subscribe_on(weir_test_cold(test, "123|"), loop), 2, 0, "12");
	weir_test_expect_with_demand(test, weir_subscribe_on(weir_test_cold(test, "123|"), loop), 1, 1, "123|");
	MARBLES_OK(test);
}

Test(subscribe_on, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_subscribe_on(NULL, NULL), "#");
	weir_test_expect(test, weir_subscribe_on(NULL, weir_test_loop(test)), "#");
	MARBLES_OK(test);
}
