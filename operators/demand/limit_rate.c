/* limit_rate: ask the source for a limited number of items at a time. See weir/demand.h. */
#include <weir/demand.h>
#include <weir/operator.h>

struct limit_rate_config {
	uint64_t batch;
};

struct limit_rate {
	struct weir_node node;
	uint64_t asked; /* and not arrived */
};

/* Not for every item, but when most of the batch has come. */
static void limit_rate_ask(struct limit_rate *self)
{
	const struct limit_rate_config *config = self->node.config;
	uint64_t wanted = self->node.demand < config->batch ? self->node.demand : config->batch;

	if (self->asked > config->batch / 4 || self->asked >= wanted)
		return;

	uint64_t more = wanted - self->asked;

	self->asked = wanted;
	weir_request_upstream(&self->node, more);
}

static void limit_rate_next(struct weir_node *node, weir_value value)
{
	struct limit_rate *self = WEIR_CONTAINER_OF(node, struct limit_rate, node);

	self->asked--;
	weir_emit_next(node, value);
	limit_rate_ask(self);
}

static void limit_rate_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct limit_rate *self = WEIR_CONTAINER_OF(node, struct limit_rate, node);

	/* What is not emitted yet has its share of the demand. */
	weir_emit_batch(node, values, count);
	self->asked -= count;
	limit_rate_ask(self);
}

static void limit_rate_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	limit_rate_ask(WEIR_CONTAINER_OF(node, struct limit_rate, node));
}

static const struct weir_node_class limit_rate_class = {
	.name = "limit_rate",
	.size = sizeof(struct limit_rate),
	.config_size = sizeof(struct limit_rate_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = limit_rate_next,
	.next_batch = limit_rate_next_batch,
	.request = limit_rate_request,
};

weir_observable *weir_limit_rate(weir_observable *source, uint64_t batch)
{
	if (batch == 0)
		return weir_reject(source, "limit_rate", "the batch is 0; it must be at least 1");
	return weir_extend(source, &limit_rate_class, &(struct limit_rate_config){ batch });
}
