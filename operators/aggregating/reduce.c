/* reduce: a fold; its result when the source has completed. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/fold.h"
#include "kit/last.h"

static void reduce_start(struct weir_node *node)
{
	const struct weir_fold_config *config = node->config;

	if (config->has_seed)
		weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->seed));
}

_Static_assert(offsetof(struct weir_last, value) == offsetof(struct weir_fold, value) &&
		       offsetof(struct weir_last, has_value) == offsetof(struct weir_fold, has_value),
	"the result so far is the state of the fold");

static const struct weir_node_class reduce_class = {
	.name = "reduce",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct weir_fold_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = reduce_start,
	.step = weir_step_reduce,
	.complete = weir_last_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct weir_fold_config, seed) },
};

weir_observable *weir_reduce(weir_observable *source, weir_accumulator accumulator, void *context, weir_value seed)
{
	return weir_fold_extend(source, &reduce_class, &(struct weir_fold_config){ accumulator, context, seed, true });
}

weir_observable *weir_reduce_first(weir_observable *source, weir_accumulator accumulator, void *context)
{
	return weir_fold_extend(
		source, &reduce_class, &(struct weir_fold_config){ accumulator, context, weir_nil(), false });
}
