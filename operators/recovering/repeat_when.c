/* repeat_when: run the source again, after completions, when a notifier says so. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/reruns.h"

static void repeat_when_on_run_ended(struct weir_flatten *runs, weir_error *error)
{
	struct weir_reruns *self = WEIR_CONTAINER_OF(runs, struct weir_reruns, runs);

	if (error != NULL) {
		weir_emit_error(&runs->node, error);
		return;
	}
	self->rests = true;
	if (self->notifier_completed)
		weir_flatten_end(runs);
	else
		weir_reruns_tell(self, weir_nil());
}

static void repeat_when_on_notifier_complete(struct weir_inner *notifier)
{
	struct weir_reruns *self = WEIR_CONTAINER_OF(notifier, struct weir_reruns, notifier);

	self->notifier_completed = true;
	if (self->rests)
		weir_flatten_end(&self->runs);
}

static const struct weir_flatten_class repeat_when_runs = {
	.ended = repeat_when_on_run_ended,
};

static const struct weir_inner_class repeat_when_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = weir_reruns_on_notifier_next,
	.complete = repeat_when_on_notifier_complete,
};

static void repeat_when_start(struct weir_node *node)
{
	weir_reruns_start(
		WEIR_CONTAINER_OF(node, struct weir_reruns, runs.node), node, &repeat_when_runs, &repeat_when_notifier);
}

static const struct weir_node_class repeat_when_class = {
	.name = "repeat_when",
	.size = sizeof(struct weir_reruns),
	.config_size = sizeof(struct weir_reruns_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = repeat_when_start,
	.request = weir_reruns_request,
	.finish = weir_reruns_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_reruns_config, source) },
};

weir_observable *weir_repeat_when(weir_observable *source,
	weir_observable *(*notifier)(weir_observable *completions, void *context), void *context)
{
	return weir_reruns_new(&repeat_when_class, (struct weir_reruns_config){ source, notifier, context });
}
