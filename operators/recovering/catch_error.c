/* catch_error: go on with another observable when the source fails. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/fallback.h"
#include "kit/recipe.h"

struct catch_error_config {
	weir_error_handler handler;
	weir_observable *(*handler_again)(const weir_error *error, weir_observable *caught, void *context);
	void *context;
};

struct catch_error {
	struct weir_fallback fallback;
	struct weir_inner again; /* the source, when the handler wants to run it again */
	bool runs_again;
};

static void catch_error_handle(struct weir_node *node, weir_error *error)
{
	const struct catch_error_config *config = node->config;
	struct catch_error *self = WEIR_CONTAINER_OF(node, struct catch_error, fallback.node);
	weir_observable *caught = weir_recipe_of(node);
	weir_observable *handled = config->handler != NULL ? config->handler(error, config->context)
							   : config->handler_again(error, caught, config->context);

	weir_error_unref(error);
	weir_inner_release_ended(&self->again);
	if (handled != caught) {
		weir_fallback_to(node, handled);
		return;
	}
	/* As a subscription to itself, but however often it fails: neither depth nor memory grows. */
	weir_unref(handled);
	weir_cancel_upstream(node);
	self->runs_again = true;
	weir_inner_switch_to_borrowed(&self->again, caught->source);
}

static void catch_error_on_again_error(struct weir_inner *again, weir_error *error)
{
	WEIR_CONTAINER_OF(again, struct catch_error, again)->runs_again = false;
	catch_error_handle(again->owner, error);
}

static const struct weir_inner_class catch_error_again = {
	.complete = weir_inner_complete_owner,
	.error = catch_error_on_again_error,
};

static void catch_error_start(struct weir_node *node)
{
	weir_fallback_start(node);
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct catch_error, fallback.node)->again, node, &catch_error_again);
}

static void catch_error_request(struct weir_node *node, uint64_t count)
{
	struct catch_error *self = WEIR_CONTAINER_OF(node, struct catch_error, fallback.node);

	if (self->runs_again)
		weir_inner_request(&self->again, count);
	else
		weir_fallback_request(node, count);
}

static const struct weir_node_class catch_error_class = {
	.name = "catch_error",
	.size = sizeof(struct catch_error),
	.config_size = sizeof(struct catch_error_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = catch_error_start,
	.next = weir_emit_next,
	.error = catch_error_handle,
	.request = catch_error_request,
};

weir_observable *weir_catch_error(weir_observable *source, weir_error_handler handler, void *context)
{
	if (handler == NULL)
		return weir_reject(source, "catch_error", "the handler is NULL");
	return weir_extend(
		source, &catch_error_class, &(struct catch_error_config){ .handler = handler, .context = context });
}

weir_observable *weir_catch_error_again(weir_observable *source,
	weir_observable *(*handler)(const weir_error *error, weir_observable *caught, void *context), void *context)
{
	if (handler == NULL)
		return weir_reject(source, "catch_error", "the handler is NULL");
	return weir_extend(source, &catch_error_class,
		&(struct catch_error_config){ .handler_again = handler, .context = context });
}
