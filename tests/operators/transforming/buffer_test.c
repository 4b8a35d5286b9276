/* buffer: the items between two items of another observable as an array. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_buffer(source, weir_take(weir_interval(weir_us(2500)), 9));
}

const struct conformance_subject conformance_subject = {
	.name = "buffer",
	.build = build,
	.demand_changes_items = "what nobody asked for in time stays together",
};

Test(buffer, emits_what_came_between_two_boundaries_also_when_nothing_did)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2--3---4--|");
	weir_observable *boundary = weir_test_hot(test, "----x----x-x--");

	weir_test_bind(test, 'a', digits("12"));
	weir_test_bind(test, 'b', digits("3"));
	weir_test_bind(test, 'c', digits("4"));
	weir_test_bind(test, 'e', digits(""));
	weir_test_expect(test, weir_buffer(source, boundary), "----a----b-c-(e|)");
	weir_test_expect_subscriptions(test, source, "^------------!");
	weir_test_expect_subscriptions(test, boundary, "^------------!");
	MARBLES_OK(test);
}

Test(buffer, a_boundary_that_completes_means_nothing)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("1"));
	weir_test_bind(test, 'b', digits("23"));
	weir_test_expect(
		test, weir_buffer(weir_test_cold(test, "-1-2-3-|"), weir_test_cold(test, "--x|")), "--a----(b|)");
	weir_test_expect(test, weir_buffer(weir_test_cold(test, "-2-3-|"), weir_empty()), "-----(b|)");
	MARBLES_OK(test);
}

Test(buffer, the_source_is_subscribed_to_first)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', digits("123"));
	weir_test_bind(test, 'e', digits(""));
	weir_test_expect(test, weir_buffer(weir_range(1, 3), weir_just(weir_nil())), "(a|)");
	weir_test_expect(test, weir_buffer(weir_test_cold(test, "-1-2-3-|"), weir_just(weir_nil())), "e------(a|)");
	MARBLES_OK(test);
}

Test(buffer, errors_of_either_overtake_what_was_gathered)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");

	weir_test_bind(test, 'a', digits("1"));
	weir_test_expect(test, weir_buffer(source, weir_test_cold(test, "--x-#")), "--a-#");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect(test, weir_buffer(weir_test_cold(test, "-1-2#"), weir_test_cold(test, "--x---")), "--a-#");
	MARBLES_OK(test);
}

Test(buffer, cancelling_releases_both)
{
	weir_test *test = weir_test_new();
	weir_observable *source = weir_test_cold(test, "-1-2-3-|");
	weir_observable *boundary = weir_test_cold(test, "--x---x");

	weir_test_bind(test, 'a', digits("1"));
	weir_test_expect_cancelled(test, weir_buffer(source, boundary), weir_ms(4), "--a");
	weir_test_expect_subscriptions(test, source, "^---!");
	weir_test_expect_subscriptions(test, boundary, "^---!");
	MARBLES_OK(test);
}

Test(buffer, while_nobody_asks_it_goes_on_gathering_and_leaves_out_what_is_empty)
{
	struct recorder recorder;

	/* Boundaries at 5, 10, 15, 20; items 0, 1, 2 at 3, 6, 9. */
	record(&recorder,
		weir_buffer(weir_concat_with(weir_take(weir_interval(weir_ms(3)), 3), weir_never()),
			weir_interval(weir_ms(5))),
		1);
	record_run(&recorder, weir_ms(12));
	cr_expect_str_eq(recorder.text, "[0]@5ms");
	weir_request(recorder.subscription, 1);
	cr_expect_str_eq(recorder.text, "[0]@5ms [1, 2]@12ms");
	record_run(&recorder, weir_ms(5));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(10));
	RECORDED(&recorder, "[0]@5ms [1, 2]@12ms []@20ms");
}

Test(buffer, completion_waits_for_demand)
{
	struct recorder recorder;

	record(&recorder, weir_buffer(weir_range(0, 2), weir_never()), 0);
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "[0, 1]@0ms |@0ms");
}

/* A boundary from inside the array that a boundary made. */
struct again {
	weir_subject *boundary;
	int left;
};

static void push_boundary(weir_value value, void *context)
{
	struct again *again = context;

	(void)value;
	if (again->left-- > 0)
		weir_subject_next(again->boundary, weir_nil());
}

Test(buffer, a_boundary_from_inside_an_array_comes_after_it)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct again again = { weir_subject_new(), 3 };
	struct recorder recorder;

	record_on(&recorder, loop,
		weir_tap(weir_buffer(weir_never(), weir_subject_observable(again.boundary)),
			&(weir_tap_observer){ .next = push_boundary, .context = &again }),
		WEIR_UNBOUNDED);
	weir_subject_next(again.boundary, weir_nil());
	RECORDED(&recorder, "[]@0ms []@0ms []@0ms []@0ms");
	weir_subject_unref(again.boundary);
	weir_loop_free(loop);
}

Test(buffer, the_boundary_must_be_there)
{
	struct recorder recorder;

	record(&recorder, weir_buffer(weir_never(), NULL), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the boundary is NULL");
	RECORDED(&recorder, "#EINVAL@0ms");
	record(&recorder, weir_buffer(NULL, weir_never()), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}
