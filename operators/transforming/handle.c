/* handle: one callback that maps, filters, and ends. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct handle_config {
	weir_handler handler;
	void *context;
};

static void handle_next(struct weir_node *node, weir_value value)
{
	const struct handle_config *config = node->config;
	weir_value item = weir_nil();
	int handled = config->handler(value, &item, config->context);

	weir_release(value);
	if (handled < 0) {
		weir_release(item);
		weir_emit_failure(node, -handled, "the handler failed");
		return;
	}
	if (handled & WEIR_HANDLED_EMIT)
		weir_emit_result(node, item);
	else
		weir_release(item);
	if (handled & WEIR_HANDLED_COMPLETE)
		weir_emit_complete(node);
	else if (!(handled & WEIR_HANDLED_EMIT))
		weir_request_replacement(node);
}

static const struct weir_node_class handle_class = {
	.name = "handle",
	.config_size = sizeof(struct handle_config),
	.next = handle_next,
};

weir_observable *weir_handle(weir_observable *source, weir_handler handler, void *context)
{
	if (handler == NULL)
		return weir_reject(source, "handle", "the handler is NULL");
	return weir_extend(source, &handle_class, &(struct handle_config){ handler, context });
}
