/* merge_map: run the observables of all values at once and merge their items. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/flatten.h"

struct merge_map_config {
	weir_project project;
	void *context;
	uint64_t concurrency;
};

static weir_observable *merge_map_project(struct weir_flatten *flatten, weir_value value)
{
	const struct merge_map_config *config = flatten->node.config;

	return config->project(value, config->context);
}

static const struct weir_flatten_class merge_map_flatten = {
	.project = merge_map_project,
};

static void merge_map_start(struct weir_node *node)
{
	const struct merge_map_config *config = node->config;

	weir_flatten_init(WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &merge_map_flatten,
		config->concurrency, true);
}

static const struct weir_node_class merge_map_class = {
	.name = "merge_map",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct merge_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_map_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_merge_map(weir_observable *source, weir_project project, void *context, uint64_t concurrency)
{
	if (project == NULL)
		return weir_reject(source, "merge_map", "the projection is NULL");
	return weir_extend(source, &merge_map_class,
		&(struct merge_map_config){ project, context, concurrency > 0 ? concurrency : WEIR_UNBOUNDED });
}
