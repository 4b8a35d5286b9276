/* of: given values, in order, as they are asked for. */
#include <errno.h>

#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_of((weir_value[]){ weir_int(1), weir_string("two"), weir_nil() }, 3);
}

const struct conformance_subject conformance_subject = { .name = "of", .build = build, .creates = true };

Test(of, emits_the_values_in_order_at_once_and_completes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_of((weir_value[]){ weir_int(1), weir_string("b"), weir_nil() }, 3), "(1bn|)");
	weir_test_expect(test, weir_of((weir_value[]){ weir_int(7) }, 1), "(7|)");
	MARBLES_OK(test);
}

Test(of, no_values_completes_without_demand)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_of(NULL, 0), "|");
	weir_test_expect_with_demand(test, weir_of(NULL, 0), 0, 0, "|");
	MARBLES_OK(test);
}

Test(of, emits_no_more_than_requested)
{
	weir_test *test = weir_test_new();
	weir_value values[] = { weir_int(1), weir_int(2), weir_int(3) };

	weir_test_expect_with_demand(test, weir_of(values, 3), 2, 0, "(12)");
	weir_test_expect_with_demand(test, weir_of(values, 3), 3, 0, "(123|)");
	weir_test_expect_with_demand(test, weir_of(values, 3), 1, 1, "(123|)");
	weir_test_expect_with_demand(test, weir_of(values, 1), 0, 0, "");
	MARBLES_OK(test);
}

Test(of, an_error_among_the_values_is_what_it_fails_with_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, ENOENT, "no such sensor");
	weir_test_expect(test,
		weir_of((weir_value[]){ weir_int(1), weir_fail(ENOENT, "no such sensor"), weir_string("x") }, 3), "#");
	weir_test_expect(test, weir_of((weir_value[]){ weir_fail(ENOENT, "no such sensor") }, 1), "#");
	MARBLES_OK(test);
}

Test(of, every_subscription_gets_all_values)
{
	weir_test *test = weir_test_new();
	weir_observable *observable = weir_of((weir_value[]){ weir_string("a"), weir_string("b") }, 2);

	weir_test_expect(test, weir_ref(observable), "(ab|)");
	weir_test_expect(test, observable, "(ab|)");
	MARBLES_OK(test);
}
