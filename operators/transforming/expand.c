/* expand: each value, the items of its observable, the items of theirs, and so on. See weir/transforming.h. */
#include <weir/transforming.h>

#include "kit/flat_map.h"
#include "kit/flatten.h"

static const struct weir_node_class expand_class = {
	.name = "expand",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct weir_flat_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = weir_flat_map_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_expand(weir_observable *source, weir_project project, void *context, uint64_t concurrency)
{
	return weir_flat_map_new(source, &expand_class,
		&(struct weir_flat_map_config){
			.project = project, .context = context, .concurrency = concurrency, .feeds_back = true });
}
