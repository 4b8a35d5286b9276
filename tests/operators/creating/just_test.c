/* just: one value, then complete. */
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_just(weir_string("x"));
}

const struct conformance_subject conformance_subject = { .name = "of", .build = build, .creates = true };

Test(just, emits_its_value_and_completes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_just(weir_int(7)), "(7|)");
	weir_test_expect(test, weir_just(weir_string("x")), "(x|)");
	MARBLES_OK(test);
}

Test(just, nil_is_a_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_just(weir_nil()), "(n|)");
	MARBLES_OK(test);
}

Test(just, an_error_as_value_is_the_failure)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, WEIR_ELIMIT, "too much of 7");
	weir_test_expect(test, weir_just(weir_fail(WEIR_ELIMIT, "too much of %d", 7)), "#");
	MARBLES_OK(test);
}

Test(just, waits_for_demand)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_just(weir_int(7)), 0, 0, "");
	weir_test_expect_with_demand(test, weir_just(weir_int(7)), 1, 0, "(7|)");
	MARBLES_OK(test);
}
