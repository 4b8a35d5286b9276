/* subscribe_later: subscribe to the source in a later turn. See weir/threads.h. */
#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/inner.h"

struct subscribe_later_config {
	weir_observable *source;
	weir_duration delay;
};

struct subscribe_later {
	struct weir_node node;
	struct weir_timer timer;
	struct weir_inner source;
};

static const struct weir_inner_class subscribe_later_source = {
	.complete = weir_inner_complete_owner,
};

static void subscribe_later_on_due(struct weir_timer *timer)
{
	struct subscribe_later *self = WEIR_CONTAINER_OF(timer, struct subscribe_later, timer);
	const struct subscribe_later_config *config = self->node.config;

	weir_inner_switch_to_borrowed(&self->source, config->source);
}

static void subscribe_later_start(struct weir_node *node)
{
	struct subscribe_later *self = WEIR_CONTAINER_OF(node, struct subscribe_later, node);
	const struct subscribe_later_config *config = node->config;

	weir_inner_init(&self->source, node, &subscribe_later_source);
	weir_timer_init(&self->timer, node, subscribe_later_on_due);
	weir_timer_start(&self->timer, config->delay);
}

static void subscribe_later_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct subscribe_later, node)->source, count);
}

static const struct weir_node_class subscribe_later_class = {
	.name = "subscribe_later",
	.size = sizeof(struct subscribe_later),
	.config_size = sizeof(struct subscribe_later_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = subscribe_later_start,
	.request = subscribe_later_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct subscribe_later_config, source) },
};

weir_observable *weir_subscribe_later(weir_observable *source, weir_duration delay)
{
	if (source == NULL)
		return weir_reject(NULL, "subscribe_later", "the source is NULL");
	return weir_create_source(&subscribe_later_class, &(struct subscribe_later_config){ source, delay });
}
