/* exhaust_map: mirror the observable of a value; values that come meanwhile are ignored. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/inner.h"

struct exhaust_map_config {
	weir_project project;
	void *context;
};

struct exhaust_map {
	struct weir_node node;
	struct weir_inner current;
	bool source_completed;
};

static void exhaust_map_on_current_complete(struct weir_inner *inner)
{
	struct exhaust_map *self = WEIR_CONTAINER_OF(inner, struct exhaust_map, current);

	if (self->source_completed)
		weir_emit_complete(&self->node);
}

static const struct weir_inner_class exhaust_map_current = {
	.complete = exhaust_map_on_current_complete,
};

static void exhaust_map_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct exhaust_map, node)->current, node, &exhaust_map_current);
}

static void exhaust_map_next(struct weir_node *node, weir_value value)
{
	struct exhaust_map *self = WEIR_CONTAINER_OF(node, struct exhaust_map, node);
	const struct exhaust_map_config *config = node->config;
	weir_observable *projected = NULL;
	bool is_free = !weir_inner_is_active(&self->current);

	if (is_free)
		projected = config->project(value, config->context);
	weir_release(value);
	if (is_free)
		weir_inner_switch_to(&self->current, projected);
}

static void exhaust_map_complete(struct weir_node *node)
{
	struct exhaust_map *self = WEIR_CONTAINER_OF(node, struct exhaust_map, node);

	self->source_completed = true;
	if (!weir_inner_is_active(&self->current))
		weir_emit_complete(node); /* otherwise exhaust_map_on_current_complete() does */
}

static void exhaust_map_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct exhaust_map, node)->current, count);
}

static const struct weir_node_class exhaust_map_class = {
	.name = "exhaust_map",
	.size = sizeof(struct exhaust_map),
	.config_size = sizeof(struct exhaust_map_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = exhaust_map_start,
	.next = exhaust_map_next,
	.complete = exhaust_map_complete,
	.request = exhaust_map_request,
};

weir_observable *weir_exhaust_map(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "exhaust_map", "the projection is NULL");
	return weir_extend(source, &exhaust_map_class, &(struct exhaust_map_config){ project, context });
}
