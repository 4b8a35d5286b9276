/* create: whatever a callback emits. See weir/creating.h; emitters stand in kit/emitter.c. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/emitter.h"

struct create_config {
	int (*subscribe)(weir_emitter *emitter, void *context);
	void *context;
};

static void create_start(struct weir_node *node)
{
	const struct create_config *config = node->config;
	weir_emitter *emitter = weir_emitter_attach(node);
	int result;

	if (emitter == NULL)
		return;
	weir_emitter_enter(emitter);
	result = config->subscribe(emitter, config->context);
	if (result < 0)
		weir_emit_failure(node, -result, "the callback that subscribes failed");
	weir_emitter_leave(emitter);
}

static const struct weir_node_class create_class = {
	.name = "create",
	.size = sizeof(struct weir_emitter_node),
	.config_size = sizeof(struct create_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = create_start,
	.request = weir_emitter_node_request,
	.finish = weir_emitter_node_finish,
};

weir_observable *weir_create(int (*subscribe)(weir_emitter *emitter, void *context), void *context)
{
	if (subscribe == NULL)
		return weir_reject(NULL, "create", "the callback that subscribes is NULL");
	return weir_create_source(&create_class, &(struct create_config){ subscribe, context });
}
