/* interleave: so many values of each source by turns. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/lanes.h"

struct interleave_config {
	struct weir_sources sources;
	uint64_t segment;
};

struct interleave {
	struct weir_lanes lanes;
	struct weir_lane *current; /* whose turn it is; NULL: the first one's */
	uint64_t taken; /* values of this turn */
};

static void interleave_pass(struct interleave *self)
{
	self->current = weir_lane_after(self->current);
	self->taken = 0;
}

static struct weir_lane *interleave_pick(struct weir_lanes *lanes)
{
	struct interleave *self = WEIR_CONTAINER_OF(lanes, struct interleave, lanes);
	const struct interleave_config *config = lanes->node.config;

	if (self->current == NULL)
		self->current = weir_lane_of(lanes->lanes.next);
	if (self->taken == config->segment)
		interleave_pass(self);
	if (self->current->items.count == 0)
		return NULL;
	self->taken++;
	return self->current;
}

static void interleave_closed(struct weir_lanes *lanes, struct weir_lane *lane)
{
	struct interleave *self = WEIR_CONTAINER_OF(lanes, struct interleave, lanes);

	if (self->current != lane)
		return;
	interleave_pass(self);
	if (self->current == lane)
		self->current = NULL;
}

static const struct weir_lanes_class interleave_lanes = {
	.needs_all = true,
	.pick = interleave_pick,
	.closed = interleave_closed,
};

static void interleave_start(struct weir_node *node)
{
	weir_lanes_start_sources(node, &interleave_lanes, &((const struct interleave_config *)node->config)->sources);
}

static const struct weir_node_class interleave_class = {
	.name = "interleave",
	.size = sizeof(struct interleave),
	.config_size = sizeof(struct interleave_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = interleave_start,
	.request = weir_lanes_request,
	.config_holds = { WEIR_HOLDS(struct interleave_config, sources, weir_holds_sources) },
};

weir_observable *weir_interleave(weir_observable *const *sources, size_t count, uint64_t segment)
{
	struct interleave_config config = { .segment = segment > 0 ? segment : 1 };
	weir_observable *rejected = weir_sources_take(&config.sources, interleave_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&interleave_class, &config);
}
