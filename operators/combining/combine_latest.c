/* combine_latest: the newest values of all sources, whenever there is a new one. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static const struct weir_gather_class combine_latest_gather = {
	.mode = WEIR_GATHER_LATEST,
	.combine = weir_gather_combine,
};

static void combine_latest_start(struct weir_node *node)
{
	weir_gather_start(node, &combine_latest_gather, &((const struct weir_gather_config *)node->config)->sources);
}

static const struct weir_node_class combine_latest_class = {
	.name = "combine_latest",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = combine_latest_start,
	.request = weir_gather_request,
	.config_destroy = weir_gather_config_destroy,
};

weir_observable *weir_combine_latest(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&combine_latest_class, sources, count, combiner, context);
}

weir_observable *weir_combine_latest_keyed(const struct weir_entry *entries)
{
	return weir_gather_new_keyed(&combine_latest_class, entries);
}

weir_observable *weir_combine_latest_with(
	weir_observable *source, weir_observable *other, weir_combiner combiner, void *context)
{
	return weir_combine_latest((weir_observable *const[]){ source, other }, 2, combiner, context);
}
