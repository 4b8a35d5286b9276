/* unfold_async: one step in flight, the next one only when it is asked for. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_value pair(int64_t item, int64_t next)
{
	return weir_make_array((weir_value[]){ weir_int(item), weir_int(next) }, 2);
}

/* Counts up to 9; odd states answer at once, even ones after a millisecond. */
static weir_value pair_of_context(weir_value tick, void *context)
{
	int64_t state = (int64_t)(intptr_t)context;

	(void)tick;
	return pair(state, state + 1);
}

static weir_observable *up_to_nine(weir_value state, void *context)
{
	int64_t number = weir_as_int(state);

	(void)context;
	if (number > 9)
		return weir_empty();
	if (number % 2 != 0)
		return weir_just(pair(number, number + 1));
	return weir_map(weir_timer(weir_ms(1)), pair_of_context, (void *)(intptr_t)number);
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_unfold_async(weir_int(1), up_to_nine, NULL);
}

const struct conformance_subject conformance_subject = { .name = "unfold_async", .build = build, .creates = true };

/* Steps drawn as marbles: state n is the n-th of them. */
struct drawn {
	weir_test *test;
	const char *marbles[5];
	weir_observable *sources[5];
	int calls;
};

static weir_observable *drawn_step(weir_value state, void *context)
{
	struct drawn *drawn = context;

	drawn->calls++;
	return weir_ref(drawn->sources[weir_as_int(state)]);
}

static struct drawn draw(const char *const marbles[5])
{
	struct drawn drawn = { .test = weir_test_new() };

	weir_test_bind(drawn.test, 'p', pair(1, 1));
	weir_test_bind(drawn.test, 'q', pair(2, 2));
	weir_test_bind(drawn.test, 'r', pair(3, 3));
	for (size_t index = 0; index < 5 && marbles[index] != NULL; index++)
		drawn.sources[index] = weir_test_cold(drawn.test, marbles[index]);
	return drawn;
}

static void finish(struct drawn *drawn)
{
	MARBLES_OK(drawn->test);
	for (size_t index = 0; index < 5; index++)
		weir_unref(drawn->sources[index]);
}

Test(unfold_async, each_step_gives_an_item_and_the_next_state_until_one_is_empty)
{
	struct drawn drawn = draw((const char *const[5]){ "--p|", "-q|", "---r|", "--|" });

	weir_test_expect(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), "--12--3-|");
	finish(&drawn);
}

Test(unfold_async, a_step_is_released_when_it_has_given_its_pair)
{
	struct drawn drawn = draw((const char *const[5]){ "--p--q--", "-----|" });

	weir_test_expect(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), "--1----|");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[0], "^-!");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[1], "--^----!");
	finish(&drawn);
}

Test(unfold_async, the_next_step_begins_when_an_item_is_asked_for)
{
	struct drawn drawn = draw((const char *const[5]){ "-p|", "-q|", "-r|", "|" });

	weir_test_expect_with_demand(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), 2, 0, "-12");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[0], "^!");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[1], "-^!");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[2], "");
	finish(&drawn);
	cr_expect_eq(drawn.calls, 2);
}

Test(unfold_async, without_demand_no_step_is_made)
{
	struct drawn drawn = draw((const char *const[5]){ "-p|" });

	weir_test_expect_with_demand(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), 0, 0, "-");
	finish(&drawn);
	cr_expect_eq(drawn.calls, 0);
}

Test(unfold_async, take_fetches_nothing_ahead)
{
	struct drawn drawn = draw((const char *const[5]){ "-p|", "-q|", "-r|" });

	weir_test_expect(drawn.test, weir_take(weir_unfold_async(weir_int(0), drawn_step, &drawn), 2), "-1(2|)");
	finish(&drawn);
	cr_expect_eq(drawn.calls, 2);
}

Test(unfold_async, the_error_of_a_step_ends_it)
{
	struct drawn drawn = draw((const char *const[5]){ "-p|", "--#" });

	weir_test_expect(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), "-1-#");
	finish(&drawn);
}

Test(unfold_async, cancel_releases_the_step_in_flight)
{
	struct drawn drawn = draw((const char *const[5]){ "-----p|" });

	weir_test_expect_cancelled(drawn.test, weir_unfold_async(weir_int(0), drawn_step, &drawn), weir_ms(3), "");
	weir_test_expect_subscriptions(drawn.test, drawn.sources[0], "^--!");
	finish(&drawn);
}

static weir_observable *steps_without_end(weir_value state, void *context)
{
	int64_t number = weir_as_int(state);
	char *here = __builtin_frame_address(0);

	if (*(char **)context == NULL || here < *(char **)context)
		*(char **)context = here;
	return number < 50000 ? weir_just(pair(number, number + 1)) : weir_empty();
}

static void count(weir_value value, void *context)
{
	(void)value;
	++*(int *)context;
}

Test(unfold_async, synchronous_steps_do_not_recurse)
{
	weir_loop *loop = weir_loop_new_virtual();
	char *deepest = NULL;
	int received = 0;
	char *here = __builtin_frame_address(0);

	weir_subscribe(weir_unfold_async(weir_int(0), steps_without_end, &deepest), loop,
		&(weir_observer){ .next = count, .context = &received });
	cr_expect_lt(received, 50000, "the loop gets its turn in between");
	weir_loop_run(loop);
	cr_expect_eq(received, 50000);
	cr_expect_lt(here - deepest, 16 << 10);
	weir_loop_free(loop);
}

static weir_observable *no_pair(weir_value state, void *context)
{
	(void)state;
	return context != NULL ? weir_just(weir_int(7)) : NULL;
}

static void expect_failure(weir_observable *observable, int code, const char *message)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, code, message);
	weir_test_expect(test, observable, "#");
	MARBLES_OK(test);
}

Test(unfold_async, what_is_no_pair_is_an_error_that_shows_it)
{
	int anything;

	expect_failure(weir_unfold_async(weir_nil(), no_pair, &anything), EINVAL,
		"a step emitted 7; it must be an array of item and next state");
}

Test(unfold_async, bad_arguments)
{
	expect_failure(weir_unfold_async(weir_nil(), no_pair, NULL), EINVAL, NULL);
	expect_failure(weir_unfold_async(weir_string("state"), NULL, NULL), EINVAL, "the step is NULL");
	expect_failure(weir_unfold_async(weir_fail(ENOENT, "no state"), up_to_nine, NULL), ENOENT, "no state");
}
