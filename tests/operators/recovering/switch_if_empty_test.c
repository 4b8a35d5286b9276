/* switch_if_empty: another observable in place of nothing. */
#include <weir/creating.h>
#include <weir/recovering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_switch_if_empty(source, weir_range(50, 9));
}

const struct conformance_subject conformance_subject = { .name = "switch_if_empty", .build = build };

Test(switch_if_empty, a_source_without_an_item_is_followed_by_the_other_one)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "--|");
	weir_observable *other = weir_test_cold(test, "-8-9|");

	weir_test_expect(test, weir_switch_if_empty(source, other), "---8-9|");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_subscriptions(test, other, "--^---!");
	MARBLES_OK(test);
}

Test(switch_if_empty, a_source_with_an_item_passes_and_the_other_one_is_not_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-8-9|");

	weir_test_expect(test, weir_switch_if_empty(weir_test_cold(test, "-1-|"), other), "-1-|");
	weir_test_expect_subscriptions(test, other, "");
	MARBLES_OK(test);
}

Test(switch_if_empty, an_error_passes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_switch_if_empty(weir_test_cold(test, "--#"), weir_just(weir_int(1))), "--#");
	weir_test_expect(test, weir_switch_if_empty(weir_test_cold(test, "--|"), weir_test_cold(test, "-1#")), "---1#");
	MARBLES_OK(test);
}

Test(switch_if_empty, the_other_one_may_be_empty_too)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_switch_if_empty(weir_test_cold(test, "--|"), weir_empty()), "--|");
	MARBLES_OK(test);
}

Test(switch_if_empty, the_other_one_gets_the_demand_that_is_left)
{
	struct recorder recorder;

	record(&recorder, build(weir_empty()), 2);
	cr_expect_str_eq(recorder.text, "50@0ms 51@0ms");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "50@0ms 51@0ms 52@0ms");
	record(&recorder, weir_switch_if_empty(weir_empty(), weir_just(weir_int(1))), 0);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@0ms |@0ms");
}

Test(switch_if_empty, cancelling_releases_the_other_one)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-8-9|");

	weir_test_expect_cancelled(test, weir_switch_if_empty(weir_test_cold(test, "-|"), other), weir_ms(3), "--8");
	weir_test_expect_subscriptions(test, other, "-^-!");
	MARBLES_OK(test);
}

Test(switch_if_empty, null_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_switch_if_empty(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the other observable is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
}
