/* unfold_resource: what is read from a resource, item by item. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/lease.h"
#include "kit/pump.h"

struct unfold_resource_config {
	struct weir_lease_callbacks callbacks;
	int (*read)(weir_value resource, weir_value *ret_item, void *context);
};

struct unfold_resource {
	struct weir_node node;
	struct weir_lease lease;
	struct weir_pump pump;
};

static void unfold_resource_start(struct weir_node *node)
{
	const struct unfold_resource_config *config = node->config;

	weir_lease_open(&WEIR_CONTAINER_OF(node, struct unfold_resource, node)->lease, node, &config->callbacks);
}

static void unfold_resource_read(struct unfold_resource *self)
{
	struct weir_node *node = &self->node;
	const struct unfold_resource_config *config = node->config;
	weir_value resource = weir_retain(self->lease.resource);
	weir_value item = weir_nil();
	int verdict = config->read(resource, &item, config->callbacks.context);

	weir_release(resource);
	if (verdict > 0)
		weir_emit_result(node, item);
	else if (verdict == 0)
		weir_emit_complete(node);
	else
		weir_emit_failure(node, -verdict, "reading the resource failed");
}

static void unfold_resource_emit(struct weir_node *node)
{
	struct unfold_resource *self = WEIR_CONTAINER_OF(node, struct unfold_resource, node);

	if (!weir_pump_enter(&self->pump))
		return;
	while (node->demand > 0) {
		if (!weir_pump_continue(&self->pump, node, unfold_resource_emit))
			return;
		unfold_resource_read(self);
	}
	weir_pump_leave(&self->pump);
}

static void unfold_resource_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	unfold_resource_emit(node);
}

static void unfold_resource_finish(struct weir_node *node)
{
	const struct unfold_resource_config *config = node->config;

	weir_lease_close(&WEIR_CONTAINER_OF(node, struct unfold_resource, node)->lease, &config->callbacks);
}

static const struct weir_node_class unfold_resource_class = {
	.name = "unfold_resource",
	.size = sizeof(struct unfold_resource),
	.config_size = sizeof(struct unfold_resource_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = unfold_resource_start,
	.request = unfold_resource_request,
	.finish = unfold_resource_finish,
};

weir_observable *weir_unfold_resource(weir_value (*open)(void *context),
	int (*read)(weir_value resource, weir_value *ret_item, void *context),
	void (*close)(weir_value resource, void *context), void *context)
{
	if (open == NULL || read == NULL)
		return weir_reject(NULL, "unfold_resource", "the callback %s is NULL", open == NULL ? "open" : "read");
	return weir_create_source(
		&unfold_resource_class, &(struct unfold_resource_config){ { open, close, context }, read });
}
