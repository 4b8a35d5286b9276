/* reduce_array: a fold, with an accumulator that takes arrays. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/failed.h"
#include "kit/last.h"

struct reduce_array_config {
	weir_array_accumulator accumulator;
	void *context;
	weir_value seed;
};

static void reduce_array_start(struct weir_node *node)
{
	const struct reduce_array_config *config = node->config;

	weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->seed));
}

static void reduce_array_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct weir_last *self = WEIR_CONTAINER_OF(node, struct weir_last, node);
	const struct reduce_array_config *config = node->config;
	weir_value before = weir_last_take(self);
	weir_value accumulated = config->accumulator(before, values, count, config->context);

	weir_release(before);
	if (WEIR_UNLIKELY(weir_batch_tags(values, count) & WEIR_TAG_COUNTED))
		weir_batch_release(values, count);
	if (WEIR_UNLIKELY(weir_is_error(accumulated)))
		weir_emit_failed_value(node, accumulated);
	else if (WEIR_LIKELY(weir_is_open(node)))
		weir_last_set(self, accumulated);
	else
		weir_release(accumulated);
}

static void reduce_array_next(struct weir_node *node, weir_value value)
{
	reduce_array_next_batch(node, &value, 1);
}

static void reduce_array_config_destroy(void *config)
{
	weir_release(((struct reduce_array_config *)config)->seed);
}

static const struct weir_node_class reduce_array_class = {
	.name = "reduce_array",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct reduce_array_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = reduce_array_start,
	.next = reduce_array_next,
	.next_batch = reduce_array_next_batch,
	.complete = weir_last_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
	.config_destroy = reduce_array_config_destroy,
};

weir_observable *weir_reduce_array(
	weir_observable *source, weir_array_accumulator accumulator, void *context, weir_value seed)
{
	if (weir_is_error(seed))
		return weir_failed(source, seed);
	if (accumulator == NULL) {
		weir_release(seed);
		return weir_reject(source, "reduce_array", "the accumulator is NULL");
	}
	return weir_extend(source, &reduce_array_class, &(struct reduce_array_config){ accumulator, context, seed });
}
