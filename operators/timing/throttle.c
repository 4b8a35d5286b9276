/* throttle: at most one item until a notifier emits. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

static const struct weir_node_class throttle_class = {
	.name = "throttle",
	.size = sizeof(struct weir_throttle),
	.config_size = sizeof(struct weir_throttle_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_throttle_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_throttle(weir_observable *source, weir_project project, void *context, enum weir_edge edges)
{
	if (project == NULL)
		return weir_reject(source, "throttle", "the projection is NULL");
	return weir_throttle_extend(
		source, &throttle_class, &(struct weir_wait_config){ .project = project, .context = context }, edges);
}
