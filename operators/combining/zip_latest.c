/* zip_latest: the newest values of all sources together, until one of them completes. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static const struct weir_gather_class zip_latest_gather = {
	.mode = WEIR_GATHER_LATEST,
	.ends_with_any = true,
	.combine = weir_gather_combine,
};

static void zip_latest_start(struct weir_node *node)
{
	weir_gather_start(node, &zip_latest_gather, &((const struct weir_gather_config *)node->config)->sources);
}

static const struct weir_node_class zip_latest_class = {
	.name = "zip_latest",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = zip_latest_start,
	.request = weir_gather_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_zip_latest(weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&zip_latest_class, sources, count, combiner, context);
}
