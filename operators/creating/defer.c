/* defer: make the observable anew for each subscription. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/inner.h"

struct defer_config {
	weir_factory factory;
	void *context;
};

struct defer {
	struct weir_node node;
	struct weir_inner made;
};

static const struct weir_inner_class defer_made = {
	.demand = WEIR_INNER_THROUGH,
	.complete = weir_inner_complete_owner,
};

static void defer_start(struct weir_node *node)
{
	struct defer *self = WEIR_CONTAINER_OF(node, struct defer, node);
	const struct defer_config *config = node->config;

	weir_inner_init(&self->made, node, &defer_made);
	weir_inner_switch_to(&self->made, config->factory(config->context));
}

static void defer_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct defer, node)->made, count);
}

/* Nothing is counted: the observable that was made honours the demand. */
static const struct weir_node_class defer_class = {
	.name = "defer",
	.size = sizeof(struct defer),
	.config_size = sizeof(struct defer_config),
	.start = defer_start,
	.request = defer_request,
};

weir_observable *weir_defer(weir_factory factory, void *context)
{
	if (factory == NULL)
		return weir_reject(NULL, "defer", "the factory is NULL");
	return weir_create_source(&defer_class, &(struct defer_config){ factory, context });
}
