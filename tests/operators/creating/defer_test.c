/* defer: a new observable for each subscription, made when it begins. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *make_range(void *context)
{
	(void)context;
	return weir_range(1, 9);
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_defer(make_range, NULL);
}

const struct conformance_subject conformance_subject = { .name = "defer", .build = build, .creates = true };

static weir_observable *count_calls(void *context)
{
	return weir_just(weir_int(++*(int *)context));
}

Test(defer, makes_the_observable_at_each_subscription_and_not_before)
{
	weir_test *test = weir_test_new();
	int calls = 0;
	weir_observable *observable = weir_defer(count_calls, &calls);

	cr_expect_eq(calls, 0);
	weir_test_expect(test, weir_ref(observable), "(1|)");
	weir_test_expect(test, observable, "(2|)");
	MARBLES_OK(test);
	cr_expect_eq(calls, 2);
}

static weir_observable *refer(void *context)
{
	return weir_ref(context);
}

Test(defer, mirrors_what_was_made)
{
	weir_test *test = weir_test_new();
	weir_observable *made = weir_test_cold(test, "--1-2|");
	weir_observable *failing = weir_test_cold(test, "-1-#");

	weir_test_expect(test, weir_defer(refer, made), "--1-2|");
	weir_test_expect(test, weir_defer(refer, failing), "-1-#");
	weir_test_expect_subscriptions(test, made, "^----!");
	weir_test_expect_subscriptions(test, failing, "^--!");
	MARBLES_OK(test);
	weir_unref(made);
	weir_unref(failing);
}

Test(defer, cancel_reaches_what_was_made)
{
	weir_test *test = weir_test_new();
	weir_observable *made = weir_test_cold(test, "--1-2|");

	weir_test_expect_cancelled(test, weir_defer(refer, made), weir_ms(3), "--1");
	weir_test_expect_subscriptions(test, made, "^--!");
	MARBLES_OK(test);
	weir_unref(made);
}

static weir_observable *make_nothing(void *context)
{
	(void)context;
	return NULL;
}

static weir_observable *make_failure(void *context)
{
	(void)context;
	return weir_throw(ENOENT, "no feed");
}

Test(defer, a_factory_that_fails_or_returns_NULL_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "a callback returned NULL instead of an observable");
	weir_test_expect(test, weir_defer(make_nothing, NULL), "#");
	weir_test_bind_error(test, ENOENT, "no feed");
	weir_test_expect(test, weir_defer(make_failure, NULL), "#");
	weir_test_bind_error(test, EINVAL, "the factory is NULL");
	weir_test_expect(test, weir_defer(NULL, NULL), "#");
	MARBLES_OK(test);
}

static weir_observable *make_numbers(void *context)
{
	return numbers((struct numbers){ .count = 9, .log = context });
}

Test(defer, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test, weir_defer(make_numbers, &log), 3, 0, "(123)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 3);
	cr_expect_eq(log.emitted, 3);
	weir_test_free(test);
}

Test(defer, without_demand_it_subscribes_all_the_same)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_expect_with_demand(test, weir_defer(make_numbers, &log), 0, 0, "");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.subscribed, 1);
	cr_expect_eq(log.requested, 0);
	weir_test_free(test);
}

static weir_observable *pair_of(weir_value value, void *context)
{
	(void)context;
	return weir_of((weir_value[]){ value, weir_int(weir_as_int(value) * 10) }, 2);
}

static weir_observable *make_switching(void *context)
{
	(void)context;
	return weir_switch_map(weir_range(1, 3), pair_of, NULL);
}

Test(defer, what_is_made_has_its_demand_when_it_starts)
{
	struct recorder recorder;

	/* Without it switch_map would have left each inner observable for the next before it could emit. */
	record(&recorder, weir_defer(make_switching, NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 10@0ms 2@0ms 20@0ms 3@0ms 30@0ms |@0ms");
}

Test(defer, what_was_asked_for_in_the_beginning_is_asked_for_once)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	weir_observable *source = numbers((struct numbers){ .count = 9, .log = &log });

	weir_test_expect_with_demand(test, weir_concat(&source, 1), 2, 0, "(12)");
	weir_test_run(test);
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
