/* concat_map: run the observables of the values one after the other. See weir/transforming.h. */
#include <weir/transforming.h>

#include "kit/flat_map.h"
#include "kit/flatten.h"

static const struct weir_node_class concat_map_class = {
	.name = "concat_map",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct weir_flat_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = weir_flat_map_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_flat_map_config, inner) },
};

weir_observable *weir_concat_map(weir_observable *source, weir_project project, void *context)
{
	return weir_flat_map_new(source, &concat_map_class,
		&(struct weir_flat_map_config){ .project = project, .context = context, .concurrency = 1 });
}

weir_observable *weir_concat_map_to(weir_observable *source, weir_observable *inner)
{
	return weir_flat_map_new_to(source, &concat_map_class, inner, 1);
}
