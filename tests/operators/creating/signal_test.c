/* signal: one item per delivery, none lost for want of demand, and the old handling back afterwards. */
#include <errno.h>
#include <signal.h>

#include <criterion/criterion.h>

#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/gathered.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_signal(SIGUSR1);
}

const struct conformance_subject conformance_subject = {
	.name = "signal",
	.build = build,
	.creates = true,
	.endless = true,
	.needs_real_loop = true,
	.emits_nothing = "nobody sends the signal",
};

Test(signal, emits_the_number_at_each_delivery)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, weir_signal(SIGUSR1), 0);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, 0);
	for (size_t times = 1; times <= 3; times++) {
		raise(SIGUSR1);
		weir_loop_run_for(loop, weir_ms(5));
		cr_expect_eq(got.items, times);
		cr_expect_eq(got.last, SIGUSR1);
	}
	gather_free(&got);
	weir_loop_free(loop);
}

Test(signal, deliveries_that_nobody_asked_for_are_counted)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, weir_signal(SIGUSR1), 1);
	for (int times = 0; times < 4; times++) {
		raise(SIGUSR1);
		weir_loop_run_for(loop, weir_ms(5));
	}
	cr_expect_eq(got.items, 1);
	weir_request(got.subscription, 2);
	cr_expect_eq(got.items, 3);
	weir_request(got.subscription, WEIR_UNBOUNDED);
	cr_expect_eq(got.items, 4);
	gather_free(&got);
	weir_loop_free(loop);
}

Test(signal, keeps_the_loop_running_until_it_is_cancelled)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, weir_signal(SIGUSR1), 0);
	cr_expect(weir_loop_subscription_count(loop) == 1);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect(!got.destroyed);
	weir_cancel(got.subscription);
	cr_expect_eq(weir_loop_run(loop), 0);
	gather_free(&got);
	weir_loop_free(loop);
}

static volatile sig_atomic_t handled;

static void handle(int signal_number)
{
	handled = signal_number;
}

Test(signal, afterwards_the_signal_does_what_it_did_before)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	signal(SIGUSR1, handle);
	gather(&got, loop, weir_signal(SIGUSR1), 0);
	raise(SIGUSR1);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, 1);
	cr_expect_eq(handled, 0);
	gather_free(&got);
	raise(SIGUSR1);
	cr_expect_eq(handled, SIGUSR1);
	weir_loop_free(loop);
}

Test(signal, two_subscriptions_get_each_delivery)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got[2];

	for (int index = 0; index < 2; index++)
		gather(&got[index], loop, weir_signal(SIGUSR1), 0);
	raise(SIGUSR1);
	weir_loop_run_for(loop, weir_ms(5));
	for (int index = 0; index < 2; index++) {
		cr_expect_eq(got[index].items, 1);
		gather_free(&got[index]);
	}
	weir_loop_free(loop);
}

static void expect_failure(weir_loop *loop, int signal_number, int code, const char *message)
{
	struct gathered got;

	gather(&got, loop, weir_signal(signal_number), 0);
	cr_expect_eq(got.code, code);
	cr_expect_str_eq(got.message, message);
	gather_free(&got);
	weir_loop_free(loop);
}

Test(signal, bad_arguments)
{
	expect_failure(weir_loop_new(), 0, EINVAL, "0 is no signal; they go from 1 to 64");
	expect_failure(weir_loop_new(), 65, EINVAL, "65 is no signal; they go from 1 to 64");
	expect_failure(weir_loop_new(), SIGKILL, EINVAL, "signal 9 cannot be caught");
	expect_failure(weir_loop_new(), SIGSTOP, EINVAL, "signal 19 cannot be caught");
	expect_failure(
		weir_loop_new_virtual(), SIGUSR1, ENOTSUP, "signal 10 cannot be watched: Operation not supported");
}
