/* delay_subscription: the source, when a notifier has emitted or completed. */
#include <weir/creating.h>
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_delay_subscription(source, weir_timer(weir_ms(2)));
}

const struct conformance_subject conformance_subject = { .name = "delay_subscription", .build = build };

static void expect(const char *notifier, const char *notifier_life, const char *source, const char *source_life,
	const char *expected)
{
	weir_test *test = weir_test_new();
	weir_observable *first = weir_test_cold(test, notifier);
	weir_observable *then = weir_test_cold(test, source);

	weir_test_expect(test, weir_delay_subscription(then, first), expected);
	weir_test_expect_subscriptions(test, first, notifier_life);
	weir_test_expect_subscriptions(test, then, source_life);
	MARBLES_OK(test);
}

Test(delay_subscription, subscribes_when_the_notifier_has_emitted)
{
	expect("---x", "^--!", "-1-2|", "---^---!", "----1-2|");
	expect("---xxx|", "^--!", "-1-2|", "---^---!", "----1-2|");
}

Test(delay_subscription, subscribes_when_the_notifier_has_completed)
{
	expect("--|", "^-!", "-1-#", "--^--!", "---1-#");
}

Test(delay_subscription, a_notifier_that_fails_is_the_end)
{
	expect("--#", "^-!", "-1-2|", "", "--#");
}

Test(delay_subscription, cancelling_releases_the_notifier)
{
	weir_test *test = weir_test_new();
	weir_observable *notifier = weir_test_cold(test, "---x");

	weir_test_expect_cancelled(test, weir_delay_subscription(weir_just(weir_nil()), notifier), weir_ms(2), "");
	weir_test_expect_subscriptions(test, notifier, "^-!");
	MARBLES_OK(test);
}

Test(delay_subscription, the_notifier_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_delay_subscription(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the notifier is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
