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
	bool overdue; /* a tick found no demand */
};

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

/* One item, or one batch. */
static void numbers_emit(struct weir_node *node)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;
	weir_value values[BATCH_MAX];
	size_t count = 0;

	if (config->batch == 0) {
		if (config->log != NULL)
			config->log->emitted++;
		weir_emit_next(node, weir_int(++self->emitted));
		return;
	}
	while (count < config->batch && count < BATCH_MAX && count < node->demand && self->emitted < config->count)
		values[count++] = weir_int(++self->emitted);
	if (config->log != NULL)
		config->log->emitted += count;
	weir_emit_batch(node, values, count);
}

static void numbers_emit_all(struct weir_node *node)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;

	if (self->emitting)
		return;
	self->emitting = true;
	while (node->demand > 0 && self->emitted < config->count)
		numbers_emit(node);
	self->emitting = false;
	if (weir_is_open(node) && self->emitted == config->count)
		numbers_end(node);
}

static void numbers_tick(struct weir_timer *timer)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(timer, struct numbers_node, timer);
	struct weir_node *node = &self->node;
	const struct numbers *config = node->config;

	if (self->emitted == config->count) {
		numbers_end(node);
		return;
	}
	if (node->demand == 0) {
		self->overdue = true;
		return;
	}
	weir_timer_start(&self->timer, config->interval);
	numbers_emit(node);
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
	}
}

static void numbers_request(struct weir_node *node, uint64_t count)
{
	struct numbers_node *self = WEIR_CONTAINER_OF(node, struct numbers_node, node);
	const struct numbers *config = node->config;

	if (config->log != NULL)
		config->log->requested = weir_demand_add(config->log->requested, count);
	if (config->interval == 0) {
		numbers_emit_all(node);
	} else if (self->overdue) {
		self->overdue = false;
		weir_timer_start(&self->timer, config->interval);
		numbers_emit(node);
	}
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
