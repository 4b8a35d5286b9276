/* sample_time: the newest item at every point of a grid in time. See weir/timing.h. */
#include <weir/creating.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/sample.h"

static const struct weir_node_class sample_time_class = {
	.name = "sample_time",
	.size = sizeof(struct weir_sample),
	.config_size = sizeof(struct weir_sample_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_sample_start,
	.next = weir_sample_next,
	.complete = weir_sample_complete,
	.request = weir_sample_request,
	.finish = weir_sample_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_sample_config, notifier) },
};

weir_observable *weir_sample_time(weir_observable *source, weir_duration period)
{
	return weir_extend(source, &sample_time_class, &(struct weir_sample_config){ weir_interval(period), period });
}
