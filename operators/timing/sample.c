/* sample: the newest item whenever a notifier emits. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/sample.h"

static const struct weir_node_class sample_class = {
	.name = "sample",
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

weir_observable *weir_sample(weir_observable *source, weir_observable *notifier)
{
	if (notifier == NULL)
		return weir_reject(source, "sample", "the notifier is NULL");
	return weir_extend(source, &sample_class, &(struct weir_sample_config){ .notifier = notifier });
}
