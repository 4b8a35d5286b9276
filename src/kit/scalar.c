/* Observables of one known value or none. See kit/scalar.h. */
#include "kit/scalar.h"

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

const struct weir_node_class weir_just_class = {
	.name = "of",
	.size = sizeof(struct just),
	.config_size = sizeof(struct just_config),
	.demand = WEIR_DEMAND_COUNTED,
	.request = just_request,
	.config_holds = { WEIR_HOLDS_VALUE(struct just_config, value) },
};

weir_observable *weir_scalar_new(weir_value value)
{
	weir_observable *observable = weir_thread_pool.kept_block;

	if (WEIR_LIKELY(observable != NULL)) {
		weir_thread_pool.kept_block = NULL;
		*weir_scalar_value(observable) = value;
		return observable;
	}
	return weir_create_source(&weir_just_class, &(struct just_config){ value });
}

static void empty_start(struct weir_node *node)
{
	weir_emit_complete(node);
}

const struct weir_node_class weir_empty_class = {
	.name = "empty",
	.demand = WEIR_DEMAND_COUNTED,
	.start = empty_start,
};

weir_observable *weir_scalar_empty(void)
{
	return weir_create_source(&weir_empty_class, NULL);
}

enum weir_scalar weir_scalar_take_slowly(weir_observable *observable, weir_value *ret_value)
{
	enum weir_scalar scalar = WEIR_SCALAR_NONE;

	if (observable->node_class == &weir_just_class) {
		*ret_value = weir_retain(*weir_scalar_value(observable));
		scalar = WEIR_SCALAR_VALUE;
	} else if (observable->node_class == &weir_empty_class) {
		scalar = WEIR_SCALAR_EMPTY;
	}
	if (scalar != WEIR_SCALAR_NONE)
		weir_unref(observable);
	return scalar;
}
