/* expand: each value, the items of its observable, the items of theirs, and so on. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/flatten.h"

struct expand_config {
	weir_project project;
	void *context;
	uint64_t concurrency;
};

static weir_observable *expand_project(struct weir_flatten *flatten, weir_value value)
{
	const struct expand_config *config = flatten->node.config;

	return config->project(value, config->context);
}

static const struct weir_flatten_class expand_flatten = {
	.project = expand_project,
	.feeds_back = true,
};

static void expand_start(struct weir_node *node)
{
	const struct expand_config *config = node->config;

	weir_flatten_init(
		WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &expand_flatten, config->concurrency, true);
}

static const struct weir_node_class expand_class = {
	.name = "expand",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct expand_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = expand_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_expand(weir_observable *source, weir_project project, void *context, uint64_t concurrency)
{
	if (project == NULL)
		return weir_reject(source, "expand", "the projection is NULL");
	return weir_extend(source, &expand_class,
		&(struct expand_config){ project, context, concurrency > 0 ? concurrency : WEIR_UNBOUNDED });
}
