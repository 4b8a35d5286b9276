/* finalize: one callback at the end, whatever it was. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/observing.h>
#include <weir/recovering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"

static void ignore(enum weir_end end, void *context)
{
	(void)end;
	(void)context;
}

static weir_observable *build(weir_observable *source)
{
	return weir_finalize(source, ignore, NULL);
}

const struct conformance_subject conformance_subject = { .name = "finalize", .build = build };

struct ends {
	enum weir_end last;
	int calls;
};

static void note_end(enum weir_end end, void *context)
{
	struct ends *ends = context;

	ends->last = end;
	ends->calls++;
}

static void expect_end(struct ends ends, enum weir_end end, const char *what)
{
	cr_expect_eq(ends.calls, 1, "%s: %d calls", what, ends.calls);
	cr_expect_eq(ends.last, end, "%s: %d", what, (int)ends.last);
}

Test(finalize, tells_how_it_ended_once)
{
	weir_test *test = weir_test_new();
	struct ends completed = { 0 };
	struct ends failed = { 0 };
	struct ends cancelled = { 0 };
	struct ends enough = { 0 };
	struct ends below = { 0 };

	weir_test_expect(test, weir_finalize(weir_test_cold(test, "-1-2-|"), note_end, &completed), "-1-2-|");
	weir_test_expect(test, weir_finalize(weir_test_cold(test, "-1-#"), note_end, &failed), "-1-#");
	weir_test_expect_cancelled(
		test, weir_finalize(weir_test_cold(test, "-1-2-|"), note_end, &cancelled), weir_ms(2), "-1");
	weir_test_expect(test, weir_take(weir_finalize(weir_test_cold(test, "-1-2-|"), note_end, &enough), 1), "-(1|)");
	weir_test_bind_error(test, ERANGE, "three is not allowed");
	weir_test_expect(test,
		weir_map(weir_finalize(weir_test_cold(test, "-3-|"), note_end, &below), map_fails_at_three, NULL),
		"-#");
	MARBLES_OK(test);
	expect_end(completed, WEIR_END_COMPLETE, "completed");
	expect_end(failed, WEIR_END_ERROR, "failed");
	expect_end(cancelled, WEIR_END_CANCEL, "cancelled");
	expect_end(enough, WEIR_END_CANCEL, "a stage below had enough");
	expect_end(below, WEIR_END_CANCEL, "a stage below failed");
}

struct order {
	char text[64];
};

static void note_first(enum weir_end end, void *context)
{
	(void)end;
	strcat(((struct order *)context)->text, "inner ");
}

static void note_second(enum weir_end end, void *context)
{
	(void)end;
	strcat(((struct order *)context)->text, "outer ");
}

static void note_complete(void *context)
{
	strcat(((struct order *)context)->text, "complete ");
}

static void note_error(const weir_error *error, void *context)
{
	(void)error;
	strcat(((struct order *)context)->text, "error ");
}

static void note_destroy(void *context)
{
	strcat(((struct order *)context)->text, "destroy");
}

Test(finalize, comes_after_the_terminal_nearest_to_the_source_first)
{
	struct order order = { "" };
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_finalize(weir_finalize(weir_range(1, 3), note_first, &order), note_second, &order), loop,
		&(struct weir_observer){ .complete = note_complete, .destroy = note_destroy, .context = &order });
	cr_expect_str_eq(order.text, "complete inner outer destroy");
	order.text[0] = '\0';
	weir_cancel(weir_subscribe(weir_finalize(weir_finalize(weir_never(), note_first, &order), note_second, &order),
		loop,
		&(struct weir_observer){ .complete = note_complete, .destroy = note_destroy, .context = &order }));
	cr_expect_str_eq(order.text, "inner outer destroy");
	weir_loop_free(loop);
}

/* One observable runs on behalf of a stage: its end is the end of all, and comes first. */
static void expect_inner_before_outer(
	weir_observable *(*stage)(weir_observable *inner), weir_observable *inner, const char *expected)
{
	struct order order = { "" };
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_finalize(stage(weir_finalize(inner, note_first, &order)), note_second, &order), loop,
		&(struct weir_observer){
			.complete = note_complete, .error = note_error, .destroy = note_destroy, .context = &order });
	cr_expect_str_eq(order.text, expected);
	weir_loop_free(loop);
}

static weir_observable *in_concat(weir_observable *inner)
{
	return weir_concat((weir_observable *[]){ weir_empty(), inner }, 2);
}

static weir_observable *in_switch_if_empty(weir_observable *inner)
{
	return weir_switch_if_empty(weir_empty(), inner);
}

Test(finalize, what_runs_on_behalf_of_a_stage_comes_before_the_stage)
{
	weir_observable *(*stages[])(weir_observable *) = { in_concat, in_switch_if_empty };

	for (size_t index = 0; index < sizeof stages / sizeof stages[0]; index++) {
		expect_inner_before_outer(stages[index], weir_range(1, 3), "complete inner outer destroy");
		expect_inner_before_outer(stages[index], weir_throw(EIO, "x"), "error inner outer destroy");
	}
}

static weir_observable *in_repeat(weir_observable *inner)
{
	return weir_repeat(inner, 2, 0);
}

static weir_observable *in_retry(weir_observable *inner)
{
	return weir_retry(inner, &(weir_retry_options){ .max_attempts = 2 });
}

/* A failure of the input or output once more, others not. */
static weir_observable *once_again(const weir_error *error, weir_observable *caught, void *context)
{
	if (weir_error_code(error) == EIO && ++*(int *)context == 1)
		return weir_ref(caught);
	return weir_empty();
}

static weir_observable *in_catch_error_again(weir_observable *inner)
{
	static int failures;

	failures = 0;
	return weir_catch_error_again(inner, once_again, &failures);
}

/* The end of a run that is not the last comes before the next one, the last end as above. */
Test(finalize, each_run_has_its_end)
{
	expect_inner_before_outer(in_repeat, weir_range(1, 3), "inner complete inner outer destroy");
	expect_inner_before_outer(in_repeat, weir_throw(EIO, "x"), "error inner outer destroy");
	expect_inner_before_outer(in_retry, weir_range(1, 3), "complete inner outer destroy");
	expect_inner_before_outer(in_retry, weir_throw(EIO, "x"), "inner error inner outer destroy");
	expect_inner_before_outer(in_catch_error_again, weir_throw(EIO, "x"), "inner inner complete outer destroy");
}

Test(finalize, each_subscription_has_its_own_end)
{
	weir_test *test = weir_test_new();
	struct ends ends = { 0 };
	weir_observable *observable = weir_finalize(weir_test_cold(test, "-1-2-|"), note_end, &ends);

	weir_test_expect(test, weir_ref(observable), "-1-2-|");
	weir_test_expect(test, observable, "-1-2-|");
	MARBLES_OK(test);
	cr_expect_eq(ends.calls, 2);
}

Test(finalize, an_unsubscribed_recipe_is_never_finalized)
{
	struct ends ends = { 0 };

	weir_unref(weir_finalize(weir_range(1, 3), note_end, &ends));
	cr_expect_eq(ends.calls, 0);
}

Test(finalize, without_callback_is_an_error)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the callback is NULL");
	weir_test_expect(test, weir_finalize(weir_test_cold(test, "-1-|"), NULL, NULL), "#");
	MARBLES_OK(test);
}

Test(finalize, demand_is_passed_on_as_it_is)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };
	struct ends ends = { 0 };

	weir_test_expect_with_demand(test,
		weir_finalize(numbers((struct numbers){ .count = 9, .log = &log }), note_end, &ends), 2, 0, "(12)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
	expect_end(ends, WEIR_END_CANCEL, "the loop's end");
}
