/* catch_error: go on with another observable when the source fails. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/inner.h"

struct catch_error_config {
	weir_error_handler handler;
	void *context;
};

struct catch_error {
	struct weir_node node;
	struct weir_inner handled;
	bool has_failed;
};

static void catch_error_on_handled_complete(struct weir_inner *inner)
{
	weir_emit_complete(inner->owner);
}

static const struct weir_inner_class catch_error_handled = {
	.complete = catch_error_on_handled_complete,
};

static void catch_error_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct catch_error, node)->handled, node, &catch_error_handled);
}

static void catch_error_error(struct weir_node *node, weir_error *error)
{
	struct catch_error *self = WEIR_CONTAINER_OF(node, struct catch_error, node);
	const struct catch_error_config *config = node->config;
	weir_observable *handled = config->handler(error, config->context);

	weir_error_unref(error);
	weir_cancel_upstream(node);
	self->has_failed = true;
	weir_inner_switch_to(&self->handled, handled);
}

static void catch_error_request(struct weir_node *node, uint64_t count)
{
	struct catch_error *self = WEIR_CONTAINER_OF(node, struct catch_error, node);

	if (self->has_failed)
		weir_inner_request(&self->handled, count);
	else
		weir_request_upstream(node, count);
}

static const struct weir_node_class catch_error_class = {
	.name = "catch_error",
	.size = sizeof(struct catch_error),
	.config_size = sizeof(struct catch_error_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = catch_error_start,
	.next = weir_emit_next, /* so that what is left of the demand is known */
	.error = catch_error_error,
	.request = catch_error_request,
};

weir_observable *weir_catch_error(weir_observable *source, weir_error_handler handler, void *context)
{
	if (handler == NULL)
		return weir_reject(source, "catch_error", "the handler is NULL");
	return weir_extend(source, &catch_error_class, &(struct catch_error_config){ handler, context });
}
