/* subscribe_on: upstream runs on another loop. See weir/threads.h. */
#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/door.h"

static void subscribe_on_start(struct weir_node *node)
{
	const struct weir_door_config *config = node->config;

	weir_door_open(node, config->loop);
}

static const struct weir_node_class subscribe_on_class = {
	.name = "subscribe_on",
	.size = sizeof(struct weir_door),
	.config_size = sizeof(struct weir_door_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = subscribe_on_start,
	.request = weir_door_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_door_config, source),
		WEIR_HOLDS_OBSERVABLE(struct weir_door_config, later) },
	.config_destroy = weir_door_config_destroy,
};

weir_observable *weir_subscribe_on(weir_observable *source, weir_loop *loop)
{
	if (source == NULL || loop == NULL)
		return weir_subscribe_later(source, 0);
	return weir_door_create(&subscribe_on_class, source, weir_subscribe_later(weir_ref(source), 0), loop);
}
