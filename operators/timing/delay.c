/* delay: every item a span of time after it came. See weir/timing.h. */
#include <errno.h>

#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/timed_queue.h"

struct delay_config {
	weir_duration span;
};

struct delay {
	struct weir_node node;
	struct weir_timed_queue waiting; /* with the time each is due */
	struct weir_timer timer; /* for the oldest */
	bool source_completed;
};

static void delay_on_timer(struct weir_timer *timer)
{
	struct delay *self = WEIR_CONTAINER_OF(timer, struct delay, timer);
	weir_time now = weir_loop_now(weir_node_loop(&self->node));

	/* Only what waits now: an item that comes meanwhile has a turn of its own, even with a span of 0. */
	for (size_t count = weir_timed_queue_count(&self->waiting); count > 0; count--) {
		if (weir_timed_queue_first(&self->waiting).time > now)
			break;
		weir_emit_next(&self->node, weir_timed_queue_pop(&self->waiting));
		if (!weir_is_open(&self->node))
			return;
	}
	if (weir_timed_queue_count(&self->waiting) > 0)
		weir_timer_start_at(timer, weir_timed_queue_first(&self->waiting).time);
	else if (self->source_completed)
		weir_emit_complete(&self->node);
}

static void delay_start(struct weir_node *node)
{
	struct delay *self = WEIR_CONTAINER_OF(node, struct delay, node);

	weir_timed_queue_init(&self->waiting);
	weir_timer_init(&self->timer, node, delay_on_timer);
}

static void delay_next(struct weir_node *node, weir_value value)
{
	struct delay *self = WEIR_CONTAINER_OF(node, struct delay, node);
	const struct delay_config *config = node->config;
	weir_time due = weir_time_after(weir_loop_now(weir_node_loop(node)), config->span);

	if (!weir_timed_queue_push(&self->waiting, value, due)) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	if (weir_timed_queue_count(&self->waiting) == 1)
		weir_timer_start_at(&self->timer, due);
}

static void delay_complete(struct weir_node *node)
{
	struct delay *self = WEIR_CONTAINER_OF(node, struct delay, node);

	self->source_completed = true;
	if (weir_timed_queue_count(&self->waiting) == 0)
		weir_emit_complete(node);
}

static void delay_finish(struct weir_node *node)
{
	weir_timed_queue_finish(&WEIR_CONTAINER_OF(node, struct delay, node)->waiting);
}

static const struct weir_node_class delay_class = {
	.name = "delay",
	.size = sizeof(struct delay),
	.config_size = sizeof(struct delay_config),
	.start = delay_start,
	.next = delay_next,
	.complete = delay_complete,
	.finish = delay_finish,
};

weir_observable *weir_delay(weir_observable *source, weir_duration span)
{
	return weir_extend(source, &delay_class, &(struct delay_config){ span });
}
