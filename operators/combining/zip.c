/* zip: the first values of all sources together, then the second ones, and so on. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static const struct weir_gather_class zip_gather = {
	.mode = WEIR_GATHER_QUEUE,
	.combine = weir_gather_combine,
};

static void zip_start(struct weir_node *node)
{
	weir_gather_start(node, &zip_gather, &((const struct weir_gather_config *)node->config)->sources);
}

static const struct weir_node_class zip_class = {
	.name = "zip",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = zip_start,
	.request = weir_gather_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_zip(weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&zip_class, sources, count, combiner, context);
}

weir_observable *weir_zip_with(weir_observable *source, weir_observable *other, weir_combiner combiner, void *context)
{
	return weir_zip((weir_observable *const[]){ source, other }, 2, combiner, context);
}
