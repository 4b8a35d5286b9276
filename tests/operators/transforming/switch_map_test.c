/* switch_map: the newest observable only. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/subject.h>
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
	return weir_switch_map(source, project_range, NULL);
}

/* A synchronous source switches before the rest of an inner one was requested. */
const struct conformance_subject conformance_subject = { .name = "switch_map",
	.build = build,
	.demand_changes_items = "the newest value replaces what has not been asked for" };

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

#define SWITCHES_AS(fixture, marbles) \
	weir_test_expect( \
		(fixture).test, weir_switch_map(weir_ref((fixture).source), choose, (fixture).choices), (marbles))

#define FIXTURE_OK(fixture) \
	do { \
		weir_unref((fixture).source); \
		weir_unref((fixture).choices[0]); \
		weir_unref((fixture).choices[1]); \
		MARBLES_OK((fixture).test); \
	} while (0)

Test(switch_map, mirrors_the_newest_and_cancels_the_one_before)
{
	struct fixture fixture = fixture_new("-a----b------|", "--1-2-3|", "-x-y|");

	SWITCHES_AS(fixture, "---1-2-x-y---|");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^------------!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^----!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "------^---!");
	FIXTURE_OK(fixture);
}

Test(switch_map, completes_when_both_source_and_newest_have)
{
	struct fixture fixture = fixture_new("-a-|", "--1-2-|", "-");

	SWITCHES_AS(fixture, "---1-2-|");
	FIXTURE_OK(fixture);
	fixture = fixture_new("-a----|", "-1|", "-");
	SWITCHES_AS(fixture, "--1---|");
	FIXTURE_OK(fixture);
	fixture = fixture_new("--|", "-1|", "-");
	SWITCHES_AS(fixture, "--|");
	FIXTURE_OK(fixture);
}

Test(switch_map, an_inner_one_that_never_ends_keeps_it_open)
{
	struct fixture fixture = fixture_new("-a-|", "-1-", "-");

	SWITCHES_AS(fixture, "--1---");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^");
	FIXTURE_OK(fixture);
}

Test(switch_map, an_error_of_the_newest_ends_it_and_cancels_the_source)
{
	struct fixture fixture = fixture_new("-a---b--|", "-1-#", "-x|");

	SWITCHES_AS(fixture, "--1-#");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^---!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[1], "");
	FIXTURE_OK(fixture);
}

Test(switch_map, an_error_of_one_that_was_replaced_is_never_seen)
{
	struct fixture fixture = fixture_new("-a-b----|", "-1-#", "-x|");

	/* Both at frame 4: the switch comes first, as the source is hot. */
	SWITCHES_AS(fixture, "--1-x---|");
	FIXTURE_OK(fixture);
}

Test(switch_map, an_error_of_the_source_cancels_the_newest)
{
	struct fixture fixture = fixture_new("-a--#", "-1-2-3-", "-");

	SWITCHES_AS(fixture, "--1-#");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^--!");
	FIXTURE_OK(fixture);
}

Test(switch_map, synchronous_ones_are_emitted_whole)
{
	weir_test *test = weir_test_new();

	for (int digit = 0; digit < 3; digit++)
		weir_test_bind(test, (char)('p' + digit), weir_int(10 + digit));
	weir_test_expect(
		test, weir_switch_map(weir_test_cold(test, "-1------1|"), project_range, NULL), "-(pqr)--(pqr)");
	MARBLES_FAIL(test, "at 9 ms: expected nothing, got completion");
}

Test(switch_map, cancel_reaches_source_and_newest)
{
	struct fixture fixture = fixture_new("-a----b------|", "--1-2-3|", "-x-y|");

	weir_test_expect_cancelled(
		fixture.test, weir_switch_map(weir_ref(fixture.source), choose, fixture.choices), weir_ms(4), "---1");
	weir_test_expect_subscriptions(fixture.test, fixture.source, "^---!");
	weir_test_expect_subscriptions(fixture.test, fixture.choices[0], "-^--!");
	FIXTURE_OK(fixture);
}

Test(switch_map, the_newest_is_asked_for_what_downstream_waits_for)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'p', weir_int(10));
	weir_test_bind(test, 'q', weir_int(11));
	/* Two of the first were asked for and emitted; nothing is left for the second. */
	weir_test_expect_with_demand(
		test, weir_switch_map(weir_test_cold(test, "-1----2|"), project_range, NULL), 2, 0, "-(pq)");
	MARBLES_OK(test);
}

Test(switch_map, demand_that_is_left_goes_to_the_next_one)
{
	struct fixture fixture = fixture_new("-a----b------|", "--1-2-3|", "-x-y|");

	weir_test_expect_with_demand(
		fixture.test, weir_switch_map(weir_ref(fixture.source), choose, fixture.choices), 3, 0, "---1-2-x");
	FIXTURE_OK(fixture);
}

Test(switch_map, a_projection_that_returns_NULL_is_an_error)
{
	struct fixture fixture = fixture_new("-a-c--|", "-1-2-3|", "-");

	weir_test_bind_error(fixture.test, EINVAL, "a callback returned NULL instead of an observable");
	SWITCHES_AS(fixture, "--1#");
	FIXTURE_OK(fixture);
}

Test(switch_map, without_projection_is_an_error)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1|");

	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_switch_map(source, NULL, NULL), "#");
	weir_test_expect_subscriptions(test, source, "");
	MARBLES_OK(test);
}

static bool an_inner_one_ran;

static void inner_gone(void *context)
{
	(void)context;
	an_inner_one_ran = false;
}

static weir_observable *project_watched(weir_value value, void *context)
{
	(void)value;
	cr_assert(!an_inner_one_ran, "the projection ran beside the one before");
	an_inner_one_ran = true;
	return weir_with_context(weir_take(weir_ref(context), 9), NULL, inner_gone);
}

Test(switch_map, the_one_before_is_released_before_the_projection_runs)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "---1--");

	weir_test_expect(test, weir_switch_map(weir_test_cold(test, "-a-a-a|"), project_watched, inner), "--------1");
	MARBLES_OK(test);
	weir_unref(inner);
}

static weir_subject *switching;
static char seen[64];

static weir_observable *project_batch(weir_value value, void *context)
{
	(void)context;
	(void)value;
	return numbers((struct numbers){ .count = 3, .batch = 3 });
}

static void switch_at_two(weir_value value, void *context)
{
	size_t length = strlen(seen);

	(void)context;
	seen[length] = (char)('0' + weir_as_int(value));
	if (weir_as_int(value) == 2 && length < 4)
		weir_subject_next(switching, weir_nil());
}

Test(switch_map, what_is_left_of_a_batch_of_the_one_before_is_never_seen)
{
	weir_loop *loop = weir_loop_new_virtual();

	/* The subject is not in a delivery: the first inner one emits when it is asked. */
	switching = weir_subject_new();

	weir_subscription *subscription =
		weir_subscribe(weir_switch_map(weir_subject_observable(switching), project_batch, NULL), loop,
			&(struct weir_observer){ .next = switch_at_two, .demand = WEIR_ON_REQUEST });

	weir_subject_next(switching, weir_nil());
	weir_request(subscription, 100);
	/* The second switch waits for the delivery of the first to be over: the subject queues it. */
	cr_expect_str_eq(seen, "12123123", "%s", seen);
	weir_cancel(subscription);
	weir_subject_unref(switching);
	weir_loop_free(loop);
}

Test(switch_map, to_runs_the_same_one_for_each_value)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "-a-b|");

	weir_test_expect(test, weir_switch_map_to(weir_test_cold(test, "-1-1---|"), inner), "--a-a-b|");
	MARBLES_OK(test);
}

Test(switch_map, to_rejects_NULL)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the inner observable is NULL");
	weir_test_expect(test, weir_switch_map_to(weir_test_cold(test, "1|"), NULL), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_switch_map_to(NULL, weir_test_cold(test, "1|")), "#");
	MARBLES_OK(test);
}
