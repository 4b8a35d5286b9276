#include "kit/numbers.h"

#include <weir/operator.h>

#include "base/allocator.h"

enum {
	BATCH_MAX = 64,
};

struct numbers_node {
	struct weir_node node;
	struct weir_timer timer;
	int64_t emitted;
	bool emitting;
	uint64_t due; /* items of ticks that are to be emitted */
};

size_t numbers_in_batches;

static size_t batch_size(const struct numbers *config, int64_t emitted)
{
	size_t size = config->batch > 0 ? config->batch : numbers_in_batches;

	return size == NUMBERS_RANDOM ? (size_t)((emitted * 7 + 3) % 11 % 5 + 1) : size;
}

static uint64_t burst(const struct numbers *config)
{
	return config->burst > 0 ? config->burst : config->batch > 0 ? config->batch : 1;
}

static void numbers_end(struct weir_node *node)
{
	const struct numbers *config = node->config;

	if (config->end == NUMBERS_COMPLETE) {
		weir_emit_complete(node);
	} else if (config->end == NUMBERS_FAIL) {
		if (config->log != NULL)
			config->log->failed++;
		weir_emit_failure(node, WEIR_EUSER, "error");
	}
}

static void numbers_account(struct numbers_node *self, size_t count)
{
	const struct numbers *config = self->node.config;

	if (config->log != NULL)
		config->log->emitted += count;
	self->due -= count;
}

/* One item, or one batch. */
static void numbers_emit_some(struct numbers_node *self, size_t size)
{
	struct weir_node *node = &self->node;
	weir_value values[BATCH_MAX];
	size_t count = 0;

	if (size == 0) {
		numbers_account(self, 1);
		weir_emit_next(node, weir_int(++self->emitted));
		return;
	}
	while (count < size && count < BATCH_MAX && count < node->demand && count < self->due)
		values[count++] = weir_int(++self->emitted);
	numbers_account(self, count);
	weir_emit_batch(node, values, count);
}

/* What is due, as far as it is asked for. The end comes with the last item, or an interval later. */
static void numbers_emit(struct weir_node *node)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;

	if (self->emitting)
		return;
	self->emitting = true;
	/* Before all items: what they lead to may set timers, too, and batches must make no difference. */
	if (config->interval > 0)
		weir_timer_start(&self->timer, config->interval);
	while (node->demand > 0 && self->due > 0)
		numbers_emit_some(self, batch_size(config, self->emitted));
	self->emitting = false;
	if (weir_is_open(node) && self->due == 0 && config->interval == 0)
		numbers_end(node);
	else if (self->due > 0 && config->interval > 0)
		weir_timer_stop(&self->timer);
}

static void numbers_tick(struct weir_timer *timer)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(timer, struct numbers_node, timer);
	const struct numbers *config = self->node.config;
	uint64_t left = (uint64_t)(config->count - self->emitted);

	if (left == 0) {
		numbers_end(&self->node);
		return;
	}
	self->due = burst(config) < left ? burst(config) : left;
	numbers_emit(&self->node);
}

static void numbers_start(struct weir_node *node)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;

	if (config->log != NULL) {
		config->log->subscribed++;
		if (config->log->on_subscribed != NULL) {
			config->log->on_subscribed(config->log);
			if (!weir_is_open(node))
				return;
		}
	}
	if (config->interval > 0) {
		weir_timer_init(&self->timer, node, numbers_tick);
		weir_timer_start(&self->timer, config->interval);
	} else if (config->count == 0) {
		numbers_end(node);
	} else {
		self->due = (uint64_t)config->count;
	}
}

static void numbers_request(struct weir_node *node, uint64_t count)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;

	if (config->log != NULL)
		config->log->requested = weir_demand_add(config->log->requested, count);
	if (self->due > 0)
		numbers_emit(node);
}

static void numbers_finish(struct weir_node *node)
{
	const struct numbers *config = node->config;

	if (config->log != NULL)
		config->log->finished++;
}

static const struct weir_node_class numbers_class = {
	.name = "numbers",
	.size = sizeof(struct numbers_node),
	.config_size = sizeof(struct numbers),
	.demand = WEIR_DEMAND_COUNTED,
	.start = numbers_start,
	.request = numbers_request,
	.finish = numbers_finish,
};

weir_observable *numbers(struct numbers numbers)
{
	return weir_create_source(&numbers_class, &numbers);
}
