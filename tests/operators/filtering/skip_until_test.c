/* skip_until: everything after a notifier has emitted. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_skip_until(source, weir_just(weir_nil()));
}

const struct conformance_subject conformance_subject = { .name = "skip_until", .build = build };

Test(skip_until, passes_what_comes_after_the_first_item_of_the_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *notifier = weir_test_cold(test, "----x-y--|");

	weir_test_expect(test, weir_skip_until(source, notifier), "-----3-4-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect_subscriptions(test, notifier, "^---!");
	MARBLES_OK(test);
}

Test(skip_until, a_notifier_without_items_lets_nothing_pass)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_skip_until(weir_test_cold(test, "-1-2-|"), weir_test_cold(test, "--|")), "-----|");
	weir_test_expect(test, weir_skip_until(weir_test_cold(test, "-1-2-|"), weir_never()), "-----|");
	weir_test_expect(test, weir_skip_until(weir_test_cold(test, "-1-#"), weir_never()), "---#");
	MARBLES_OK(test);
}

Test(skip_until, the_notifier_is_subscribed_first)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_skip_until(weir_test_cold(test, "-1-|"), weir_test_cold(test, "-x-")), "-1-|");
	weir_test_expect(test, weir_skip_until(weir_range(1, 3), weir_just(weir_nil())), "(123|)");
	MARBLES_OK(test);
}

Test(skip_until, an_error_of_the_notifier_passes_until_it_has_emitted)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect(test, weir_skip_until(source, weir_test_cold(test, "----#")), "----#");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect(
		test, weir_skip_until(weir_test_cold(test, "-1-2-3-|"), weir_test_cold(test, "--x-#")), "---2-3-|");
	weir_test_bind_error(test, EINVAL, "the notifier is NULL");
	weir_test_expect(test, weir_skip_until(weir_test_cold(test, "-1-|"), NULL), "#");
	MARBLES_OK(test);
}

Test(skip_until, a_notifier_that_fails_at_once_keeps_the_source_from_being_subscribed)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind_error(test, ENOENT, "gone");
	weir_test_expect(test, weir_skip_until(source, weir_throw(ENOENT, "gone")), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(skip_until, what_is_dropped_is_asked_for_again)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test,
		weir_skip_until(weir_test_cold(test, "-1-2-3-4-|"), weir_test_cold(test, "----x")), 2, 0, "-----3-4-|");
	MARBLES_OK(test);
}

Test(skip_until, cancel_reaches_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");
	weir_observable *notifier = weir_test_cold(test, "------x");

	weir_test_expect_cancelled(test, weir_skip_until(source, notifier), weir_ms(2), "-");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, notifier, "^-!");
	MARBLES_OK(test);
}
