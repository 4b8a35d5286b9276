/* merge_sorted: of the next values of all sources always the smallest. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/lanes.h"

struct merge_sorted_config {
	struct weir_sources sources;
	weir_comparator compare;
	void *context;
};

/* The comparison may cancel, which frees the lanes, and still borrows the values then. */
static bool merge_sorted_is_less(const struct merge_sorted_config *config, weir_value left, weir_value right)
{
	weir_retain(left);
	weir_retain(right);

	int order = config->compare != NULL ? config->compare(left, right, config->context) : weir_compare(left, right);

	weir_release(left);
	weir_release(right);
	return order < 0;
}

static struct weir_lane *merge_sorted_pick(struct weir_lanes *self)
{
	const struct merge_sorted_config *config = self->node.config;
	struct weir_lane *smallest = weir_lane_of(self->lanes.next);

	if (self->ready_count < self->count)
		return NULL;
	for (struct weir_link *link = smallest->link.next; link != &self->lanes; link = link->next) {
		bool is_less =
			merge_sorted_is_less(config, weir_lane_head(weir_lane_of(link)), weir_lane_head(smallest));

		if (!weir_is_open(&self->node))
			return NULL;
		if (is_less)
			smallest = weir_lane_of(link);
	}
	return smallest;
}

static const struct weir_lanes_class merge_sorted_lanes = {
	.needs_all = true,
	.pick = merge_sorted_pick,
};

static void merge_sorted_start(struct weir_node *node)
{
	weir_lanes_start_sources(
		node, &merge_sorted_lanes, &((const struct merge_sorted_config *)node->config)->sources);
}

static const struct weir_node_class merge_sorted_class = {
	.name = "merge_sorted",
	.size = sizeof(struct weir_lanes),
	.config_size = sizeof(struct merge_sorted_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_sorted_start,
	.request = weir_lanes_request,
	.config_holds = { WEIR_HOLDS(struct merge_sorted_config, sources, weir_holds_sources) },
};

weir_observable *weir_merge_sorted(
	weir_observable *const *sources, size_t count, weir_comparator compare, void *context)
{
	struct merge_sorted_config config = { .compare = compare, .context = context };
	weir_observable *rejected = weir_sources_take(&config.sources, merge_sorted_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&merge_sorted_class, &config);
}
