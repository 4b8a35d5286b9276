/* take: the first values, then complete. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"

struct take_config {
	uint64_t count;
};

struct take {
	struct weir_node node;
	uint64_t to_request;
	uint64_t to_emit;
};

static void take_start(struct weir_node *node)
{
	struct take *self = WEIR_CONTAINER_OF(node, struct take, node);
	const struct take_config *config = node->config;

	self->to_request = self->to_emit = config->count;
	if (config->count == 0)
		weir_emit_complete(node);
}

static void take_next(struct weir_node *node, weir_value value)
{
	struct take *self = WEIR_CONTAINER_OF(node, struct take, node);

	/* Counted first: what the item leads to may come back here. */
	if (--self->to_emit > 0) {
		weir_emit_next(node, value);
		return;
	}
	weir_emit_next(node, value);
	weir_emit_complete(node);
}

static void take_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct take *self = WEIR_CONTAINER_OF(node, struct take, node);
	size_t taken = self->to_emit < count ? (size_t)self->to_emit : count;

	self->to_emit -= taken;

	bool was_last = self->to_emit == 0;

	weir_emit_batch(node, values, taken);
	weir_batch_release(values + taken, count - taken);
	if (was_last)
		weir_emit_complete(node);
}

/* Nothing is asked for that would not be passed on. */
static void take_request(struct weir_node *node, uint64_t count)
{
	struct take *self = WEIR_CONTAINER_OF(node, struct take, node);

	if (count > self->to_request)
		count = self->to_request;
	self->to_request -= count;
	weir_request_upstream(node, count);
}

static const struct weir_node_class take_class = {
	.name = "take",
	.size = sizeof(struct take),
	.config_size = sizeof(struct take_config),
	.start = take_start,
	.next = take_next,
	.next_batch = take_next_batch,
	.request = take_request,
};

weir_observable *weir_take(weir_observable *source, uint64_t count)
{
	return weir_extend(source, &take_class, &(struct take_config){ count });
}
