/* scan_indexed: a running fold that is handed the index of each value. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"

struct scan_indexed_config {
	weir_accumulator_indexed accumulator;
	void *context;
	weir_value seed;
	bool has_seed;
};

struct scan_indexed {
	struct weir_node node;
	weir_value accumulated;
	uint64_t index;
	bool has_accumulated;
};

static void scan_indexed_start(struct weir_node *node)
{
	struct scan_indexed *self = WEIR_CONTAINER_OF(node, struct scan_indexed, node);
	const struct scan_indexed_config *config = node->config;

	self->accumulated = weir_retain(config->seed);
	self->has_accumulated = config->has_seed;
}

static weir_value scan_indexed_step(struct weir_node *node, weir_value value)
{
	struct scan_indexed *self = WEIR_CONTAINER_OF(node, struct scan_indexed, node);
	const struct scan_indexed_config *config = node->config;
	/* The accumulator may cancel: `finish` must not find what it borrows. */
	weir_value before = self->accumulated;
	weir_value next = value;

	self->accumulated = weir_nil();
	if (self->has_accumulated) {
		next = config->accumulator(before, value, self->index, config->context);
		weir_release(value);
	}
	weir_release(before);
	self->index++;
	if (!weir_is_error(next) && weir_is_open(node)) {
		self->accumulated = weir_retain(next);
		self->has_accumulated = true;
	}
	return next;
}

static void scan_indexed_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct scan_indexed, node)->accumulated);
}

static const struct weir_node_class scan_indexed_class = {
	.name = "scan_indexed",
	.size = sizeof(struct scan_indexed),
	.config_size = sizeof(struct scan_indexed_config),
	.start = scan_indexed_start,
	.step = scan_indexed_step,
	.finish = scan_indexed_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct scan_indexed_config, seed) },
};

static weir_observable *scan_indexed_new(weir_observable *source, struct scan_indexed_config config)
{
	if (weir_is_error(config.seed))
		return weir_failed(source, config.seed);
	if (config.accumulator != NULL)
		return weir_extend(source, &scan_indexed_class, &config);
	weir_release(config.seed);
	return weir_reject(source, scan_indexed_class.name, "the accumulator is NULL");
}

weir_observable *weir_scan_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context, weir_value seed)
{
	return scan_indexed_new(source, (struct scan_indexed_config){ accumulator, context, seed, true });
}

weir_observable *weir_scan_first_indexed(weir_observable *source, weir_accumulator_indexed accumulator, void *context)
{
	return scan_indexed_new(source, (struct scan_indexed_config){ accumulator, context, weir_nil(), false });
}
