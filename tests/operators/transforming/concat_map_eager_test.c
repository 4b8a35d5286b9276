/* concat_map_eager: run at once, delivered in order. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_concat_map_eager(source, project_range, NULL, 2, 0);
}

const struct conformance_subject conformance_subject = {
	.name = "concat_map_eager",
	.build = build,
	.errors_overtake_items = "the inner observables",
};

/* The observable given for each digit, from 0. */
static weir_observable *choose(weir_value value, void *context)
{
	return weir_ref(((weir_observable **)context)[weir_as_int(value)]);
}

struct fixture {
	weir_test *test;
	weir_observable *source;
	weir_observable *choices[3];
};

static struct fixture fixture_new(const char *source, const char *first, const char *second, const char *third)
{
	struct fixture fixture = { .test = weir_test_new() };

	fixture.source = weir_test_cold(fixture.test, source);
	fixture.choices[0] = weir_test_cold(fixture.test, first);
	fixture.choices[1] = weir_test_cold(fixture.test, second);
	fixture.choices[2] = weir_test_cold(fixture.test, third);
	return fixture;
}

static void fixture_run(struct fixture *fixture)
{
	for (size_t index = 0; index < 3; index++)
		weir_unref(fixture->choices[index]);
	MARBLES_OK(fixture->test);
}

#define EAGERLY(fixture, concurrency) \
	weir_concat_map_eager((fixture).source, choose, (fixture).choices, (concurrency), 0)

Test(concat_map_eager, runs_all_at_once_and_emits_in_the_order_of_the_values)
{
	struct fixture fixture = fixture_new("-0-1-2|", "----a-b|", "-x--y|", "--7|");

	weir_test_expect(fixture.test, EAGERLY(fixture, 0), "-----a-b(xy7|)");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^------!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "---^----!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[2], "-----^--!");
	fixture_run(&fixture);
}

Test(concat_map_eager, what_the_oldest_sends_comes_at_once)
{
	struct fixture fixture = fixture_new("(01|)", "-a-|", "--b---c|", "|");

	weir_test_expect(fixture.test, EAGERLY(fixture, 0), "-a-b--c|");
	fixture_run(&fixture);
}

Test(concat_map_eager, at_most_so_many_run_or_have_items_that_wait)
{
	struct fixture fixture = fixture_new("(012|)", "---a|", "-x|", "-7|");

	weir_test_expect(fixture.test, EAGERLY(fixture, 2), "---ax7|");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[2], "----^-!");
	fixture_run(&fixture);
}

Test(concat_map_eager, an_error_is_there_at_once_and_what_waits_is_dropped)
{
	struct fixture fixture = fixture_new("(01)", "------a|", "-x-#", "|");

	weir_test_expect(fixture.test, EAGERLY(fixture, 0), "---#");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "^--!");
	fixture_run(&fixture);
}

Test(concat_map_eager, an_error_of_the_source_cancels_what_runs)
{
	struct fixture fixture = fixture_new("0--#", "-a-b-c|", "|", "|");

	weir_test_expect(fixture.test, EAGERLY(fixture, 0), "-a-#");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "^--!");
	fixture_run(&fixture);
}

Test(concat_map_eager, cancelling_releases_all)
{
	struct fixture fixture = fixture_new("(01)", "-a-b-c|", "-x-y-z|", "|");

	weir_test_expect_cancelled(fixture.test, EAGERLY(fixture, 0), weir_ms(3), "-a");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "^--!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "^--!");
	fixture_run(&fixture);
}

static weir_observable *count_up(weir_value value, void *context)
{
	(void)value;
	return numbers((struct numbers){ .count = 9, .log = context });
}

Test(concat_map_eager, later_ones_are_lent_what_is_demanded_at_most_prefetch)
{
	weir_test *test = weir_test_new();
	struct numbers_log few = { 0 };
	struct numbers_log many = { 0 };

	weir_test_expect_with_demand(
		test, weir_concat_map_eager(weir_just(weir_int(0)), count_up, &few, 0, 5), 3, 0, "(123)");
	weir_test_expect_with_demand(
		test, weir_concat_map_eager(weir_just(weir_int(0)), count_up, &many, 0, 2), 5, 0, "(12345)");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(few.requested, 3);
	cr_expect_leq(many.requested, 6);
	weir_test_free(test);
}

Test(concat_map_eager, the_source_is_asked_for_as_many_as_there_are_places)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *never = weir_never();

	weir_test_expect(test,
		weir_concat_map_eager(numbers((struct numbers){ .count = 9, .log = &log }), choose,
			(weir_observable *[]){ never, never, never, never, never }, 3, 0),
		"-");
	cr_assert_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	weir_test_free(test);
	weir_unref(never);
}

Test(concat_map_eager, many_synchronous_ones_do_not_recurse)
{
	weir_test *test = weir_test_new();
	weir_observable *empty = weir_empty();

	weir_test_expect(test,
		weir_concat_map_eager(weir_map_to(weir_range(0, 100000), weir_int(0)), choose, &empty, 1, 0), "|");
	MARBLES_OK(test);
	weir_unref(empty);
}

static weir_observable *project_null(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return NULL;
}

static weir_observable *project_cancels(weir_value value, void *context)
{
	(void)value;
	victim_cancel(context);
	return weir_range(1, 2);
}

Test(concat_map_eager, bad_arguments_and_projections)
{
	weir_test *test = weir_test_new();
	struct victim victim;

	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_concat_map_eager(weir_range(1, 2), NULL, NULL, 0, 0), "#");
	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_concat_map_eager(weir_range(1, 2), project_null, NULL, 0, 0), "#");
	weir_test_expect(test, weir_concat_map_eager(NULL, project_range, NULL, 0, 0), "#");
	MARBLES_OK(test);
	victim_run(&victim, weir_concat_map_eager(weir_range(1, 2), project_cancels, &victim, 0, 0), 0);
}
