/* observe_later: every signal, errors and completions too, in a turn of its own. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/threads.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_observe_later(source, weir_ms(2));
}

const struct conformance_subject conformance_subject = { .name = "observe_later", .build = build };

/* The source, the delay, what is expected, and when the source is released. */
static void expect(const char *source, int64_t delay, const char *expected, const char *subscription)
{
	weir_test *test = weir_test_new();
	weir_observable *cold = weir_test_cold(test, source);

	weir_test_expect(test, weir_observe_later(cold, weir_ms(delay)), expected);
	weir_test_expect_subscriptions(test, cold, subscription);
	MARBLES_OK(test);
}

Test(observe_later, without_delay_signals_come_in_the_same_millisecond)
{
	expect("-1-2-3-|", 0, "-1-2-3-|", "^------!");
	expect("-1-2-#", 0, "-1-2-#", "^----!");
	expect("(12#)", 0, "(12#)", "(^!)");
	expect("(12|)", 0, "(12|)", "(^!)");
}

Test(observe_later, each_signal_is_delayed_by_as_much)
{
	expect("-1-2-3-|", 2, "---1-2-3-|", "^------!");
	expect("-1-(23)--4--|", 2, "---1-(23)--4--|", "^-----------!");
	expect("-1-2-#", 5, "------1-2-#", "^----!");
	expect("|", 2, "--|", "(^!)");
	expect("#", 5, "-----#", "(^!)");
	expect("-", 5, "-", "^");
}

Test(observe_later, cancel_stops_what_is_on_its_way)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(
		test, weir_observe_later(weir_test_cold(test, "-1-2-3|"), weir_ms(3)), weir_ms(5), "----1");
	MARBLES_OK(test);
}

static void count(weir_value value, void *context)
{
	(void)value;
	++*(int *)context;
}

Test(observe_later, nothing_is_delivered_before_subscribing_returns)
{
	weir_loop *loop = weir_loop_new_virtual();
	int received = 0;

	weir_subscribe(
		weir_observe_later(weir_range(0, 3), 0), loop, &(weir_observer){ .next = count, .context = &received });
	cr_expect_eq(received, 0);
	weir_loop_run(loop);
	cr_expect_eq(received, 3);
	weir_loop_free(loop);
}

Test(observe_later, demand_is_passed_on)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_observe_later(weir_test_cold(test, "123|"), weir_ms(2)), 2, 0, "--12");
	MARBLES_OK(test);
}

Test(observe_later, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_observe_later(NULL, 0), "#");
	MARBLES_OK(test);
}

Test(observe_later, what_others_have_due_at_the_same_time_has_its_turn_in_between)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-(12|)");
	weir_observable *first = weir_observe_later(weir_ref(source), weir_ms(1));
	weir_observable *second = weir_observe_later(source, weir_ms(1));

	weir_test_expect(test, weir_merge((weir_observable *[]){ first, second }, 2, 0), "--(1122|)");
	MARBLES_OK(test);
}

Test(observe_later, signals_that_fall_due_together_keep_the_order_in_which_they_came)
{
	weir_test *test = weir_test_new();
	weir_observable *sources[] = {
		weir_observe_later(weir_range(1, 3), weir_ms(5)),
		weir_observe_later(weir_range(7, 3), weir_ms(5)),
	};

	weir_test_expect(test, weir_merge(sources, 2, 0), "-----(123789|)");
	MARBLES_OK(test);
}
