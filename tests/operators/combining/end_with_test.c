/* end_with: the source, and then given values. */
#include <errno.h>

#include <weir/combining.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_end_with(source, (weir_value[]){ weir_string("a"), weir_int(0) }, 2);
}

const struct conformance_subject conformance_subject = { .name = "concat", .build = build };

#define LETTERS ((weir_value[]){ weir_string("a"), weir_string("b") })

Test(end_with, emits_the_values_when_the_source_has_completed)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_end_with(source, LETTERS, 2), "-1-2-(ab|)");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, weir_end_with(weir_test_cold(test, "-1-2-|"), NULL, 0), "-1-2-|");
	MARBLES_OK(test);
}

Test(end_with, an_error_of_the_source_leaves_the_values_out)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_end_with(weir_test_cold(test, "-1-#"), LETTERS, 2), "-1-#");
	weir_test_bind_error(test, ENOENT, "no end");
	weir_test_expect(test,
		weir_end_with(
			weir_test_cold(test, "-1-|"), (weir_value[]){ weir_fail(ENOENT, "no end"), weir_int(1) }, 2),
		"-1-#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_end_with(NULL, LETTERS, 2), "#");
	MARBLES_OK(test);
}

Test(end_with, the_values_wait_until_they_are_asked_for)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(
		test, weir_end_with(numbers((struct numbers){ .count = 2 }), LETTERS, 2), 2, 0, "(12)");
	weir_test_expect_with_demand(
		test, weir_end_with(numbers((struct numbers){ .count = 2 }), LETTERS, 2), 3, 0, "(12a)");
	weir_test_expect_with_demand(
		test, weir_end_with(numbers((struct numbers){ .count = 2 }), LETTERS, 2), 1, 1, "(12ab|)");
	MARBLES_OK(test);
}

Test(end_with, cancel_reaches_the_source)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_hot(test, "-1-2-|");

	weir_test_expect_cancelled(test, weir_end_with(source, LETTERS, 2), weir_ms(2), "-1");
	weir_test_expect_subscriptions(test, source, "^-!");
	MARBLES_OK(test);
}
