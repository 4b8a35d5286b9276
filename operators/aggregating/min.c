/* min: the smallest value, when the source has completed. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/extreme.h"
#include "kit/last.h"

static const struct weir_node_class min_class = {
	.name = "min",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct weir_extreme_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = weir_extreme_next,
	.complete = weir_last_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
};

weir_observable *weir_min(weir_observable *source, weir_comparator compare, void *context)
{
	return weir_extend(source, &min_class, &(struct weir_extreme_config){ compare, context, -1 });
}
