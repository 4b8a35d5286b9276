/* publish: a connectable over one connector, of each kind. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *ref_count(weir_connectable *connectable)
{
	weir_observable *observable = weir_ref_count(connectable);

	weir_connectable_unref(connectable);
	return observable;
}

static weir_observable *build(weir_observable *source)
{
	return ref_count(weir_publish(source));
}

const struct conformance_subject conformance_subject = {
	.name = "ref_count", .build = build, .subscriptions_interact = "once the source has ended there is only that"
};

static weir_observable *after(int milliseconds, weir_observable *observable)
{
	return weir_concat_with(weir_ignore_elements(weir_timer(weir_ms(milliseconds))), observable);
}

struct world {
	weir_test *test;
	weir_connectable *connectable;
};

static void connect(void *context)
{
	struct world *world = context;

	cr_expect_eq(weir_connectable_connect(world->connectable, weir_test_loop(world->test)), 0);
}

/* Those who subscribe at 0, at 4, and at 12, to what is connected (and consumed) at 1 ms. */
static void expect(
	weir_test *test, weir_connectable *connectable, const char *first, const char *second, const char *late)
{
	struct world world = { test, connectable };

	weir_test_at(test, weir_ms(1), connect, &world);
	weir_test_expect(test, weir_connectable_observable(connectable), first);
	weir_test_expect(test, after(4, weir_connectable_observable(connectable)), second);
	weir_test_expect(test, after(12, weir_connectable_observable(connectable)), late);
	MARBLES_OK(test);
	weir_connectable_unref(connectable);
}

Test(publish, keeps_nothing_but_the_end)
{
	weir_test *test = weir_test_new();

	expect(test, weir_publish(weir_test_cold(test, "-1--23|")), "--1--23|", "-----23|", "------------|");
	test = weir_test_new();
	expect(test, weir_publish(weir_test_cold(test, "-1--23#")), "--1--23#", "-----23#", "------------#");
}

Test(publish_behavior, newcomers_get_the_current_value_first)
{
	weir_test *test = weir_test_new();

	expect(test, weir_publish_behavior(weir_test_cold(test, "-1--23|"), weir_int(0)), "0-1--23|", "----123|",
		"------------|");
	test = weir_test_new();
	weir_test_bind_error(test, EIO, "x");
	expect(test, weir_publish_behavior(weir_test_cold(test, "-1|"), weir_fail(EIO, "x")), "-#", "----#",
		"------------#");
}

Test(publish_last, the_last_value_comes_at_completion_and_later)
{
	weir_test *test = weir_test_new();

	expect(test, weir_publish_last(weir_test_cold(test, "-1-2-3|")), "-------(3|)", "-------(3|)",
		"------------(3|)");
	test = weir_test_new();
	expect(test, weir_publish_last(weir_test_cold(test, "-1-2-3#")), "-------#", "-------#", "------------#");
}

Test(publish_replay, newcomers_get_the_newest_values_first)
{
	weir_test *test = weir_test_new();

	expect(test, weir_publish_replay(weir_test_cold(test, "12-----3|"), 1, 0), "-12-----3|", "----2---3|",
		"------------(3|)");
	test = weir_test_new();
	expect(test, weir_publish_replay(weir_test_cold(test, "12-----3|"), 0, 0), "-12-----3|", "----(12)3|",
		"------------(123|)");
	test = weir_test_new();
	expect(test, weir_publish_replay(weir_test_cold(test, "12-----3|"), 0, weir_ms(4)), "-12-----3|", "----(12)3|",
		"------------|");
}
