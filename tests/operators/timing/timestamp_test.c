/* timestamp: each value with the time it came. */
#include <weir/timing.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

const struct conformance_subject conformance_subject = { .name = "timestamp", .build = weir_timestamp };

static weir_value timed(int64_t value, weir_duration time)
{
	return weir_make_map((const struct weir_member[]){ { weir_string_static("value"), weir_int(value) },
				     { weir_string_static("timestamp"), weir_int(time) } },
		2);
}

Test(timestamp, the_time_it_came_in_nanoseconds)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1---2-|");

	weir_test_bind(test, 'a', timed(1, weir_ms(1)));
	weir_test_bind(test, 'b', timed(2, weir_ms(5)));
	weir_test_expect(test, weir_timestamp(weir_ref(source)), "-a---b-|");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect_subscriptions(test, source, "^-!");
	weir_test_expect_cancelled(test, weir_timestamp(source), weir_ms(2), "-a");
	weir_test_expect(test, weir_timestamp(weir_test_cold(test, "-1---#")), "-a---#");
	MARBLES_OK(test);
}

Test(timestamp, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'a', timed(1, 0));
	weir_test_bind(test, 'b', timed(2, 0));
	weir_test_expect_with_demand(
		test, weir_timestamp(numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(ab)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
