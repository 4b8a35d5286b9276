#include "kit/batched.h"

#include <weir/operator.h>

#include "kit/draw.h"

struct batched_config {
	size_t size;
};

struct batched {
	struct weir_node node;
	uint64_t state;
	uint64_t awaited; /* asked for and not yet there */
	weir_value values[BATCHED_MAX];
	size_t count;
	bool is_asking;
	bool is_running;
};

static struct batched *batched_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct batched, node);
}

static void batched_flush(struct batched *self)
{
	weir_value values[BATCHED_MAX];
	size_t count = self->count;

	for (size_t index = 0; index < count; index++)
		values[index] = self->values[index];
	self->count = 0;
	if (count > 0)
		weir_emit_batch(&self->node, values, count);
}

static uint64_t batched_size(struct batched *self)
{
	const struct batched_config *config = self->node.config;

	return config->size == BATCHED_RANDOM ? 1 + draw(&self->state, 5) : config->size;
}

static void batched_request(struct weir_node *node, uint64_t count)
{
	struct batched *self = batched_of(node);

	(void)count;
	if (self->is_running)
		return;
	self->is_running = true;
	while (node->demand > 0 && self->awaited == 0 && weir_is_open(node)) {
		uint64_t size = batched_size(self);

		self->awaited = size < node->demand ? size : node->demand;
		self->is_asking = true;
		weir_request_upstream(node, self->awaited);
		self->is_asking = false;
		batched_flush(self);
	}
	self->is_running = false;
}

static void batched_next(struct weir_node *node, weir_value value)
{
	struct batched *self = batched_of(node);

	self->awaited--;
	if (self->is_asking) {
		self->values[self->count++] = value;
		return;
	}
	weir_emit_next(node, value);
	batched_request(node, 0);
}

static void batched_error(struct weir_node *node, weir_error *error)
{
	batched_flush(batched_of(node));
	weir_emit_error(node, error);
}

static void batched_complete(struct weir_node *node)
{
	batched_flush(batched_of(node));
	weir_emit_complete(node);
}

static void batched_finish(struct weir_node *node)
{
	struct batched *self = batched_of(node);

	for (size_t index = 0; index < self->count; index++)
		weir_release(self->values[index]);
	self->count = 0;
}

static const struct weir_node_class batched_class = {
	.name = "batched",
	.size = sizeof(struct batched),
	.config_size = sizeof(struct batched_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = batched_next,
	.error = batched_error,
	.complete = batched_complete,
	.request = batched_request,
	.finish = batched_finish,
};

weir_observable *batched(weir_observable *source, size_t size)
{
	return size == 0 ? source : weir_extend(source, &batched_class, &(struct batched_config){ size });
}
