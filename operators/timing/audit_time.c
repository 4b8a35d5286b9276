/* audit_time: the newest item, a span of time after the first. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

static const struct weir_node_class audit_time_class = {
	.name = "audit_time",
	.size = sizeof(struct weir_throttle),
	.config_size = sizeof(struct weir_throttle_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_throttle_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_audit_time(weir_observable *source, weir_duration span)
{
	return weir_extend(source, &audit_time_class,
		&(struct weir_throttle_config){ .window = { .span = span }, .trailing = true });
}
