/* range: consecutive integers. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/pump.h"

enum {
	RANGE_BATCH = 64,
};

struct range_config {
	int64_t first;
	uint64_t count;
};

struct range {
	struct weir_node node;
	struct weir_pump pump;
	int64_t next;
	uint64_t left;
};

static void range_start(struct weir_node *node)
{
	struct range *self = WEIR_CONTAINER_OF(node, struct range, node);
	const struct range_config *config = node->config;

	self->next = config->first;
	self->left = config->count;
	if (self->left == 0)
		weir_emit_complete(node);
}

/* As many as are asked for, up to `limit`; returns how many. */
static uint64_t range_emit_batches(struct weir_node *node, int64_t first, uint64_t limit)
{
	weir_value batch[RANGE_BATCH];
	uint64_t emitted = 0;

	while (emitted < limit && node->demand > 0) {
		uint64_t count = limit - emitted < RANGE_BATCH ? limit - emitted : RANGE_BATCH;

		if (count > node->demand)
			count = node->demand;
		WEIR_UNROLL
		for (uint64_t index = 0; index < count; index++)
			batch[index] = weir_int(first + (int64_t)(emitted + index));
		emitted += count;
		weir_emit_batch(node, batch, count);
	}
	return emitted;
}

static void range_emit(struct weir_node *node)
{
	struct range *self = WEIR_CONTAINER_OF(node, struct range, node);

	if (!weir_pump_enter(&self->pump))
		return;
	while (node->demand > 0 && self->left > 0) {
		/* In registers: nobody else looks at them while the pump runs. */
		uint64_t turn = self->left < WEIR_PUMP_BUDGET ? self->left : WEIR_PUMP_BUDGET;
		uint64_t emitted = 0;

		if (node->demand > 1 && weir_wants_batches(node))
			emitted = range_emit_batches(node, self->next, turn);
		while (emitted < turn && node->demand > 0)
			weir_emit_next(node, weir_int(self->next + (int64_t)emitted++));
		/* Behind INT64_MAX comes nothing, but the sum wraps. */
		self->next = (int64_t)((uint64_t)self->next + emitted);
		self->left -= emitted;
		if (emitted == WEIR_PUMP_BUDGET && self->left > 0) {
			weir_pump_pause(&self->pump, node, range_emit);
			return;
		}
	}
	weir_pump_leave(&self->pump);
	if (self->left == 0)
		weir_emit_complete(node);
}

static void range_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	range_emit(node);
}

static const struct weir_node_class range_class = {
	.name = "range",
	.size = sizeof(struct range),
	.config_size = sizeof(struct range_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = range_start,
	.request = range_request,
};

weir_observable *weir_range(int64_t first, uint64_t count)
{
	if (count > 0 && (uint64_t)INT64_MAX - (uint64_t)first < count - 1)
		return weir_reject(NULL, "range", "%llu integers from %lld on do not fit in 64 bits",
			(unsigned long long)count, (long long)first);
	return weir_create_source(&range_class, &(struct range_config){ first, count });
}
