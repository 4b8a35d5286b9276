/* start_with: given values, and then the source. */
#include <errno.h>

#include <weir/combining.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_start_with(source, (weir_value[]){ weir_string("a"), weir_int(0) }, 2);
}

const struct conformance_subject conformance_subject = { .name = "concat", .build = build };

#define LETTERS ((weir_value[]){ weir_string("a"), weir_string("b") })

Test(start_with, emits_the_values_at_once_and_then_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "----1-2-|");

	weir_test_expect(test, weir_start_with(source, LETTERS, 2), "(ab)1-2-|");
	weir_test_expect_subscriptions(test, source, "^-------!");
	weir_test_expect(test, weir_start_with(weir_test_cold(test, "-1-2-|"), NULL, 0), "-1-2-|");
	weir_test_expect(test, weir_start_with(weir_test_cold(test, "----#"), LETTERS, 2), "(ab)#");
	MARBLES_OK(test);
}

Test(start_with, the_source_begins_when_the_values_have_been_asked_for)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_start_with(numbers((struct numbers){ .count = 9, .log = &log }), LETTERS, 2), 1, 0, "a");
	weir_test_expect_with_demand(
		test, weir_start_with(numbers((struct numbers){ .count = 9 }), LETTERS, 2), 4, 0, "(ab12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.subscribed, 0);
	weir_test_free(test);
}

Test(start_with, a_value_that_is_an_error_ends_it_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-|");

	weir_test_bind_error(test, ENOENT, "no beginning");
	weir_test_expect(test,
		weir_start_with(source, (weir_value[]){ weir_fail(ENOENT, "no beginning"), weir_int(1) }, 2), "#");
	weir_test_expect_subscriptions(test, source, "");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_start_with(NULL, LETTERS, 2), "#");
	MARBLES_OK(test);
}

Test(start_with, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "----1-2-|");

	weir_test_expect_cancelled(test, weir_start_with(source, LETTERS, 2), weir_ms(5), "(ab)1");
	weir_test_expect_subscriptions(test, source, "^----!");
	MARBLES_OK(test);
}
