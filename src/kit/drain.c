/* Values that wait for demand. See kit/drain.h. */
#include "kit/drain.h"

enum {
	/* Items that are handed on at once to a stage that takes batches. */
	DRAIN_BATCH = 64,
};

static void drain_stop(struct weir_resource *resource)
{
	weir_queue_finish(&WEIR_CONTAINER_OF(resource, struct weir_drain, resource)->queue);
}

void weir_drain_init(struct weir_drain *drain, struct weir_node *node, size_t limit)
{
	weir_queue_init(&drain->queue, limit);
	drain->node = node;
	drain->running = false;
	drain->completing = false;
	weir_attach(node, &drain->resource, drain_stop);
}

void weir_drain_drop(struct weir_drain *drain)
{
	while (weir_queue_count(&drain->queue) > 0)
		weir_drop(drain->node, weir_queue_pop(&drain->queue));
}

int weir_drain_push(struct weir_drain *drain, weir_value value)
{
	if (drain->running || drain->node->demand == 0 || weir_queue_count(&drain->queue) > 0)
		return weir_queue_push(&drain->queue, value);
	drain->running = true;
	weir_emit_next(drain->node, value);
	drain->running = false;
	if (WEIR_UNLIKELY(weir_queue_count(&drain->queue) > 0 || drain->completing))
		weir_drain_run(drain);
	return 0;
}

void weir_drain_complete(struct weir_drain *drain)
{
	drain->completing = true;
	weir_drain_run(drain);
}

/* A copy: what an item leads to may push, and move what waits. */
static void emit_some(struct weir_drain *drain)
{
	weir_value values[DRAIN_BATCH];
	size_t count = 0;

	while (count < DRAIN_BATCH && count < drain->node->demand && weir_queue_count(&drain->queue) > 0)
		values[count++] = weir_queue_pop(&drain->queue);
	weir_emit_batch(drain->node, values, count);
}

void weir_drain_run(struct weir_drain *drain)
{
	struct weir_node *node = drain->node;

	if (drain->running)
		return;
	drain->running = true;
	while (node->demand > 0 && weir_queue_count(&drain->queue) > 0) {
		if (weir_wants_batches(node))
			emit_some(drain);
		else
			weir_emit_next(node, weir_queue_pop(&drain->queue));
	}
	drain->running = false;
	if (drain->completing && weir_queue_count(&drain->queue) == 0)
		weir_emit_complete(node);
}
