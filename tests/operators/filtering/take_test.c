/* take: the first values; asks for no more than it passes on. */
#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_take(source, 3);
}

const struct conformance_subject conformance_subject = { .name = "take", .build = build };

Test(take, completes_with_the_last_value_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(test, weir_take(source, 2), "-1-(2|)");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(take, a_source_that_is_shorter_ends_it)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take(weir_test_cold(test, "-1-2-|"), 5), "-1-2-|");
	weir_test_expect(test, weir_take(weir_test_cold(test, "-1-#"), 5), "-1-#");
	weir_test_expect(test, weir_take(weir_test_cold(test, "|"), 5), "|");
	MARBLES_OK(test);
}

Test(take, zero_completes_without_subscribing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_take(source, 0), "|");
	weir_test_expect_with_demand(test, weir_take(weir_ref(source), 0), 0, 0, "|");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(take, asks_for_no_more_than_is_left)
{
	const uint64_t demands[] = { 2, 3, 100, WEIR_UNBOUNDED };

	for (size_t index = 0; index < 4; index++) {
		weir_test *test = weir_test_new();
		struct numbers_log log = { 0 };

		weir_test_expect_with_demand(test, weir_take(numbers((struct numbers){ .count = 9, .log = &log }), 3),
			demands[index], demands[index] == 2 ? 2 : 0, "(123|)");
		cr_expect_null(weir_test_run(test));
		cr_expect_eq(log.requested, 3, "demand %zu: %llu", index, (unsigned long long)log.requested);
		cr_expect_eq(log.emitted, 3);
		weir_test_free(test);
	}
}

Test(take, of_an_endless_synchronous_source_ends)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take(weir_range(0, INT64_MAX), 3), "(012|)");
	MARBLES_OK(test);
}

struct restart {
	weir_subscription *subscription;
	int items;
	int completions;
};

static void restart_subscribed(weir_subscription *subscription, void *context)
{
	((struct restart *)context)->subscription = subscription;
}

static void restart_next(weir_value value, void *context)
{
	struct restart *restart = context;

	(void)value;
	restart->items++;
	/* Asked for from inside the item that completes it: too late, and harmless. */
	weir_request(restart->subscription, 5);
}

static void restart_complete(void *context)
{
	((struct restart *)context)->completions++;
}

Test(take, a_request_from_inside_the_last_item_brings_no_more)
{
	struct restart restart = { 0 };
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_take(weir_range(0, 100), 2), loop,
		&(struct weir_observer){ .subscribed = restart_subscribed,
			.next = restart_next,
			.complete = restart_complete,
			.context = &restart,
			.demand = 1 });
	cr_assert_eq(restart.items, 2);
	cr_assert_eq(restart.completions, 1);
	weir_loop_free(loop);
}

Test(take, the_largest_count_is_all)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take(weir_test_cold(test, "-1-2-|"), UINT64_MAX), "-1-2-|");
	MARBLES_OK(test);
}
