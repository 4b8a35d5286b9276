/* fork_join_settled: all sources at once, and of each the last value or the error. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"
#include "kit/notification.h"

static void fork_join_settled_on_error(struct weir_gather *self, size_t index, weir_error *error)
{
	weir_gather_set(self, index, weir_error_value(error));
}

static weir_value fork_join_settled_outcome(struct weir_gather *self, size_t index)
{
	if (self->inputs[index].has_value)
		return weir_notification_outcome(weir_retain(weir_gather_get(self, index)));
	return weir_notification_outcome(
		weir_error_value(weir_node_error(&self->node, WEIR_EEMPTY, "the source completed without a value")));
}

/* When all have ended and the result is demanded: once, though a request may come from inside its emission. */
static void fork_join_settled_emit(struct weir_gather *self)
{
	if (self->running > 0 || self->node.demand == 0 || self->emitting)
		return;
	weir_gather_emit(self, weir_nil());
	weir_emit_complete(&self->node);
}

static void fork_join_settled_on_released(struct weir_gather *self, size_t index)
{
	weir_value outcome = fork_join_settled_outcome(self, index);

	if (weir_is_error(outcome)) {
		weir_emit_failed_value(&self->node, outcome);
		return;
	}
	weir_gather_set(self, index, outcome);
	fork_join_settled_emit(self);
}

static const struct weir_gather_class fork_join_settled_gather = {
	.mode = WEIR_GATHER_LATEST,
	.takes_everything = true,
	.is_quiet = true,
	.combine = weir_gather_combine,
	.error = fork_join_settled_on_error,
	.released = fork_join_settled_on_released,
};

static void fork_join_settled_start(struct weir_node *node)
{
	const struct weir_gather_config *config = node->config;

	weir_gather_start(node, &fork_join_settled_gather, &config->sources);
	if (config->sources.count == 0)
		weir_emit_complete(node);
}

static void fork_join_settled_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	fork_join_settled_emit(WEIR_CONTAINER_OF(node, struct weir_gather, node));
}

static const struct weir_node_class fork_join_settled_class = {
	.name = "fork_join_settled",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = fork_join_settled_start,
	.request = fork_join_settled_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_fork_join_settled(const struct weir_entry *entries)
{
	return weir_gather_new_keyed(&fork_join_settled_class, entries);
}
