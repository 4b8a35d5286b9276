/* using: a resource that lives as long as the subscription. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/inner.h"
#include "kit/lease.h"

struct using_config {
	struct weir_lease_callbacks callbacks;
	weir_project use;
};

struct using
{
	struct weir_node node;
	struct weir_inner made;
	struct weir_lease lease;
};

static const struct weir_inner_class using_made = {
	.demand = WEIR_INNER_THROUGH,
	.complete = weir_inner_complete_owner,
};

static void using_start(struct weir_node *node)
{
	struct using *self = WEIR_CONTAINER_OF(node, struct using, node);
	const struct using_config *config = node->config;

	weir_inner_init(&self->made, node, &using_made);
	if (!weir_lease_open(&self->lease, node, &config->callbacks))
		return;

	weir_value resource = weir_retain(self->lease.resource);
	weir_observable *made = config->use(resource, config->callbacks.context);

	weir_release(resource);
	weir_inner_switch_to(&self->made, made);
}

static void using_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct using, node)->made, count);
}

static void using_finish(struct weir_node *node)
{
	const struct using_config *config = node->config;

	weir_lease_close(&WEIR_CONTAINER_OF(node, struct using, node)->lease, &config->callbacks);
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
	return weir_create_source(&using_class, &(struct using_config){ { create, dispose, context }, use });
}
