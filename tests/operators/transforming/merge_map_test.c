/* merge_map: all observables at once, or so many. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_merge_map(source, project_range, NULL, 2);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_map",
	.build = build,
	.demand_changes_order = "two run at once, each as far as it was asked",
	.errors_overtake_items = "the inner observables",
};

/* The observable given for each letter. */
static weir_observable *choose(weir_value value, void *context)
{
	weir_observable **choices = context;

	if (weir_is_string(value, "a"))
		return weir_ref(choices[0]);
	if (weir_is_string(value, "b"))
		return weir_ref(choices[1]);
	return NULL;
}

struct fixture {
	weir_test *test;
	weir_observable *source;
	weir_observable *choices[2];
};

static struct fixture fixture_new(const char *source, const char *a, const char *b)
{
	struct fixture fixture = { .test = weir_test_new() };

	fixture.source = weir_test_hot(fixture.test, source);
	fixture.choices[0] = weir_test_cold(fixture.test, a);
	fixture.choices[1] = weir_test_cold(fixture.test, b);
	return fixture;
}

#define MERGES_AS(fixture, concurrency, marbles) \
	weir_test_expect((fixture).test, \
		weir_merge_map(weir_ref((fixture).source), choose, (fixture).choices, (concurrency)), (marbles))

#define FIXTURE_OK(fixture) \
	do { \
		weir_unref((fixture).source); \
		weir_unref((fixture).choices[0]); \
		weir_unref((fixture).choices[1]); \
		MARBLES_OK((fixture).test); \
	} while (0)

Test(merge_map, merges_the_items_of_all_as_they_come)
{
	struct fixture fixture = fixture_new("-a-----b---|", "--x--y|", "-z|");

	MERGES_AS(fixture, 0, "---x--y-z--|");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^----------!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^-----!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "-------^-!");
	FIXTURE_OK(fixture);
}

Test(merge_map, they_overlap_without_limit)
{
	struct fixture fixture = fixture_new("-ab--|", "-x-x-x|", "-z-z-z|");

	MERGES_AS(fixture, 0, "--xzxzxz|");
	FIXTURE_OK(fixture);
}

Test(merge_map, completes_with_the_last_of_source_and_inner_ones)
{
	struct fixture fixture = fixture_new("-a|", "--x--|", "-");

	MERGES_AS(fixture, 0, "---x--|");
	FIXTURE_OK(fixture);
	fixture = fixture_new("-a------|", "-x|", "-");
	MERGES_AS(fixture, 0, "--x-----|");
	FIXTURE_OK(fixture);
	fixture = fixture_new("--|", "-x|", "-");
	MERGES_AS(fixture, 0, "--|");
	FIXTURE_OK(fixture);
}

Test(merge_map, further_values_wait_for_a_free_place)
{
	struct fixture fixture = fixture_new("-ab-------|", "-x--x|", "-z|");

	MERGES_AS(fixture, 1, "--x--x-z--|");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^----!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "------^-!");
	FIXTURE_OK(fixture);
}

Test(merge_map, the_source_may_complete_before_the_waiting_ones_have_run)
{
	struct fixture fixture = fixture_new("-(ab|)", "-x--|", "-z--|");

	MERGES_AS(fixture, 1, "--x---z--|");
	FIXTURE_OK(fixture);
}

static weir_observable *project_same(weir_value value, void *context)
{
	(void)value;
	return weir_ref(context);
}

Test(merge_map, asks_the_source_for_one_value_per_free_place)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *slow = weir_test_cold(test, "----|");

	/* Three run; each that ends makes room for one more. */
	weir_test_expect_cancelled(test,
		weir_merge_map(numbers((struct numbers){ .count = 100, .log = &log }), project_same, slow, 3),
		weir_ms(6), "------");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 6, "%llu", (unsigned long long)log.requested);
	cr_expect_eq(log.emitted, 6);
	weir_test_free(test);
	weir_unref(slow);
}

Test(merge_map, without_limit_the_source_is_asked_for_everything)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *slow = weir_test_cold(test, "-|");

	weir_test_expect_with_demand(test,
		weir_merge_map(numbers((struct numbers){ .count = 5, .log = &log }), project_same, slow, 0), 0, 0,
		"-|");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, WEIR_UNBOUNDED);
	weir_test_free(test);
	weir_unref(slow);
}

Test(merge_map, an_inner_one_is_asked_for_at_most_16_ahead)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *inner = numbers((struct numbers){ .count = 100, .log = &log });

	weir_test_expect_with_demand(test, weir_merge_map(weir_just(weir_nil()), project_same, inner, 0), 1, 0, "1");
	cr_expect_null(weir_test_run(test));
	cr_expect_leq(log.emitted, 16);
	weir_test_free(test);
	weir_unref(inner);
}

Test(merge_map, an_error_of_an_inner_one_cancels_everything)
{
	struct fixture fixture = fixture_new("-ab-----|", "-x-x-x-x|", "---#");

	MERGES_AS(fixture, 0, "--x-x#");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^----!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^---!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "--^--!");
	FIXTURE_OK(fixture);
}

Test(merge_map, an_error_of_the_source_cancels_everything)
{
	struct fixture fixture = fixture_new("-ab-#", "-x-x-x-x|", "---z|");

	MERGES_AS(fixture, 0, "--x-#");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^--!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "--^-!");
	FIXTURE_OK(fixture);
}

Test(merge_map, cancel_reaches_all)
{
	struct fixture fixture = fixture_new("-ab-----|", "-x-x-x-x|", "-z-z-z|");

	weir_test_expect_cancelled(
		fixture.test, weir_merge_map(weir_ref(fixture.source), choose, fixture.choices, 0), weir_ms(4), "--xz");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^---!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^--!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "--^-!");
	FIXTURE_OK(fixture);
}

Test(merge_map, a_projection_that_returns_NULL_is_an_error)
{
	struct fixture fixture = fixture_new("-a-c--|", "-1-2-3|", "-");

	weir_test_bind_error(fixture.test, EINVAL, "a callback returned NULL instead of an observable");
	MERGES_AS(fixture, 0, "--1#");
	FIXTURE_OK(fixture);
}

Test(merge_map, without_projection_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_merge_map(source, NULL, NULL, 0), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

static weir_observable *project_just(weir_value value, void *context)
{
	(void)context;
	if (weir_as_int(value) == 3)
		return weir_just(weir_fail(ERANGE, "no %d", 3));
	return weir_just(weir_retain(value));
}

Test(merge_map, an_observable_of_one_value_is_as_good_as_that_value)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_merge_map(weir_range(0, 3), project_just, NULL, 0), "(012|)");
	weir_test_expect(test, weir_merge_map(weir_range(0, 3), project_just, NULL, 1), "(012|)");
	weir_test_expect_with_demand(test, weir_merge_map(weir_range(0, 3), project_just, NULL, 0), 2, 0, "(01)");
	weir_test_bind_error(test, ERANGE, "no 3");
	weir_test_expect(test, weir_merge_map(weir_range(1, 9), project_just, NULL, 0), "(12#)");
	MARBLES_OK(test);
}

struct many {
	uint64_t items;
	bool completed;
};

static void many_next(weir_value value, void *context)
{
	(void)value;
	((struct many *)context)->items++;
}

static void many_complete(void *context)
{
	((struct many *)context)->completed = true;
}

static weir_observable *project_two(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_range(0, 2);
}

Test(merge_map, a_hundred_thousand_synchronous_inner_ones_keep_the_stack_flat)
{
	for (uint64_t concurrency = 0; concurrency <= 2; concurrency++) {
		struct many many = { 0 };
		weir_loop *loop = weir_loop_new_virtual();

		weir_subscribe(weir_merge_map(weir_range(0, 100000), project_two, NULL, concurrency), loop,
			&(struct weir_observer){ .next = many_next, .complete = many_complete, .context = &many });
		weir_loop_run(loop);
		cr_assert_eq(many.items, 200000);
		cr_assert(many.completed);
		weir_loop_free(loop);
	}
}

Test(merge_map, to_runs_the_same_one_for_each_value)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "-a--b|");

	weir_test_expect(test, weir_merge_map_to(weir_test_cold(test, "-1-1---|"), inner, 0), "--a-ab-b|");
	MARBLES_OK(test);
}

Test(merge_map, to_rejects_NULL)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the inner observable is NULL");
	weir_test_expect(test, weir_merge_map_to(weir_test_cold(test, "1|"), NULL, 0), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_merge_map_to(NULL, weir_test_cold(test, "1|"), 0), "#");
	MARBLES_OK(test);
}
