/* observe_later: each signal in a turn of its own. See weir/threads.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/timed_queue.h"

struct observe_later_config {
	weir_duration delay;
};

struct observe_later {
	struct weir_node node;
	struct weir_timed_queue waiting; /* with the time each is due; an error is the source's */
	struct weir_timer timer; /* for the oldest, or else for the completion */
	weir_time completion_due;
	bool source_completed;
};

/* One signal: what others have due at the same time, and started before the next one came, has its turn in between. */
static void observe_later_on_due(struct weir_timer *timer)
{
	struct observe_later *self = WEIR_CONTAINER_OF(timer, struct observe_later, timer);
	struct weir_node *node = &self->node;

	if (weir_timed_queue_count(&self->waiting) == 0) {
		weir_emit_complete(node);
		return;
	}

	weir_value value = weir_timed_queue_pop(&self->waiting);

	if (weir_timed_queue_count(&self->waiting) > 0)
		weir_timer_start_at(timer, weir_timed_queue_first(&self->waiting).time);
	else if (self->source_completed)
		weir_timer_start_at(timer, self->completion_due);
	if (weir_is_error(value))
		weir_emit_error(node, weir_as_error(value));
	else
		weir_emit_next(node, value);
}

static weir_time observe_later_due(struct weir_node *node)
{
	const struct observe_later_config *config = node->config;

	return weir_time_after(weir_loop_now(weir_node_loop(node)), config->delay);
}

static void observe_later_start(struct weir_node *node)
{
	struct observe_later *self = WEIR_CONTAINER_OF(node, struct observe_later, node);

	weir_timed_queue_init(&self->waiting);
	weir_timer_init(&self->timer, node, observe_later_on_due);
}

static void observe_later_next(struct weir_node *node, weir_value value)
{
	struct observe_later *self = WEIR_CONTAINER_OF(node, struct observe_later, node);
	weir_time due = observe_later_due(node);

	if (!weir_timed_queue_push(&self->waiting, value, due))
		weir_emit_failure(node, ENOMEM, "out of memory");
	else if (weir_timed_queue_count(&self->waiting) == 1)
		weir_timer_start_at(&self->timer, due);
}

static void observe_later_error(struct weir_node *node, weir_error *error)
{
	observe_later_next(node, weir_error_value(error));
}

static void observe_later_complete(struct weir_node *node)
{
	struct observe_later *self = WEIR_CONTAINER_OF(node, struct observe_later, node);

	self->source_completed = true;
	self->completion_due = observe_later_due(node);
	if (weir_timed_queue_count(&self->waiting) == 0)
		weir_timer_start_at(&self->timer, self->completion_due);
}

static void observe_later_finish(struct weir_node *node)
{
	weir_timed_queue_finish(&WEIR_CONTAINER_OF(node, struct observe_later, node)->waiting);
}

static const struct weir_node_class observe_later_class = {
	.name = "observe_later",
	.size = sizeof(struct observe_later),
	.config_size = sizeof(struct observe_later_config),
	.start = observe_later_start,
	.next = observe_later_next,
	.error = observe_later_error,
	.complete = observe_later_complete,
	.finish = observe_later_finish,
};

weir_observable *weir_observe_later(weir_observable *source, weir_duration delay)
{
	return weir_extend(source, &observe_later_class, &(struct observe_later_config){ delay });
}
