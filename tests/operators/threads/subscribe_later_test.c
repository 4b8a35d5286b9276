/* subscribe_later: the source is subscribed to when the delay has passed. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/threads.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_subscribe_later(source, weir_ms(2));
}

const struct conformance_subject conformance_subject = { .name = "subscribe_later", .build = build };

static void expect(const char *source, int64_t delay, const char *expected, const char *subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *cold = weir_test_cold(test, source);

	weir_test_expect(test, weir_subscribe_later(cold, weir_ms(delay)), expected);
	weir_test_expect_subscriptions(test, cold, subscription);
	MARBLES_OK(test);
}

Test(subscribe_later, the_source_is_subscribed_to_later)
{
	expect("-1-2-3-|", 0, "-1-2-3-|", "^------!");
	expect("-1-(23)--4--|", 2, "---1-(23)--4--|", "--^-----------!");
	expect("-1-2-#", 5, "------1-2-#", "-----^----!");
	expect("(1|)", 3, "---(1|)", "---(^!)");
	expect("#", 2, "--#", "--(^!)");
	expect("-", 5, "-", "-----^");
}

Test(subscribe_later, cancelled_before_it_does_not_subscribe)
{
	weir_test *test = weir_test_new();
	weir_observable *cold = weir_test_cold(test, "1|");

	weir_test_expect_cancelled(test, weir_subscribe_later(cold, weir_ms(5)), weir_ms(3), "");
	weir_test_expect_subscriptions(test, cold, "");
	MARBLES_OK(test);
}

Test(subscribe_later, demand_is_passed_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_subscribe_later(weir_test_cold(test, "123|"), weir_ms(2)), 2, 0, "--12");
	weir_test_expect_with_demand(
		test, weir_subscribe_later(weir_test_cold(test, "123|"), weir_ms(2)), 1, 1, "--123|");
	MARBLES_OK(test);
}

static void count(weir_value value, void *context)
{
	(void)value;
	++*(int *)context;
}

Test(subscribe_later, nothing_is_delivered_before_subscribing_returns)
{
	weir_loop *loop = weir_loop_new_virtual();
	int received = 0;

	weir_subscribe(weir_subscribe_later(weir_range(0, 3), 0), loop,
		&(weir_observer){ .next = count, .context = &received });
	cr_expect_eq(received, 0);
	weir_loop_run(loop);
	cr_expect_eq(received, 3);
	weir_loop_free(loop);
}

Test(subscribe_later, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_subscribe_later(NULL, 0), "#");
	MARBLES_OK(test);
}
