/* first: the first value, a fallback, or the error that there is none. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_first_or(weir_filter(source, is_even, NULL), weir_string("none"));
}

const struct conformance_subject conformance_subject = { .name = "first", .build = build };

Test(first, completes_with_the_first_value_and_cancels_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "--a-b-|");

	weir_test_expect(test, weir_first(source), "--(a|)");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect(test, weir_first_or(weir_test_cold(test, "--a-b-|"), weir_int(7)), "--(a|)");
	MARBLES_OK(test);
}

Test(first, without_a_value_is_an_error_or_the_fallback)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_first_or(weir_test_cold(test, "---|"), weir_string("x")), "---(x|)");
	weir_test_expect(test, weir_first_or(weir_empty(), weir_nil()), "(n|)");
	weir_test_bind_error(test, WEIR_EEMPTY, "the source completed without a value");
	weir_test_expect(test, weir_first(weir_test_cold(test, "---|")), "---#");
	MARBLES_OK(test);
}

Test(first, an_error_of_the_source_passes_whatever_the_fallback)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_first(weir_test_cold(test, "---#")), "---#");
	weir_test_expect(test, weir_first_or(weir_test_cold(test, "---#"), weir_string("x")), "---#");
	MARBLES_OK(test);
}

Test(first_where, the_first_value_that_satisfies_the_predicate)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-4-|");

	weir_test_expect(test, weir_first_where(source, is_even, NULL), "---(2|)");
	weir_test_expect_subscriptions(test, source, "^--!");
	weir_test_bind_error(test, WEIR_EEMPTY, "the source completed without a value");
	weir_test_expect(test, weir_first_where(weir_test_cold(test, "-1-|"), is_even, NULL), "---#");
	weir_test_bind_error(test, ERANGE, "the predicate failed");
	weir_test_expect(test, weir_first_where(weir_test_cold(test, "-1-3-|"), false_fails_at_three, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the predicate is NULL");
	weir_test_expect(test, weir_first_where(weir_test_cold(test, "-1-3-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(first, a_fallback_that_is_an_error_is_what_it_fails_with)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-|");

	weir_test_bind_error(test, ENOENT, "no fallback");
	weir_test_expect(test, weir_first_or(source, weir_fail(ENOENT, "no fallback")), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(first, the_source_is_asked_for_one_value_when_it_is_wanted)
{
	weir_test *test = weir_test_new();
	struct numbers_log logs[3] = { { 0 } };

	weir_test_expect(test, weir_first(numbers((struct numbers){ .count = 9, .log = &logs[0] })), "(1|)");
	weir_test_expect_with_demand(
		test, weir_first(numbers((struct numbers){ .count = 9, .log = &logs[1] })), 0, 0, "");
	weir_test_expect(test,
		weir_first_where(numbers((struct numbers){ .count = 9, .log = &logs[2] }), is_even, NULL), "(2|)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(logs[0].requested, 1);
	cr_expect_eq(logs[1].requested, 0);
	cr_expect_eq(logs[2].requested, 2);
	weir_test_free(test);
}

static void request_one(void *context)
{
	weir_request(*(weir_subscription **)context, 1);
}

static void keep_handle(weir_subscription *subscription, void *context)
{
	*(weir_subscription **)context = subscription;
}

Test(first, a_fallback_waits_until_it_is_asked_for)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_first_or(weir_empty(), weir_string("x")), 0, 0, "");
	MARBLES_OK(test);

	weir_subscription *subscription = NULL;
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_first_or(weir_empty(), weir_string("x")), loop,
		&(struct weir_observer){
			.subscribed = keep_handle, .context = &subscription, .demand = WEIR_ON_REQUEST });
	cr_expect_eq(weir_loop_subscription_count(loop), 1);
	weir_loop_post(loop, request_one, &subscription);
	weir_loop_run(loop);
	cr_expect_eq(weir_loop_subscription_count(loop), 0);
	weir_loop_free(loop);
}
