/* never: silence, which does not keep the loop running. */
#include <weir/creating.h>
#include <weir/loop.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_never();
}

const struct conformance_subject conformance_subject = {
	.name = "never", .build = build, .creates = true, .endless = true, .emits_nothing = "it is silent"
};

Test(never, neither_emits_nor_ends)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_never(), "-----");
	weir_test_expect_with_demand(test, weir_never(), 3, 0, "-");
	MARBLES_OK(test);
}

static void count_destroy(void *context)
{
	++*(int *)context;
}

Test(never, does_not_keep_a_loop_running)
{
	int destroyed = 0;
	weir_loop *loop = weir_loop_new();
	weir_subscription *subscription = weir_subscribe(
		weir_never(), loop, &(struct weir_observer){ .destroy = count_destroy, .context = &destroyed });

	cr_assert_eq(weir_loop_run(loop), 0);
	cr_assert(weir_subscription_is_active(subscription));
	weir_cancel(subscription);
	cr_assert_eq(destroyed, 1);
	weir_loop_free(loop);
}
