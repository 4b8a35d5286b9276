/* merge_all: the items of the observables that come. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_value as_observable(weir_value value, void *context)
{
	(void)context;
	return weir_observable_value(weir_range(weir_as_int(value) * 10, 2));
}

static weir_observable *build(weir_observable *source)
{
	return weir_merge_all(weir_map(source, as_observable, NULL), 0);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_all",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

Test(merge_all, runs_all_at_once_and_merges_their_items)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "--1-2|");
	weir_observable *b = weir_test_cold(test, "-x|");
	weir_observable *source;

	weir_test_bind(test, 'a', weir_observable_value(weir_ref(a)));
	weir_test_bind(test, 'b', weir_observable_value(weir_ref(b)));
	source = weir_test_cold(test, "-a--b------|");
	weir_test_expect(test, weir_merge_all(source, 0), "---1-(2x)--|");
	weir_test_expect_subscriptions(test, a, "-^----!");
	weir_test_expect_subscriptions(test, b, "----^-!");
	weir_unref(a);
	weir_unref(b);
	MARBLES_OK(test);
}

Test(merge_all, an_item_that_is_no_observable_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the item 7 is no observable");
	weir_test_expect(test, weir_merge_all(weir_test_cold(test, "-7-"), 0), "-#");
	MARBLES_OK(test);
}

static void check_origin(const weir_error *error, void *context)
{
	*(bool *)context = true;
	cr_expect_str_eq(weir_error_origin(error), "merge_all");
}

Test(merge_all, the_origin_of_the_error_names_it)
{
	weir_test *test = weir_test_new();
	bool failed = false;

	weir_subscribe(weir_merge_all(weir_just(weir_int(1)), 0), weir_test_loop(test),
		&(weir_observer){ .error = check_origin, .context = &failed });
	cr_expect(failed);
	MARBLES_OK(test);
}

Test(merge_all, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_merge_all(NULL, 0), "#");
	MARBLES_OK(test);
}
