/* concat_map_eager: run the observables of the values at once, their items in order. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/lanes.h"

struct concat_map_eager_config {
	weir_project project;
	void *context;
	uint64_t concurrency;
	uint64_t prefetch;
};

static struct weir_lane *concat_map_eager_pick(struct weir_lanes *self)
{
	struct weir_lane *oldest = weir_lane_of(self->lanes.next);

	return oldest->items.count > 0 ? oldest : NULL;
}

static void concat_map_eager_closed(struct weir_lanes *self, struct weir_lane *lane)
{
	const struct concat_map_eager_config *config = self->node.config;

	(void)lane;
	if (config->concurrency != WEIR_UNBOUNDED)
		weir_request_upstream(&self->node, 1);
}

static const struct weir_lanes_class concat_map_eager_lanes = {
	.pick = concat_map_eager_pick,
	.closed = concat_map_eager_closed,
};

static void concat_map_eager_start(struct weir_node *node)
{
	const struct concat_map_eager_config *config = node->config;

	weir_lanes_init(
		WEIR_CONTAINER_OF(node, struct weir_lanes, node), node, &concat_map_eager_lanes, config->prefetch);
	weir_request_upstream(node, config->concurrency);
}

static void concat_map_eager_next(struct weir_node *node, weir_value value)
{
	const struct concat_map_eager_config *config = node->config;
	weir_observable *observable = config->project(value, config->context);

	weir_release(value);
	weir_lanes_open(WEIR_CONTAINER_OF(node, struct weir_lanes, node), observable, false, NULL);
}

static void concat_map_eager_complete(struct weir_node *node)
{
	weir_lanes_source_completed(WEIR_CONTAINER_OF(node, struct weir_lanes, node));
}

static const struct weir_node_class concat_map_eager_class = {
	.name = "concat_map_eager",
	.size = sizeof(struct weir_lanes),
	.config_size = sizeof(struct concat_map_eager_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = concat_map_eager_start,
	.next = concat_map_eager_next,
	.complete = concat_map_eager_complete,
	.request = weir_lanes_request,
};

weir_observable *weir_concat_map_eager(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency, uint64_t prefetch)
{
	if (project == NULL)
		return weir_reject(source, concat_map_eager_class.name, "the projection is NULL");
	return weir_extend(source, &concat_map_eager_class,
		&(struct concat_map_eager_config){ project, context, concurrency > 0 ? concurrency : WEIR_UNBOUNDED,
			prefetch > 0 ? prefetch : WEIR_LANES_PREFETCH });
}
