/* exhaust_map: one observable at a time; values that come meanwhile are ignored. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *project_range(weir_value value, void *context)
{
	(void)context;
	return weir_range(weir_as_int(value) * 10, 3);
}

static weir_observable *build(weir_observable *source)
{
	return weir_exhaust_map(source, project_range, NULL);
}

/* A synchronous source has come to its end before the rest of the first inner one was requested. */
const struct conformance_subject conformance_subject = { .name = "exhaust_map",
	.build = build,
	.demand_changes_items = "what comes while an inner one waits for demand is ignored" };

struct choices {
	weir_observable *inners[3];
	int calls;
};

static weir_observable *choose(weir_value value, void *context)
{
	struct choices *choices = context;
	const char *letter = weir_as_str(value, NULL);

	choices->calls++;
	return *letter >= 'a' && *letter <= 'c' ? weir_ref(choices->inners[*letter - 'a']) : NULL;
}

static void choices_free(struct choices *choices)
{
	for (int index = 0; index < 3; index++)
		weir_unref(choices->inners[index]);
}

Test(exhaust_map, ignores_values_while_an_inner_one_runs)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a--b-----c----|");
	struct choices choices = { .inners = { weir_test_cold(test, "--1-2|"), weir_test_cold(test, "-x|"),
					   weir_test_cold(test, "--y-z|") } };

	weir_test_expect(test, weir_exhaust_map(source, choose, &choices), "---1-2------y-z|");
	weir_test_expect_subscriptions(test, source, "^--------------!");
	weir_test_expect_subscriptions(test, choices.inners[0], "-^----!");
	weir_test_expect_subscriptions(test, choices.inners[1], "");
	weir_test_expect_subscriptions(test, choices.inners[2], "----------^----!");
	MARBLES_OK(test);
	cr_expect_eq(choices.calls, 2, "the projection is not called for what is ignored");
	choices_free(&choices);
}

Test(exhaust_map, completes_when_both_source_and_inner_one_have)
{
	weir_test *test = weir_test_new();
	struct choices choices = { .inners = { weir_test_cold(test, "--1-2|") } };

	weir_test_expect(test, weir_exhaust_map(weir_test_cold(test, "-a-|"), choose, &choices), "---1-2|");
	weir_test_expect(test, weir_exhaust_map(weir_test_cold(test, "-a-------|"), choose, &choices), "---1-2---|");
	weir_test_expect(test, weir_exhaust_map(weir_test_cold(test, "--|"), choose, &choices), "--|");
	MARBLES_OK(test);
	choices_free(&choices);
}

Test(exhaust_map, an_error_of_either_ends_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-------|");
	weir_observable *failing = weir_test_cold(test, "-b--#");
	struct choices choices = { .inners = { weir_test_cold(test, "-1-#"), weir_test_cold(test, "-1-2-3-") } };

	weir_test_expect(test, weir_exhaust_map(source, choose, &choices), "--1-#");
	weir_test_expect(test, weir_exhaust_map(failing, choose, &choices), "--1-#");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, choices.inners[1], "-^--!");
	MARBLES_OK(test);
	choices_free(&choices);
}

Test(exhaust_map, the_source_is_asked_for_everything_and_the_inner_one_for_what_is_waited_for)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'p', weir_int(10));
	weir_test_bind(test, 'q', weir_int(11));
	weir_test_expect_with_demand(
		test, weir_exhaust_map(weir_test_cold(test, "-1-2-|"), project_range, NULL), 2, 0, "-(pq)");
	MARBLES_OK(test);
}

Test(exhaust_map, cancel_reaches_source_and_inner_one)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-a-------|");
	struct choices choices = { .inners = { weir_test_cold(test, "--1-2|") } };

	weir_test_expect_cancelled(test, weir_exhaust_map(source, choose, &choices), weir_ms(4), "---1");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, choices.inners[0], "-^--!");
	MARBLES_OK(test);
	choices_free(&choices);
}

Test(exhaust_map, bad_projections)
{
	weir_test *test = weir_test_new();
	struct choices choices = { 0 };

	weir_test_bind_error(test, EINVAL, "a callback returned NULL instead of an observable");
	weir_test_expect(test, weir_exhaust_map(weir_test_cold(test, "-z-|"), choose, &choices), "-#");
	weir_test_bind_error(test, EINVAL, "the projection is NULL");
	weir_test_expect(test, weir_exhaust_map(weir_test_cold(test, "-1|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(exhaust_map, to_runs_the_same_one_for_each_value)
{
	weir_test *test = weir_test_new();
	weir_observable *inner = weir_test_cold(test, "-a-b|");

	weir_test_expect(test, weir_exhaust_map_to(weir_test_cold(test, "-1-1---|"), inner), "--a-b--|");
	MARBLES_OK(test);
}

Test(exhaust_map, to_rejects_NULL)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the inner observable is NULL");
	weir_test_expect(test, weir_exhaust_map_to(weir_test_cold(test, "1|"), NULL), "#");
	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, weir_exhaust_map_to(NULL, weir_test_cold(test, "1|")), "#");
	MARBLES_OK(test);
}
