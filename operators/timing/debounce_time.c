/* debounce_time: an item that no other has followed for a span of time. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/debounce.h"

static const struct weir_node_class debounce_time_class = {
	.name = "debounce_time",
	.size = sizeof(struct weir_debounce),
	.config_size = sizeof(struct weir_wait_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_debounce_start,
	.next = weir_debounce_next,
	.complete = weir_debounce_complete,
	.request = weir_debounce_request,
	.finish = weir_debounce_finish,
};

weir_observable *weir_debounce_time(weir_observable *source, weir_duration span)
{
	return weir_extend(source, &debounce_time_class, &(struct weir_wait_config){ .span = span });
}
