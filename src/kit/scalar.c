/* Observables of one known value or none. See kit/scalar.h. */
#include "kit/scalar.h"

#include "core/subscription.h"

struct just_config {
	weir_value value;
};

struct just {
	struct weir_node node;
	bool emitted;
};

static void just_request(struct weir_node *node, uint64_t count)
{
	struct just *self = WEIR_CONTAINER_OF(node, struct just, node);
	const struct just_config *config = node->config;

	(void)count;
	if (self->emitted)
		return;
	self->emitted = true;
	weir_emit_result(node, weir_retain(config->value));
	weir_emit_complete(node);
}

static void just_config_destroy(void *config)
{
	weir_release(((struct just_config *)config)->value);
}

static const struct weir_node_class just_class = {
	.name = "of",
	.size = sizeof(struct just),
	.config_size = sizeof(struct just_config),
	.demand = WEIR_DEMAND_COUNTED,
	.request = just_request,
	.config_destroy = just_config_destroy,
};

weir_observable *weir_scalar_new(weir_value value)
{
	return weir_create_source(&just_class, &(struct just_config){ value });
}

static void empty_start(struct weir_node *node)
{
	weir_emit_complete(node);
}

static const struct weir_node_class empty_class = {
	.name = "empty",
	.demand = WEIR_DEMAND_COUNTED,
	.start = empty_start,
};

weir_observable *weir_scalar_empty(void)
{
	return weir_create_source(&empty_class, NULL);
}

enum weir_scalar weir_scalar_take(weir_observable *observable, weir_value *ret_value)
{
	if (observable->node_class == &just_class) {
		*ret_value = weir_retain(((const struct just_config *)(const void *)observable->config)->value);
		weir_unref(observable);
		return WEIR_SCALAR_VALUE;
	}
	if (observable->node_class == &empty_class) {
		weir_unref(observable);
		return WEIR_SCALAR_EMPTY;
	}
	return WEIR_SCALAR_NONE;
}
