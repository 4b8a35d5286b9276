/* audit: the newest item, when a notifier that the first one began emits. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

static const struct weir_node_class audit_class = {
	.name = "audit",
	.size = sizeof(struct weir_throttle),
	.config_size = sizeof(struct weir_throttle_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = weir_throttle_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_audit(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "audit", "the projection is NULL");
	return weir_extend(source, &audit_class,
		&(struct weir_throttle_config){
			.window = { .project = project, .context = context }, .trailing = true });
}
