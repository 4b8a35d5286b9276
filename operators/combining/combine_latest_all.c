/* combine_latest_all: the newest values of all the observables that come. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/join_all.h"

static const struct weir_node_class combine_latest_all_class = {
	.name = "combine_latest_all",
	.size = sizeof(struct weir_join_all),
	.config_size = sizeof(struct weir_join_all_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_join_all_start,
	.next = weir_join_all_next,
	.complete = weir_join_all_complete,
	.request = weir_join_all_request,
	.finish = weir_join_all_finish,
};

weir_observable *weir_combine_latest_all(weir_observable *source, weir_combiner combiner, void *context)
{
	return weir_extend(source, &combine_latest_all_class,
		&(struct weir_join_all_config){ weir_combine_latest, combiner, context });
}
