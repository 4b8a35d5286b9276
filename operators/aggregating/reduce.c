/* reduce: a fold; its result when the source has completed. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/fold.h"
#include "kit/last.h"

static void reduce_start(struct weir_node *node)
{
	const struct weir_fold_config *config = node->config;

	if (config->has_seed)
		weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->seed));
}

static void reduce_next(struct weir_node *node, weir_value value)
{
	struct weir_last *self = WEIR_CONTAINER_OF(node, struct weir_last, node);
	weir_value accumulated = weir_fold_step(node->config, &self->value, self->has_value, value);

	if (WEIR_UNLIKELY(weir_is_error(accumulated))) {
		weir_emit_failed_value(node, accumulated);
	} else if (WEIR_LIKELY(weir_is_open(node))) {
		self->value = accumulated;
		self->has_value = true;
	} else {
		weir_release(accumulated);
	}
}

/* Nothing is passed on until the end, so a batch is seen as its items are. */
static void reduce_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_batch_each(node, values, count, reduce_next);
}

static const struct weir_node_class reduce_class = {
	.name = "reduce",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct weir_fold_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = reduce_start,
	.next = reduce_next,
	.next_batch = reduce_next_batch,
	.complete = weir_last_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
	.config_destroy = weir_fold_config_destroy,
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
