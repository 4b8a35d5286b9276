/* retry_when: subscribe to the source again, after errors, when a notifier says so. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/notification.h"
#include "kit/reruns.h"

static void retry_when_on_run_ended(struct weir_flatten *runs, weir_error *error)
{
	if (error != NULL)
		weir_reruns_tell(WEIR_CONTAINER_OF(runs, struct weir_reruns, runs), weir_notification_error(error));
	else
		weir_flatten_end(runs);
}

static void retry_when_on_notifier_complete(struct weir_inner *notifier)
{
	weir_flatten_end(&WEIR_CONTAINER_OF(notifier, struct weir_reruns, notifier)->runs);
}

static const struct weir_flatten_class retry_when_runs = {
	.ended = retry_when_on_run_ended,
};

static const struct weir_inner_class retry_when_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = weir_reruns_on_notifier_next,
	.complete = retry_when_on_notifier_complete,
};

static void retry_when_start(struct weir_node *node)
{
	weir_reruns_start(
		WEIR_CONTAINER_OF(node, struct weir_reruns, runs.node), node, &retry_when_runs, &retry_when_notifier);
}

static const struct weir_node_class retry_when_class = {
	.name = "retry_when",
	.size = sizeof(struct weir_reruns),
	.config_size = sizeof(struct weir_reruns_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = retry_when_start,
	.request = weir_reruns_request,
	.finish = weir_reruns_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_reruns_config, source) },
};

weir_observable *weir_retry_when(
	weir_observable *source, weir_observable *(*notifier)(weir_observable *errors, void *context), void *context)
{
	return weir_reruns_new(&retry_when_class, (struct weir_reruns_config){ source, notifier, context });
}
