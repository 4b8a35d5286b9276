/* debounce: an item that no other has followed until its notifier emits. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/debounce.h"

static const struct weir_node_class debounce_class = {
	.name = "debounce",
	.size = sizeof(struct weir_debounce),
	.config_size = sizeof(struct weir_wait_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_debounce_start,
	.next = weir_debounce_next,
	.complete = weir_debounce_complete,
	.request = weir_debounce_request,
	.finish = weir_debounce_finish,
};

weir_observable *weir_debounce(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "debounce", "the projection is NULL");
	return weir_extend(
		source, &debounce_class, &(struct weir_wait_config){ .project = project, .context = context });
}
