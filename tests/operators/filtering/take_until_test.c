/* take_until: the source, until a notifier emits. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_take_until(source, numbers((struct numbers){ .count = 1, .interval = weir_ms(6) }));
}

const struct conformance_subject conformance_subject = { .name = "take_until",
	.build = build,
	.demand_changes_items = "the notifier ends it, whatever has not been asked for by then" };

Test(take_until, the_first_item_of_the_notifier_completes_and_releases_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *notifier = weir_test_cold(test, "----x-y|");

	weir_test_expect(test, weir_take_until(source, notifier), "-1-2|");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, notifier, "^---!");
	MARBLES_OK(test);
}

Test(take_until, a_notifier_that_completes_changes_nothing)
{
	weir_test *test = weir_test_new();
	weir_observable *notifier = weir_test_cold(test, "--|");

	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-2-3-|"), notifier), "-1-2-3-|");
	weir_test_expect_subscriptions(test, notifier, "^-!");
	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-2-|"), weir_empty()), "-1-2-|");
	MARBLES_OK(test);
}

Test(take_until, the_notifier_is_released_with_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *notifiers[] = { weir_test_cold(test, "------x"), weir_test_cold(test, "------x") };

	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-|"), notifiers[0]), "-1-|");
	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-#"), notifiers[1]), "-1-#");
	weir_test_expect_subscriptions(test, notifiers[0], "^--!");
	weir_test_expect_subscriptions(test, notifiers[1], "^--!");
	MARBLES_OK(test);
}

Test(take_until, an_error_of_the_notifier_passes)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(test, weir_take_until(source, weir_test_cold(test, "----#")), "-1-2#");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(take_until, a_notifier_that_emits_at_once_keeps_the_source_from_being_subscribed)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_take_until(source, weir_just(weir_nil())), "|");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(take_until, the_notifier_is_subscribed_first)
{
	weir_test *test = weir_test_new();

	/* Both are cold and emit at frame 1: who was subscribed first speaks first. */
	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-"), weir_test_cold(test, "-x-")), "-|");
	MARBLES_OK(test);
}

Test(take_until, without_a_notifier_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the notifier is NULL");
	weir_test_expect(test, weir_take_until(weir_test_cold(test, "-1-"), NULL), "#");
	MARBLES_OK(test);
}

Test(take_until, demand_is_passed_on_and_the_notifier_asked_for_everything)
{
	weir_test *test = weir_test_new();
	struct numbers_log source_log = { 0 };
	struct numbers_log notifier_log = { 0 };

	weir_test_expect_with_demand(test,
		weir_take_until(numbers((struct numbers){ .count = 9, .log = &source_log }),
			numbers((struct numbers){ .count = 1, .interval = weir_ms(2), .log = &notifier_log })),
		2, 0, "(12)");
	weir_test_expect_with_demand(test, weir_take_until(weir_never(), weir_test_cold(test, "--x")), 0, 0, "--|");
	weir_test_run(test);
	cr_expect_eq(source_log.requested, 2);
	cr_expect_eq(notifier_log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(take_until, cancel_reaches_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *notifier = weir_test_cold(test, "------x");

	weir_test_expect_cancelled(test, weir_take_until(source, notifier), weir_ms(2), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, notifier, "^-!");
	MARBLES_OK(test);
}

Test(take_until, a_terminal_that_passes_releases_the_notifier_though_downstream_goes_on)
{
	weir_test *test = weir_test_new();
	weir_observable *notifier = weir_test_cold(test, "--------x");

	weir_test_expect(
		test, weir_delay(weir_take_until(weir_test_cold(test, "-1|"), notifier), weir_ms(4)), "-----(1|)");
	weir_test_expect_subscriptions(test, notifier, "^-!");
	MARBLES_OK(test);
}
