/* scan: a running fold; every accumulated value is passed on. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/fold.h"

struct scan {
	struct weir_node node;
	weir_value accumulated;
	bool has_accumulated;
};

static void scan_start(struct weir_node *node)
{
	struct scan *self = WEIR_CONTAINER_OF(node, struct scan, node);
	const struct weir_fold_config *config = node->config;

	self->accumulated = weir_retain(config->seed);
	self->has_accumulated = config->has_seed;
}

static void scan_next(struct weir_node *node, weir_value value)
{
	struct scan *self = WEIR_CONTAINER_OF(node, struct scan, node);
	weir_value accumulated = weir_fold_step(node->config, &self->accumulated, self->has_accumulated, value);

	if (!weir_is_error(accumulated) && weir_is_open(node)) {
		self->accumulated = weir_retain(accumulated);
		self->has_accumulated = true;
	}
	weir_emit_result(node, accumulated);
}

static void scan_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct scan, node)->accumulated);
}

static const struct weir_node_class scan_class = {
	.name = "scan",
	.size = sizeof(struct scan),
	.config_size = sizeof(struct weir_fold_config),
	.start = scan_start,
	.next = scan_next,
	.finish = scan_finish,
	.config_destroy = weir_fold_config_destroy,
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
