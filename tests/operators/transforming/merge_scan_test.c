/* merge_scan: merge_map with the latest item at hand. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *sum_of(weir_value latest, weir_value value, void *context)
{
	(void)context;
	return weir_just(weir_int(weir_as_int(latest) + weir_as_int(value)));
}

static weir_observable *build(weir_observable *source)
{
	return weir_merge_scan(source, sum_of, NULL, weir_int(0), 1);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_scan",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

/* The sum, after a while. */
static weir_observable *late_sum(weir_value latest, weir_value value, void *context)
{
	return weir_delay(sum_of(latest, value, NULL), *(const weir_duration *)context);
}

Test(merge_scan, the_projection_gets_the_latest_item)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_expect(test, weir_merge_scan(source, sum_of, NULL, weir_int(0), 0), "-1-3-6-|");
	weir_test_expect_subscriptions(test, source, "^------!");
	weir_test_expect(test, weir_merge_scan(weir_range(1, 3), sum_of, NULL, weir_int(3), 0), "(469|)");
	MARBLES_OK(test);
}

Test(merge_scan, items_of_several_take_turns_in_being_the_latest)
{
	weir_test *test = weir_test_new();
	weir_duration delay = weir_ms(3);

	weir_test_expect(test, weir_merge_scan(weir_test_cold(test, "-1-2---3-|"), late_sum, &delay, weir_int(0), 0),
		"----1-2---(5|)");
	MARBLES_OK(test);
}

Test(merge_scan, a_value_that_waits_sees_the_latest_item_at_its_turn)
{
	weir_test *test = weir_test_new();
	weir_duration delay = weir_ms(3);

	weir_test_expect(
		test, weir_merge_scan(weir_test_cold(test, "-12|"), late_sum, &delay, weir_int(0), 1), "----1--(3|)");
	MARBLES_OK(test);
}

static weir_observable *nothing(weir_value latest, weir_value value, void *context)
{
	(void)latest;
	(void)value;
	(void)context;
	return NULL;
}

Test(merge_scan, errors_end_it)
{
	weir_test *test = weir_test_new();
	weir_duration delay = weir_ms(3);

	weir_test_expect(test, weir_merge_scan(weir_test_cold(test, "1-#"), late_sum, &delay, weir_int(0), 0), "--#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_merge_scan(weir_test_cold(test, "-1"), nothing, NULL, weir_int(0), 0), "-#");
	MARBLES_OK(test);
}

Test(merge_scan, cancelling_releases_all)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2");
	weir_duration delay = weir_ms(9);

	weir_test_expect_cancelled(test, weir_merge_scan(source, late_sum, &delay, weir_int(0), 0), weir_ms(4), "-");
	weir_test_expect_subscriptions(test, source, "^---!");
	MARBLES_OK(test);
}

Test(merge_scan, bad_arguments_are_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_merge_scan(weir_range(1, 2), NULL, NULL, weir_string("x"), 0), "#");
	weir_test_bind_error(test, EPERM, "no");
	weir_test_expect(test, weir_merge_scan(weir_range(1, 2), sum_of, NULL, weir_fail(EPERM, "no"), 0), "#");
	MARBLES_OK(test);
}
