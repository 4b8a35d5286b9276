/* What observe_on and subscribe_on have in common where there is no other loop: the tests of both run these. */
#ifndef TESTS_KIT_SAME_LOOP_H
#define TESTS_KIT_SAME_LOOP_H

#include <errno.h>

#include <weir/creating.h>
#include <weir/threads.h>

#include "kit/marbles.h"

typedef weir_observable *(*same_loop_door)(weir_observable *source, weir_loop *loop);

/* NULL, and the loop that the pipeline runs on anyway. */
static inline void same_loop_signals_come_in_a_later_turn(same_loop_door door)
{
	static const char *const lines[] = { "-1-2-3-|", "(12|)", "-1-#" };
	weir_test *test = weir_test_new();

	for (int index = 0; index < 3; index++) {
		weir_test_expect(test, door(weir_test_cold(test, lines[index]), NULL), lines[index]);
		weir_test_expect(test, door(weir_test_cold(test, lines[index]), weir_test_loop(test)), lines[index]);
	}
	MARBLES_OK(test);
}

struct same_loop_seen {
	int received;
	bool was_inside;
	bool subscribing;
};

static inline void same_loop_note(weir_value value, void *context)
{
	struct same_loop_seen *seen = (struct same_loop_seen *)context;

	(void)value;
	seen->received++;
	seen->was_inside = seen->was_inside || seen->subscribing;
}

static inline void same_loop_nothing_is_delivered_before_subscribing_returns(same_loop_door door)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct same_loop_seen seen = { .subscribing = true };
	weir_subscription *subscription = weir_subscribe(
		door(weir_range(0, 3), loop), loop, &(weir_observer){ .next = same_loop_note, .context = &seen });

	cr_expect_not_null(subscription, "it stays on this loop");
	seen.subscribing = false;
	weir_loop_run(loop);
	cr_expect_eq(seen.received, 3);
	cr_expect(!seen.was_inside);
	weir_loop_free(loop);
}

static inline void same_loop_demand_is_passed_on(same_loop_door door)
{
	weir_test *test = weir_test_new();
	weir_loop *loop = weir_test_loop(test);

	weir_test_expect_with_demand(test, door(weir_test_cold(test, "123|"), loop), 2, 0, "12");
	weir_test_expect_with_demand(test, door(weir_test_cold(test, "123|"), loop), 1, 1, "123|");
	MARBLES_OK(test);
}

static inline void same_loop_bad_arguments(same_loop_door door)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, "the source is NULL");
	weir_test_expect(test, door(NULL, NULL), "#");
	weir_test_expect(test, door(NULL, weir_test_loop(test)), "#");
	MARBLES_OK(test);
}

#endif
