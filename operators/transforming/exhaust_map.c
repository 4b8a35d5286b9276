/* exhaust_map: mirror the observable of a value; values that come meanwhile are ignored. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/mirror.h"

static const struct weir_inner_class exhaust_map_current = {
	.complete = weir_mirror_inner_complete,
};

static void exhaust_map_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct weir_mirror, node)->inner, node, &exhaust_map_current);
}

static void exhaust_map_next(struct weir_node *node, weir_value value)
{
	struct weir_mirror *self = WEIR_CONTAINER_OF(node, struct weir_mirror, node);

	if (weir_inner_is_active(&self->inner))
		weir_release(value);
	else
		weir_mirror_run(self, value);
}

static const struct weir_node_class exhaust_map_class = {
	.name = "exhaust_map",
	.size = sizeof(struct weir_mirror),
	.config_size = sizeof(struct weir_mirror_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = exhaust_map_start,
	.next = exhaust_map_next,
	.complete = weir_mirror_complete,
	.request = weir_mirror_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_mirror_config, inner) },
};

weir_observable *weir_exhaust_map(weir_observable *source, weir_project project, void *context)
{
	return weir_mirror_new(
		source, &exhaust_map_class, &(struct weir_mirror_config){ .project = project, .context = context });
}

weir_observable *weir_exhaust_map_to(weir_observable *source, weir_observable *inner)
{
	return weir_mirror_new_to(source, &exhaust_map_class, inner);
}
