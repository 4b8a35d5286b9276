/* skip: all but the first values. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"

struct skip_config {
	uint64_t count;
};

struct skip {
	struct weir_node node;
	uint64_t skipped;
};

static void skip_next(struct weir_node *node, weir_value value)
{
	struct skip *self = WEIR_CONTAINER_OF(node, struct skip, node);
	const struct skip_config *config = node->config;

	if (self->skipped == config->count) {
		weir_emit_next(node, value);
		return;
	}
	self->skipped++;
	weir_release(value);
	weir_request_replacement(node);
}

static void skip_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct skip *self = WEIR_CONTAINER_OF(node, struct skip, node);
	const struct skip_config *config = node->config;
	uint64_t left = config->count - self->skipped;
	size_t skipped = left < count ? (size_t)left : count;

	if (skipped > 0) {
		self->skipped += skipped;
		weir_batch_release(values, skipped);
		weir_batch_replace(node, skipped);
	}
	if (skipped < count)
		weir_emit_batch(node, values + skipped, count - skipped);
}

static const struct weir_node_class skip_class = {
	.name = "skip",
	.size = sizeof(struct skip),
	.config_size = sizeof(struct skip_config),
	.next = skip_next,
	.next_batch = skip_next_batch,
};

weir_observable *weir_skip(weir_observable *source, uint64_t count)
{
	return weir_extend(source, &skip_class, &(struct skip_config){ count });
}
