/* merge_prioritized: of the items that wait, first those of the first source. */
#include <errno.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/subject.h>

#include "kit/conformance.h"
#include "kit/functions.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_merge_prioritized((weir_observable *[]){ source, weir_range(50, 5) }, 2);
}

const struct conformance_subject conformance_subject = {
	.name = "merge_prioritized",
	.build = build,
	.demand_changes_order = "priority is among those that wait",
	.errors_overtake_items = "what waits for demand",
};

#define MERGE_PRIORITIZED(...) \
	weir_merge_prioritized((weir_observable *[]){ __VA_ARGS__ }, \
		sizeof((weir_observable *[]){ __VA_ARGS__ }) / sizeof(weir_observable *))

Test(merge_prioritized, where_nothing_waits_items_come_as_they_come)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1---2|");
	weir_observable *b = weir_test_cold(test, "--x---y-|");

	weir_test_expect(test, MERGE_PRIORITIZED(a, b), "-1x--2y-|");
	weir_test_expect_subscriptions(test, a, "^-----!");
	weir_test_expect_subscriptions(test, b, "^-------!");
	MARBLES_OK(test);
}

Test(merge_prioritized, of_those_that_wait_the_most_urgent_is_first)
{
	struct recorder recorder;

	record(&recorder,
		MERGE_PRIORITIZED(numbers((struct numbers){ .count = 3, .interval = weir_ms(2) }), weir_range(50, 3)),
		2);
	record_run(&recorder, weir_ms(3));
	for (int round = 0; round < 4; round++) {
		weir_request(recorder.subscription, 1);
		record_run(&recorder, weir_ms(4));
	}
	RECORDED(&recorder, "50@0ms 51@0ms 1@3ms 2@7ms 3@11ms 52@15ms |@15ms");
}

Test(merge_prioritized, ends)
{
	weir_test *test = weir_test_new();
	weir_observable *other = weir_test_cold(test, "-1-2");

	weir_test_expect(test, weir_merge_prioritized(NULL, 0), "|");
	weir_test_expect(test, MERGE_PRIORITIZED(weir_empty(), weir_empty()), "|");
	weir_test_expect(test, MERGE_PRIORITIZED(other, weir_test_cold(test, "--#")), "-1#");
	weir_test_expect_subscriptions(test, other, "^-!");
	MARBLES_OK(test);
}

Test(merge_prioritized, cancelling_releases_all_sources)
{
	weir_test *test = weir_test_new();
	weir_observable *a = weir_test_cold(test, "-1-1-1");
	weir_observable *b = weir_test_cold(test, "--2-2-");

	weir_test_expect_cancelled(test, MERGE_PRIORITIZED(a, b), weir_ms(3), "-12");
	weir_test_expect_subscriptions(test, a, "^--!");
	weir_test_expect_subscriptions(test, b, "^--!");
	MARBLES_OK(test);
}

/* A consumer that speaks to the inputs from inside its items. */
struct echo {
	weir_subject *urgent;
	weir_subject *bulk;
	char text[64];
};

static void echo_write(struct echo *echo, const char *text)
{
	strncat(echo->text, text, sizeof echo->text - strlen(echo->text) - 1);
}

static void echo_next(weir_value value, void *context)
{
	struct echo *echo = context;

	echo_write(echo, weir_as_int(value) == 1 ? "<1 " : "<");
	if (weir_as_int(value) == 1) {
		weir_subject_next(echo->bulk, weir_int(2));
		weir_subject_next(echo->urgent, weir_int(3));
		weir_subject_complete(echo->bulk);
		weir_subject_complete(echo->urgent);
	}
	echo_write(echo, weir_as_int(value) == 1 ? "1>" : weir_as_int(value) == 2 ? "2>" : "3>");
}

static void echo_complete(void *context)
{
	echo_write(context, "|");
}

Test(merge_prioritized, what_comes_from_inside_an_item_waits_and_is_ordered)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct echo echo = { weir_subject_new(), weir_subject_new(), "" };

	weir_subscribe(MERGE_PRIORITIZED(weir_subject_observable(echo.urgent), weir_subject_observable(echo.bulk)),
		loop, &(weir_observer){ .next = echo_next, .complete = echo_complete, .context = &echo });
	weir_subject_next(echo.bulk, weir_int(1));
	cr_expect_str_eq(echo.text, "<1 1><3><2>|");
	weir_subject_unref(echo.urgent);
	weir_subject_unref(echo.bulk);
	weir_loop_free(loop);
}

Test(merge_prioritized, an_endless_source_lets_the_loop_have_its_turn)
{
	weir_loop *loop = weir_loop_new();
	struct recorder other;
	struct victim endless = { 0 };

	weir_subscribe(MERGE_PRIORITIZED(weir_range(0, INT64_MAX)), loop,
		&(weir_observer){ .subscribed = victim_subscribed,
			.next = victim_next,
			.destroy = victim_destroy,
			.context = &endless });
	record_on(&other, loop, weir_timer(weir_ms(1)), WEIR_UNBOUNDED);
	weir_loop_run_for(loop, weir_ms(500));
	cr_expect(other.ended);
	cr_expect_gt(endless.items, 0);
	record_end(&other);
	weir_cancel(endless.subscription);
	weir_loop_free(loop);
}

Test(merge_prioritized, a_source_that_is_NULL_is_rejected)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "source 1 of 2 is NULL");
	weir_test_expect(test, MERGE_PRIORITIZED(NULL, weir_range(1, 2)), "#");
	MARBLES_OK(test);
}
