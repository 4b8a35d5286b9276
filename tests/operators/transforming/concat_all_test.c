/* concat_all: one observable after the other. */
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
	return weir_concat_all(weir_map(source, as_observable, NULL));
}

const struct conformance_subject conformance_subject = {
	.name = "concat_all",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

Test(concat_all, runs_them_one_after_the_other)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "--1-2|");
	weir_observable *b = weir_test_cold(test, "--x-y|");
	weir_observable *source;

	weir_test_bind(test, 'a', weir_observable_value(weir_ref(a)));
	weir_test_bind(test, 'b', weir_observable_value(weir_ref(b)));
	source = weir_test_cold(test, "-a-b---------|");
	weir_test_expect(test, weir_concat_all(source), "---1-2--x-y--|");
	weir_test_expect_subscriptions(test, a, "-^----!");
	weir_test_expect_subscriptions(test, b, "------^----!");
	weir_unref(a);
	weir_unref(b);
	MARBLES_OK(test);
}

Test(concat_all, an_item_that_is_no_observable_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the item 7 is no observable");
	weir_test_expect(test, weir_concat_all(weir_test_cold(test, "-7-")), "-#");
	MARBLES_OK(test);
}

static void check_origin(const weir_error *error, void *context)
{
	*(bool *)context = true;
	cr_expect_str_eq(weir_error_origin(error), "concat_all");
}

Test(concat_all, the_origin_of_the_error_names_it)
{
	weir_test *test = weir_test_new();
	bool failed = false;

	weir_subscribe(weir_concat_all(weir_just(weir_int(1))), weir_test_loop(test),
		&(weir_observer){ .error = check_origin, .context = &failed });
	cr_expect(failed);
	MARBLES_OK(test);
}

Test(concat_all, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_concat_all(NULL), "#");
	MARBLES_OK(test);
}
