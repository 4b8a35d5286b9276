/* label: the name of a stage in errors and reports. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *build(weir_observable *source)
{
	return weir_label(source, "sensors");
}

const struct conformance_subject conformance_subject = { .name = "label", .build = build };

Test(label, changes_nothing)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-|");

	weir_test_expect(test, weir_label(source, "sensors"), "-1-2-|");
	weir_test_expect_subscriptions(test, source, "^----!");
	weir_test_expect(test, weir_label(weir_test_cold(test, "-1-#"), "sensors"), "-1-#");
	MARBLES_OK(test);
}

static void keep_origin(const weir_error *error, void *context)
{
	strcpy(context, weir_error_origin(error));
}

static void expect_origin(weir_observable *observable, const char *expected)
{
	char origin[128] = "";
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(observable, loop, &(struct weir_observer){ .error = keep_origin, .context = origin });
	cr_expect_str_eq(origin, expected);
	weir_loop_free(loop);
}

static weir_value fails(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(EIO, "nothing works");
}

Test(label, stands_in_the_origin_instead_of_the_operator)
{
	expect_origin(weir_map(weir_range(1, 9), map_fails_at_three, NULL), "range > map");
	expect_origin(weir_label(weir_map(weir_range(1, 9), map_fails_at_three, NULL), "celsius"), "range > celsius");
	expect_origin(weir_map(weir_label(weir_range(1, 9), "sensors"), map_fails_at_three, NULL), "sensors > map");
	expect_origin(weir_map(weir_label(weir_map(weir_range(1, 9), modulo_three, NULL), "first"), fails, NULL),
		"range > first > map");
}

Test(label, the_name_is_copied)
{
	char name[] = "sensors";
	weir_observable *labelled = weir_label(weir_range(1, 9), name);

	name[0] = 'X';
	expect_origin(weir_map(labelled, map_fails_at_three, NULL), "sensors > map");
}

Test(label, without_a_name_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the name is NULL");
	weir_test_expect(test, weir_label(weir_test_cold(test, "-1-|"), NULL), "#");
	MARBLES_OK(test);
}

Test(label, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(
		test, weir_label(numbers((struct numbers){ .count = 9, .log = &log }), "sensors"), 2, 0, "(12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
