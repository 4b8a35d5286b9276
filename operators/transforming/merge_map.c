/* merge_map: run the observables of all values at once and merge their items. See weir/transforming.h. */
#include <weir/transforming.h>

#include "kit/flat_map.h"
#include "kit/flatten.h"

static const struct weir_node_class merge_map_class = {
	.name = "merge_map",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct weir_flat_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = weir_flat_map_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_flat_map_config, inner) },
};

weir_observable *weir_merge_map(weir_observable *source, weir_project project, void *context, uint64_t concurrency)
{
	return weir_flat_map_new(source, &merge_map_class,
		&(struct weir_flat_map_config){ .project = project, .context = context, .concurrency = concurrency });
}

weir_observable *weir_merge_map_to(weir_observable *source, weir_observable *inner, uint64_t concurrency)
{
	return weir_flat_map_new_to(source, &merge_map_class, inner, concurrency);
}
