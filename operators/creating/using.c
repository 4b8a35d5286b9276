/* using: a resource that lives as long as the subscription. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/inner.h"

struct using_config {
	weir_value (*create)(void *context);
	weir_project use;
	void (*dispose)(weir_value resource, void *context);
	void *context;
};

struct using
{
	struct weir_node node;
	struct weir_inner made;
	weir_value resource;
	bool has_resource;
};

static void using_on_made_complete(struct weir_inner *inner)
{
	weir_emit_complete(inner->owner);
}

static const struct weir_inner_class using_made = {
	.demand = WEIR_INNER_ON_REQUEST,
	.complete = using_on_made_complete,
};

static void using_dispose(const struct using_config *config, weir_value resource)
{
	if (config->dispose != NULL)
		config->dispose(resource, config->context);
	weir_release(resource);
}

static void using_start(struct weir_node *node)
{
	struct using *self = WEIR_CONTAINER_OF(node, struct using, node);
	const struct using_config *config = node->config;
	weir_value resource = config->create(config->context);

	weir_inner_init(&self->made, node, &using_made);
	if (weir_is_error(resource)) {
		weir_emit_failed_value(node, resource);
		return;
	}
	if (!weir_is_open(node)) {
		using_dispose(config, resource);
		return;
	}
	self->resource = resource;
	self->has_resource = true;

	/* The callback borrows it, and may cancel. */
	weir_value held = weir_retain(resource);
	weir_observable *made = config->use(held, config->context);

	weir_release(held);
	weir_inner_switch_to(&self->made, made);
}

static void using_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct using, node)->made, count);
}

static void using_finish(struct weir_node *node)
{
	struct using *self = WEIR_CONTAINER_OF(node, struct using, node);

	if (self->has_resource)
		using_dispose(node->config, self->resource);
}

/* Nothing is counted: the observable that was made honours the demand. */
static const struct weir_node_class using_class = {
	.name = "using",
	.size = sizeof(struct using),
	.config_size = sizeof(struct using_config),
	.start = using_start,
	.request = using_request,
	.finish = using_finish,
};

weir_observable *weir_using(weir_value (*create)(void *context), weir_project use,
	void (*dispose)(weir_value resource, void *context), void *context)
{
	if (create == NULL || use == NULL)
		return weir_reject(NULL, "using", "the callback %s is NULL", create == NULL ? "create" : "use");
	return weir_create_source(&using_class, &(struct using_config){ create, use, dispose, context });
}
