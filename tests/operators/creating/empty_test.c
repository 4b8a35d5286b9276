/* empty: completes at once, asked or not. */
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_empty();
}

const struct conformance_subject conformance_subject = {
	.name = "empty", .build = build, .creates = true, .emits_nothing = "it is empty"
};

Test(empty, completes_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_empty(), "|");
	MARBLES_OK(test);
}

Test(empty, completes_without_demand)
{
	weir_test *test = weir_test_new();

	weir_test_expect_with_demand(test, weir_empty(), 0, 0, "|");
	MARBLES_OK(test);
}
