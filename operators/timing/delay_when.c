/* delay_when: every item when the notifier made for it emits. See weir/timing.h. */
#include <weir/filtering.h>
#include <weir/operator.h>
#include <weir/timing.h>
#include <weir/transforming.h>

#include "kit/flatten.h"

struct delay_when_config {
	weir_project project;
	void *context;
};

static weir_observable *delay_when_project(struct weir_flatten *flatten, weir_value value)
{
	const struct delay_when_config *config = flatten->node.config;
	weir_observable *notifier = config->project(value, config->context);

	return notifier != NULL ? weir_map_to(weir_take(notifier, 1), weir_retain(value)) : NULL;
}

static const struct weir_flatten_class delay_when_flatten = {
	.project = delay_when_project,
};

static void delay_when_start(struct weir_node *node)
{
	weir_flatten_init(
		WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &delay_when_flatten, WEIR_UNBOUNDED, true);
}

static const struct weir_node_class delay_when_class = {
	.name = "delay_when",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct delay_when_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = delay_when_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_delay_when(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "delay_when", "the projection is NULL");
	return weir_extend(source, &delay_when_class, &(struct delay_when_config){ project, context });
}
