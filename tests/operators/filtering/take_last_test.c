/* take_last: the last values, held until the source has completed and they are asked for. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_take_last(source, 3);
}

const struct conformance_subject conformance_subject = { .name = "take_last", .build = build };

Test(take_last, emits_the_last_ones_on_completion)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-b-c-d-|");

	weir_test_expect(test, weir_take_last(source, 2), "---------(cd|)");
	weir_test_expect_subscriptions(test, source, "^--------!");
	weir_test_expect(test, weir_take_last(weir_test_cold(test, "-a-b|"), 5), "----(ab|)");
	weir_test_expect(test, weir_take_last(weir_test_cold(test, "--|"), 5), "--|");
	MARBLES_OK(test);
}

Test(take_last, an_error_drops_them)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_take_last(weir_test_cold(test, "-a-b-#"), 2), "-----#");
	MARBLES_OK(test);
}

Test(take_last, of_0_completes_without_subscribing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_take_last(source, 0), "|");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(take_last, they_wait_until_they_are_asked_for)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_take_last(numbers((struct numbers){ .count = 9, .log = &log }), 3), 0, 0, "");
	weir_test_expect_with_demand(test, weir_take_last(weir_range(1, 9), 3), 2, 0, "(78)");
	weir_test_expect_with_demand(test, weir_take_last(weir_range(1, 9), 3), 3, 0, "(789|)");
	weir_test_expect_with_demand(test, weir_take_last(weir_range(1, 9), 3), 1, 1, "(789|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
}

Test(take_last, emitting_many_does_not_recurse)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_filter(weir_take_last(weir_range(1, 500000), 400000), is_never, NULL), 1, 0, "|");
	MARBLES_OK(test);
}

Test(take_last, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-a-b-c-|");

	weir_test_expect_cancelled(test, weir_take_last(source, 2), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}
