/* switch_map: mirror the observable of the newest value. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/inner.h"

struct switch_map_config {
	weir_project project;
	void *context;
};

struct switch_map {
	struct weir_node node;
	struct weir_inner newest;
	bool source_completed;
};

static void switch_map_on_newest_complete(struct weir_inner *inner)
{
	struct switch_map *self = WEIR_CONTAINER_OF(inner, struct switch_map, newest);

	if (self->source_completed)
		weir_emit_complete(&self->node);
}

static const struct weir_inner_class switch_map_newest = {
	.is_replaced = true,
	.complete = switch_map_on_newest_complete,
};

static void switch_map_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct switch_map, node)->newest, node, &switch_map_newest);
}

static void switch_map_next(struct weir_node *node, weir_value value)
{
	struct switch_map *self = WEIR_CONTAINER_OF(node, struct switch_map, node);
	const struct switch_map_config *config = node->config;

	/* First the old one goes: the projection must not run beside it. */
	weir_inner_stop(&self->newest);

	weir_observable *projected = config->project(value, config->context);

	weir_release(value);
	weir_inner_switch_to(&self->newest, projected);
}

static void switch_map_complete(struct weir_node *node)
{
	struct switch_map *self = WEIR_CONTAINER_OF(node, struct switch_map, node);

	self->source_completed = true;
	if (!weir_inner_is_active(&self->newest))
		weir_emit_complete(node); /* otherwise switch_map_on_newest_complete() does */
}

static void switch_map_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct switch_map, node)->newest, count);
}

static const struct weir_node_class switch_map_class = {
	.name = "switch_map",
	.size = sizeof(struct switch_map),
	.config_size = sizeof(struct switch_map_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = switch_map_start,
	.next = switch_map_next,
	.complete = switch_map_complete,
	.request = switch_map_request,
};

weir_observable *weir_switch_map(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "switch_map", "the projection is NULL");
	return weir_extend(source, &switch_map_class, &(struct switch_map_config){ project, context });
}
