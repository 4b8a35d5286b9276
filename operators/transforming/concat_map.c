/* concat_map: run the observables of the values one after the other. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/flatten.h"

struct concat_map_config {
	weir_project project;
	void *context;
};

static weir_observable *concat_map_project(struct weir_flatten *flatten, weir_value value)
{
	const struct concat_map_config *config = flatten->node.config;

	return config->project(value, config->context);
}

static const struct weir_flatten_class concat_map_flatten = {
	.project = concat_map_project,
};

static void concat_map_start(struct weir_node *node)
{
	weir_flatten_init(WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &concat_map_flatten, 1, true);
}

static const struct weir_node_class concat_map_class = {
	.name = "concat_map",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct concat_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = concat_map_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_concat_map(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "concat_map", "the projection is NULL");
	return weir_extend(source, &concat_map_class, &(struct concat_map_config){ project, context });
}
