/* debounce_time: an item that no other has followed for a span of time. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/held.h"
#include "kit/slot.h"

struct debounce_time_config {
	weir_duration span;
};

struct debounce_time {
	struct weir_node node;
	struct weir_held settled;
	struct weir_timer timer;
	weir_time deadline; /* of `newest`; the timer may run out before it, and is then started again */
	struct weir_slot newest;
};

static void debounce_time_on_timer(struct weir_timer *timer)
{
	struct debounce_time *self = WEIR_CONTAINER_OF(timer, struct debounce_time, timer);

	if (weir_loop_now(weir_node_loop(&self->node)) < self->deadline)
		weir_timer_start_at(timer, self->deadline);
	else
		weir_held_emit(&self->settled, &self->node, weir_slot_take(&self->newest));
}

static weir_time debounce_time_deadline(const struct debounce_time *self)
{
	const struct debounce_time_config *config = self->node.config;

	return weir_time_after(weir_loop_now(weir_node_loop(&self->node)), config->span);
}

static void debounce_time_start(struct weir_node *node)
{
	weir_timer_init(&WEIR_CONTAINER_OF(node, struct debounce_time, node)->timer, node, debounce_time_on_timer);
}

static void debounce_time_next(struct weir_node *node, weir_value value)
{
	struct debounce_time *self = WEIR_CONTAINER_OF(node, struct debounce_time, node);

	self->deadline = debounce_time_deadline(self);
	if (!weir_timer_is_active(&self->timer))
		weir_timer_start_at(&self->timer, self->deadline);
	weir_slot_put(&self->newest, value);
}

static void debounce_time_complete(struct weir_node *node)
{
	struct debounce_time *self = WEIR_CONTAINER_OF(node, struct debounce_time, node);

	weir_timer_stop(&self->timer);
	if (self->newest.is_full)
		weir_held_emit(&self->settled, node, weir_slot_take(&self->newest));
	weir_held_complete(&self->settled, node);
}

/* A late emission puts off the next one: never two within a span. */
static void debounce_time_request(struct weir_node *node, uint64_t count)
{
	struct debounce_time *self = WEIR_CONTAINER_OF(node, struct debounce_time, node);

	(void)count;
	if (weir_held_is_full(&self->settled))
		self->deadline = debounce_time_deadline(self);
	weir_held_request(&self->settled, node);
}

static void debounce_time_finish(struct weir_node *node)
{
	struct debounce_time *self = WEIR_CONTAINER_OF(node, struct debounce_time, node);

	weir_held_finish(&self->settled);
	weir_slot_clear(&self->newest);
}

static const struct weir_node_class debounce_time_class = {
	.name = "debounce_time",
	.size = sizeof(struct debounce_time),
	.config_size = sizeof(struct debounce_time_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = debounce_time_start,
	.next = debounce_time_next,
	.complete = debounce_time_complete,
	.request = debounce_time_request,
	.finish = debounce_time_finish,
};

weir_observable *weir_debounce_time(weir_observable *source, weir_duration span)
{
	return weir_extend(source, &debounce_time_class, &(struct debounce_time_config){ span });
}
