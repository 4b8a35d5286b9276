/* map_to: the same value for each one. */
#include <errno.h>

#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_map_to(source, weir_string("a string that is counted"));
}

const struct conformance_subject conformance_subject = { .name = "map_to", .build = build };

Test(map_to, each_value_becomes_the_constant)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1--a--3-|");

	weir_test_expect(test, weir_map_to(source, weir_int(7)), "-7--7--7-|");
	weir_test_expect_subscriptions(test, source, "^--------!");
	MARBLES_OK(test);
}

Test(map_to, an_error_of_the_source_passes)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'n', weir_nil());
	weir_test_expect(test, weir_map_to(weir_test_cold(test, "-1-#"), weir_nil()), "-n-#");
	MARBLES_OK(test);
}

Test(map_to, a_constant_that_is_an_error_is_the_end_at_once)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, ENOENT, "no constant");
	weir_test_expect(test, weir_map_to(source, weir_fail(ENOENT, "no constant")), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

Test(map_to, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_map_to(numbers((struct numbers){ .count = 9, .log = &log }), weir_int(5)), 2, 0, "(55)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
