/* from_event_pattern: events, while somebody subscribes. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* Something that calls the handlers it was given. */
struct bell {
	weir_emitter *handlers[8];
	size_t count;
	int added, removed;
	bool rings_at_once;
	int result;
};

static int bell_add(weir_emitter *handler, void *context)
{
	struct bell *bell = context;

	if (bell->result < 0)
		return bell->result;
	bell->added++;
	bell->handlers[bell->count++] = handler;
	if (bell->rings_at_once)
		weir_emitter_next(handler, weir_int(0));
	return 0;
}

static void bell_remove(weir_emitter *handler, void *context)
{
	struct bell *bell = context;
	size_t kept = 0;

	for (size_t index = 0; index < bell->count; index++)
		if (bell->handlers[index] != handler)
			bell->handlers[kept++] = bell->handlers[index];
	cr_expect_eq(kept + 1, bell->count, "a handler that was not added");
	bell->count = kept;
	bell->removed++;
}

static int rung;

static void bell_ring(void *context)
{
	struct bell *bell = context;

	rung++;
	/* The one that is rung may be removed in that. */
	for (size_t index = bell->count; index > 0; index--)
		weir_emitter_next(bell->handlers[index - 1], weir_int(rung));
}

static int add_three(weir_emitter *handler, void *context)
{
	(void)context;
	for (int value = 1; value <= 3 && weir_emitter_demand(handler) > 0; value++)
		weir_emitter_next(handler, weir_int(value));
	return 0;
}

static void remove_nothing(weir_emitter *handler, void *context)
{
	(void)handler;
	(void)context;
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_from_event_pattern(add_three, remove_nothing, NULL);
}

const struct conformance_subject conformance_subject = { .name = "from_event_pattern",
	.build = build,
	.creates = true,
	.endless = true,
	.demand_changes_items = "events do not wait" };

Test(from_event_pattern, each_subscription_has_its_handler_until_it_ends)
{
	weir_test *test = weir_test_new();
	struct bell bell = { 0 };
	weir_observable *events = weir_from_event_pattern(bell_add, bell_remove, &bell);

	rung = 0;
	for (int time = 1; time <= 7; time += 2)
		weir_test_at(test, weir_ms(time), bell_ring, &bell);
	weir_test_expect_cancelled(test, weir_ref(events), weir_ms(4), "-1-2");
	weir_test_expect(test, weir_take(weir_ref(events), 3), "-1-2-(3|)");
	weir_test_expect(test, events, "-1-2-3-4");
	MARBLES_OK(test);
	cr_expect(bell.added == 3 && bell.removed == 3 && bell.count == 0);
}

Test(from_event_pattern, an_event_while_the_handler_is_added_may_end_it)
{
	weir_test *test = weir_test_new();
	struct bell bell = { .rings_at_once = true };

	weir_test_expect(test, weir_take(weir_from_event_pattern(bell_add, bell_remove, &bell), 1), "(0|)");
	MARBLES_OK(test);
	cr_expect(bell.added == 1 && bell.removed == 1);
}

Test(from_event_pattern, a_handler_that_could_not_be_added_is_not_removed)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct bell bell = { .result = -EBUSY };
	struct recorder recorder;

	record_on(&recorder, loop, weir_from_event_pattern(bell_add, bell_remove, &bell), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EBUSY@0ms");
	cr_expect(bell.added == 0 && bell.removed == 0);
	weir_loop_free(loop);
}

Test(from_event_pattern, an_event_that_was_not_asked_for_is_an_error)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct bell bell = { 0 };
	struct recorder recorder;

	rung = 0;
	record_on(&recorder, loop, weir_from_event_pattern(bell_add, bell_remove, &bell), 1);
	bell_ring(&bell);
	bell_ring(&bell);
	RECORDED(&recorder, "1@0ms #WEIR_EDEMAND@0ms");
	cr_expect_eq(bell.removed, 1);
	weir_loop_free(loop);
}

Test(from_event_pattern, null)
{
	weir_test *test = weir_test_new();

	weir_test_bind_error(test, EINVAL, NULL);
	weir_test_expect(test, weir_from_event_pattern(NULL, remove_nothing, NULL), "#");
	weir_test_expect(test, weir_from_event_pattern(add_three, NULL, NULL), "#");
	MARBLES_OK(test);
}
