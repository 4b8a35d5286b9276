/* merge_prioritized: of the items that wait, first those of the first source. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/lanes.h"

struct merge_prioritized_config {
	struct weir_sources sources;
};

static struct weir_lane *merge_prioritized_pick(struct weir_lanes *self)
{
	struct weir_link *link = self->lanes.next;

	while (weir_lane_of(link)->items.count == 0)
		link = link->next;
	return weir_lane_of(link);
}

static const struct weir_lanes_class merge_prioritized_lanes = {
	.pick = merge_prioritized_pick,
};

static void merge_prioritized_start(struct weir_node *node)
{
	weir_lanes_start_sources(
		node, &merge_prioritized_lanes, &((const struct merge_prioritized_config *)node->config)->sources);
}

static const struct weir_node_class merge_prioritized_class = {
	.name = "merge_prioritized",
	.size = sizeof(struct weir_lanes),
	.config_size = sizeof(struct merge_prioritized_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_prioritized_start,
	.request = weir_lanes_request,
	.config_holds = { WEIR_HOLDS(struct merge_prioritized_config, sources, weir_holds_sources) },
};

weir_observable *weir_merge_prioritized(weir_observable *const *sources, size_t count)
{
	struct merge_prioritized_config config;
	weir_observable *rejected = weir_sources_take(&config.sources, merge_prioritized_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&merge_prioritized_class, &config);
}
