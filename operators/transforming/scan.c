/* scan: a running fold; every accumulated value is passed on. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/fold.h"

static void scan_start(struct weir_node *node)
{
	struct weir_fold *self = WEIR_CONTAINER_OF(node, struct weir_fold, node);
	const struct weir_fold_config *config = node->config;

	self->value = weir_retain(config->seed);
	self->has_value = config->has_seed;
}

static void scan_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct weir_fold, node)->value);
}

static const struct weir_node_class scan_class = {
	.name = "scan",
	.size = sizeof(struct weir_fold),
	.config_size = sizeof(struct weir_fold_config),
	.start = scan_start,
	.step = weir_step_scan,
	.finish = scan_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct weir_fold_config, seed) },
};

weir_observable *weir_scan(weir_observable *source, weir_accumulator accumulator, void *context, weir_value seed)
{
	return weir_fold_extend(source, &scan_class, &(struct weir_fold_config){ accumulator, context, seed, true });
}

weir_observable *weir_scan_first(weir_observable *source, weir_accumulator accumulator, void *context)
{
	return weir_fold_extend(
		source, &scan_class, &(struct weir_fold_config){ accumulator, context, weir_nil(), false });
}
