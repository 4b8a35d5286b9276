/* fork_join: all sources at once, and of each the last value. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

/* When all have ended and the result is demanded: once, though a request may come from inside its emission. */
static void fork_join_emit(struct weir_gather *self)
{
	if (self->running > 0 || self->node.demand == 0 || self->emitting)
		return;
	weir_gather_emit(self, weir_nil());
	weir_emit_complete(&self->node);
}

static void fork_join_on_released(struct weir_gather *self, size_t index)
{
	if (self->inputs[index].has_value)
		fork_join_emit(self);
	else
		weir_emit_complete(&self->node);
}

static const struct weir_gather_class fork_join_gather = {
	.mode = WEIR_GATHER_LATEST,
	.takes_everything = true,
	.is_quiet = true,
	.combine = weir_gather_combine,
	.released = fork_join_on_released,
};

static void fork_join_start(struct weir_node *node)
{
	const struct weir_gather_config *config = node->config;

	weir_gather_start(node, &fork_join_gather, &config->sources);
	if (config->sources.count == 0)
		weir_emit_complete(node);
}

static void fork_join_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	fork_join_emit(WEIR_CONTAINER_OF(node, struct weir_gather, node));
}

static const struct weir_node_class fork_join_class = {
	.name = "fork_join",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = fork_join_start,
	.request = fork_join_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_fork_join(const struct weir_entry *entries)
{
	return weir_gather_new_keyed(&fork_join_class, entries);
}

weir_observable *weir_fork_join_list(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&fork_join_class, sources, count, combiner, context);
}
