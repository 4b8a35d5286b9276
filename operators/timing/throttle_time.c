/* throttle_time: at most one item in a span of time. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

static const struct weir_node_class throttle_time_class = {
	.name = "throttle_time",
	.size = sizeof(struct weir_throttle),
	.config_size = sizeof(struct weir_throttle_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_throttle_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_throttle_time(weir_observable *source, weir_duration span, enum weir_edge edges)
{
	return weir_throttle_extend(source, &throttle_time_class, &(struct weir_wait_config){ .span = span }, edges);
}
