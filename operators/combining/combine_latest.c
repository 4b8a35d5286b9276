/* combine_latest: the newest values of all sources, whenever there is a new one. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/failures.h"
#include "kit/gather.h"

struct combine_latest {
	struct weir_gather gather;
	struct weir_collector failures; /* where errors are delayed */
};

static void combine_latest_keep_error(struct weir_gather *gather, size_t index, weir_error *error)
{
	(void)index;
	weir_failures_keep(&gather->node, &WEIR_CONTAINER_OF(gather, struct combine_latest, gather)->failures, error);
}

static void combine_latest_end(struct weir_gather *gather)
{
	weir_failures_end(&gather->node, &WEIR_CONTAINER_OF(gather, struct combine_latest, gather)->failures);
}

static const struct weir_gather_class combine_latest_gather = {
	.mode = WEIR_GATHER_LATEST,
	.combine = weir_gather_combine,
};

static const struct weir_gather_class combine_latest_delaying = {
	.mode = WEIR_GATHER_LATEST,
	.combine = weir_gather_combine,
	.error = combine_latest_keep_error,
	.ended = combine_latest_end,
};

static void combine_latest_start(struct weir_node *node)
{
	weir_gather_start(node, &combine_latest_gather, &((const struct weir_gather_config *)node->config)->sources);
}

static void combine_latest_delay_error_start(struct weir_node *node)
{
	weir_gather_start(node, &combine_latest_delaying, &((const struct weir_gather_config *)node->config)->sources);
}

static void combine_latest_delay_error_finish(struct weir_node *node)
{
	weir_collector_finish(&WEIR_CONTAINER_OF(node, struct combine_latest, gather.node)->failures);
}

static const struct weir_node_class combine_latest_class = {
	.name = "combine_latest",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = combine_latest_start,
	.request = weir_gather_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

static const struct weir_node_class combine_latest_delay_error_class = {
	.name = "combine_latest_delay_error",
	.size = sizeof(struct combine_latest),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = combine_latest_delay_error_start,
	.request = weir_gather_request,
	.finish = combine_latest_delay_error_finish,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_combine_latest(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&combine_latest_class, sources, count, combiner, context);
}

weir_observable *weir_combine_latest_delay_error(
	weir_observable *const *sources, size_t count, weir_combiner combiner, void *context)
{
	return weir_gather_new(&combine_latest_delay_error_class, sources, count, combiner, context);
}

weir_observable *weir_combine_latest_keyed(const struct weir_entry *entries)
{
	return weir_gather_new_keyed(&combine_latest_class, entries);
}

weir_observable *weir_combine_latest_with(
	weir_observable *source, weir_observable *other, weir_combiner combiner, void *context)
{
	return weir_combine_latest((weir_observable *const[]){ source, other }, 2, combiner, context);
}
