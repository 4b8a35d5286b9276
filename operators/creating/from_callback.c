/* from_callback: the one answer of an API with callbacks. See weir/creating.h; promises stand in kit/promise.c. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/promise.h"

struct from_callback_config {
	int (*start)(weir_promise *promise, void *context);
	void *context;
};

static void from_callback_start(struct weir_node *node)
{
	const struct from_callback_config *config = node->config;
	int result = weir_promise_start(node, config->start, config->context);

	if (result < 0)
		weir_emit_failure(node, -result, "the callback that starts the call failed");
}

static const struct weir_node_class from_callback_class = {
	.name = "from_callback",
	.size = sizeof(struct weir_emitter_node),
	.config_size = sizeof(struct from_callback_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = from_callback_start,
	.request = weir_emitter_node_request,
	.finish = weir_emitter_node_finish,
};

weir_observable *weir_from_callback(int (*start)(weir_promise *promise, void *context), void *context)
{
	if (start == NULL)
		return weir_reject(NULL, "from_callback", "the callback that starts the call is NULL");
	return weir_create_source(&from_callback_class, &(struct from_callback_config){ start, context });
}
