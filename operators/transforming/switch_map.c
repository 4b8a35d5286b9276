/* switch_map: mirror the observable of the newest value. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/mirror.h"

static const struct weir_inner_class switch_map_newest = {
	.is_replaced = true,
	.complete = weir_mirror_inner_complete,
};

static void switch_map_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct weir_mirror, node)->inner, node, &switch_map_newest);
}

static void switch_map_next(struct weir_node *node, weir_value value)
{
	struct weir_mirror *self = WEIR_CONTAINER_OF(node, struct weir_mirror, node);

	/* First the old one goes: the projection must not run beside it. */
	weir_inner_stop(&self->inner);
	weir_mirror_run(self, value);
}

static const struct weir_node_class switch_map_class = {
	.name = "switch_map",
	.size = sizeof(struct weir_mirror),
	.config_size = sizeof(struct weir_mirror_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = switch_map_start,
	.next = switch_map_next,
	.complete = weir_mirror_complete,
	.request = weir_mirror_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_mirror_config, inner) },
};

weir_observable *weir_switch_map(weir_observable *source, weir_project project, void *context)
{
	return weir_mirror_new(
		source, &switch_map_class, &(struct weir_mirror_config){ .project = project, .context = context });
}

weir_observable *weir_switch_map_to(weir_observable *source, weir_observable *inner)
{
	return weir_mirror_new_to(source, &switch_map_class, inner);
}
