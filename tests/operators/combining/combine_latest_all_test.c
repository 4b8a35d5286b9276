/* combine_latest_all: the newest values of the observables that come, when all have come. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"

static weir_value to_range(weir_value value, void *context)
{
	(void)context;
	return weir_observable_value(weir_range(weir_as_int(value) * 10, 2));
}

static weir_observable *build(weir_observable *source)
{
	return weir_combine_latest_all(weir_map(source, to_range, NULL), NULL, NULL);
}

const struct conformance_subject conformance_subject = { .name = "combine_latest_all", .build = build };

static weir_value sum(const weir_value *values, size_t count, void *context)
{
	int64_t total = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		total += weir_as_int(values[index]);
	return weir_int(total);
}

Test(combine_latest_all, subscribes_to_all_when_the_source_has_completed)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---2|");
	weir_observable *b = weir_test_cold(test, "--x|");

	weir_test_bind(test, 'a', weir_observable_value(weir_ref(a)));
	weir_test_bind(test, 'b', weir_observable_value(weir_ref(b)));
	weir_test_bind(test, 'p', weir_make_array((weir_value[]){ weir_int(1), weir_string("x") }, 2));
	weir_test_bind(test, 'q', weir_make_array((weir_value[]){ weir_int(2), weir_string("x") }, 2));
	weir_test_expect(test, weir_combine_latest_all(weir_test_cold(test, "-a-b--|"), NULL, NULL), "--------p--q|");
	weir_test_expect_subscriptions(test, a, "------^-----!");
	weir_test_expect_subscriptions(test, b, "------^--!");
	weir_unref(a);
	weir_unref(b);
	MARBLES_OK(test);
}

Test(combine_latest_all, a_combiner_makes_the_items)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_observable_value(weir_test_cold(test, "1-2|")));
	weir_test_bind(test, 'b', weir_observable_value(weir_test_cold(test, "-3|")));
	weir_test_expect(test, weir_combine_latest_all(weir_test_cold(test, "(ab|)"), sum, NULL), "-45|");
	MARBLES_OK(test);
}

Test(combine_latest_all, without_items_it_completes_with_the_source)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_combine_latest_all(weir_test_cold(test, "--|"), NULL, NULL), "--|");
	MARBLES_OK(test);
}

Test(combine_latest_all, an_error_of_the_source_comes_before_any_is_subscribed_to)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "1|");

	weir_test_bind(test, 'a', weir_observable_value(weir_ref(a)));
	weir_test_expect(test, weir_combine_latest_all(weir_test_cold(test, "-a-#"), NULL, NULL), "---#");
	weir_test_expect_subscriptions(test, a, "");
	weir_unref(a);
	MARBLES_OK(test);
}

Test(combine_latest_all, cancelling_releases_those_that_run)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "1-2-3-");

	weir_test_bind(test, 'a', weir_observable_value(weir_ref(a)));
	weir_test_expect_cancelled(
		test, weir_combine_latest_all(weir_test_cold(test, "-(a|)"), sum, NULL), weir_ms(4), "-1-2");
	weir_test_expect_subscriptions(test, a, "-^--!");
	weir_unref(a);
	MARBLES_OK(test);
}

Test(combine_latest_all, bad_arguments)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the item 7 is no observable");
	weir_test_expect(test, weir_combine_latest_all(weir_test_cold(test, "-7-|"), NULL, NULL), "---#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_combine_latest_all(NULL, NULL, NULL), "#");
	MARBLES_OK(test);
}
