/* observe_on: downstream runs on another loop. See weir/threads.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/door.h"

/* weir_subscribe() makes the pipeline on the loop that this names, and upstream is another one, on the loop it was
 * given. */
static weir_loop *observe_on_home(const void *config)
{
	return ((const struct weir_door_config *)config)->loop;
}

static void observe_on_start(struct weir_node *node)
{
	if (weir_node_loop(node) == observe_on_home(node->config))
		weir_door_open(node, weir_door_origin(node));
	else
		weir_emit_failure(node, EINVAL,
			"it cannot move the pipeline that has subscribed to it, which runs on another loop already; "
			"put it behind the stage that subscribes");
}

static const struct weir_node_class observe_on_class = {
	.name = "observe_on",
	.size = sizeof(struct weir_door),
	.config_size = sizeof(struct weir_door_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = observe_on_start,
	.request = weir_door_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_door_config, source),
		WEIR_HOLDS_OBSERVABLE(struct weir_door_config, later) },
	.config_destroy = weir_door_config_destroy,
	.home = observe_on_home,
};

weir_observable *weir_observe_on(weir_observable *source, weir_loop *loop)
{
	if (source == NULL || loop == NULL)
		return weir_observe_later(source, 0);
	return weir_door_create(&observe_on_class, source, weir_observe_later(weir_ref(source), 0), loop);
}
