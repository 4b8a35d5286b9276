/* The pump: a long synchronous source lets others work, on both clocks, and stops at once. */
#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "kit/faults.h"
#include "kit/pump.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(pump, .init = set_up, .fini = tear_down);

/* Counts up without end. */
struct endless {
	struct weir_node node;
	struct weir_pump pump;
	int64_t next;
};

static void endless_emit(struct weir_node *node)
{
	struct endless *self = WEIR_CONTAINER_OF(node, struct endless, node);

	if (!weir_pump_enter(&self->pump))
		return;
	while (node->demand > 0) {
		if (!weir_pump_continue(&self->pump, node, endless_emit))
			return;
		weir_emit_next(node, weir_int(self->next++));
	}
	weir_pump_leave(&self->pump);
}

static void endless_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	endless_emit(node);
}

static const struct weir_node_class endless_class = {
	.name = "endless", .size = sizeof(struct endless), .demand = WEIR_DEMAND_COUNTED, .request = endless_request
};

struct counter {
	weir_subscription *subscription;
	uint64_t items;
	uint64_t then;
	uint64_t other_items; /* of the other one, when the last item came */
	const struct counter *other;
	bool skips;
	bool completed;
};

static void counter_subscribed(weir_subscription *subscription, void *context)
{
	((struct counter *)context)->subscription = subscription;
}

static void counter_next(weir_value value, void *context)
{
	struct counter *counter = context;

	/* An interval may leave out what it missed. */
	cr_assert_geq((uint64_t)weir_as_int(value), counter->items);
	cr_assert(counter->skips || (uint64_t)weir_as_int(value) == counter->items);
	counter->items++;
	if (counter->other != NULL)
		counter->other_items = counter->other->items;
	weir_request(counter->subscription, counter->then);
}

static void counter_complete(void *context)
{
	((struct counter *)context)->completed = true;
}

static void count(struct counter *counter, weir_loop *on, weir_observable *observable, uint64_t demand)
{
	weir_subscribe(observable, on,
		&(struct weir_observer){ .subscribed = counter_subscribed,
			.next = counter_next,
			.complete = counter_complete,
			.context = counter,
			.demand = demand });
}

Test(pump, emits_no_more_than_its_budget_at_once)
{
	struct counter counter = { 0 };

	count(&counter, loop, weir_create_source(&endless_class, NULL), 0);
	cr_expect_eq(counter.items, WEIR_PUMP_BUDGET, "%llu", (unsigned long long)counter.items);
	cr_expect_eq(weir_loop_timer_count(loop), 1);
	weir_cancel(counter.subscription);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
}

Test(pump, requests_while_it_pauses_bring_nothing_forward)
{
	struct counter counter = { 0 };

	count(&counter, loop, weir_create_source(&endless_class, NULL), 2 * WEIR_PUMP_BUDGET);
	cr_expect_eq(counter.items, WEIR_PUMP_BUDGET);
	weir_request(counter.subscription, 5);
	cr_expect_eq(counter.items, WEIR_PUMP_BUDGET);
	weir_loop_run(loop);
	cr_expect_eq(counter.items, 2 * WEIR_PUMP_BUDGET + 5);
	weir_request(counter.subscription, 1);
	cr_expect_eq(counter.items, 2 * WEIR_PUMP_BUDGET + 6);
	weir_cancel(counter.subscription);
}

Test(pump, a_consumer_that_asks_for_one_at_a_time_gets_no_more_of_a_turn)
{
	struct counter counter = { .then = 1 };

	count(&counter, loop, weir_create_source(&endless_class, NULL), 1);
	cr_expect_eq(counter.items, WEIR_PUMP_BUDGET);
	weir_cancel(counter.subscription);
}

Test(pump, two_that_never_end_take_turns)
{
	struct counter left = { 0 };
	struct counter right = { .other = &left };

	count(&left, loop, weir_range(0, 1000000), 0);
	count(&right, loop, weir_range(0, 1000000), 0);
	weir_loop_run(loop);
	cr_expect(left.completed && right.completed);
	cr_expect_eq(left.items, 1000000);
	cr_expect_eq(right.items, 1000000);
	/* Neither ran to its end before the other: when the right one was half way, so was the left one. */
	cr_expect_gt(right.other_items, 0);
}

Test(pump, an_interval_ticks_beside_a_range_of_millions)
{
	weir_loop *real = weir_loop_new();
	struct counter ticks = { .skips = true };
	struct counter items = { .other = &ticks };

	count(&ticks, real, weir_interval(weir_us(200)), 0);
	count(&items, real, weir_range(0, 5000000), 0);
	while (!items.completed)
		weir_loop_run_for(real, weir_ms(1));
	cr_expect_eq(items.items, 5000000);
	cr_expect_gt(items.other_items, 10, "%llu ticks", (unsigned long long)items.other_items);
	weir_cancel(ticks.subscription);
	weir_loop_free(real);
}
