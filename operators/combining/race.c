/* race: the source whose first value comes first, alone. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static const struct weir_gather_class race_gather = {
	.mode = WEIR_GATHER_FIRST,
};

static void race_start(struct weir_node *node)
{
	weir_gather_start(node, &race_gather, &((const struct weir_gather_config *)node->config)->sources);
}

static const struct weir_node_class race_class = {
	.name = "race",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = race_start,
	.request = weir_gather_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_race(weir_observable *const *sources, size_t count)
{
	return weir_gather_new(&race_class, sources, count, NULL, NULL);
}

weir_observable *weir_race_with(weir_observable *source, weir_observable *other)
{
	return weir_race((weir_observable *const[]){ source, other }, 2);
}
