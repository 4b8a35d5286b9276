/* map_with_resource: map with the help of a resource of the subscription. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/last.h"
#include "kit/lease.h"

struct map_with_resource_config {
	struct weir_lease_callbacks callbacks;
	struct weir_map_with_resource_options options;
};

struct map_with_resource {
	struct weir_last last;
	struct weir_lease lease;
};

static struct map_with_resource *map_with_resource_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct map_with_resource, last.node);
}

static void map_with_resource_start(struct weir_node *node)
{
	const struct map_with_resource_config *config = node->config;

	weir_lease_open(&map_with_resource_of(node)->lease, node, &config->callbacks);
}

static void map_with_resource_next(struct weir_node *node, weir_value value)
{
	const struct weir_map_with_resource_options *options =
		&((const struct map_with_resource_config *)node->config)->options;
	weir_value resource = weir_retain(map_with_resource_of(node)->lease.resource);
	weir_value mapped = options->map(resource, value, options->context);

	weir_release(resource);
	weir_release(value);
	weir_emit_result(node, mapped);
}

static void map_with_resource_complete(struct weir_node *node)
{
	struct map_with_resource *self = map_with_resource_of(node);
	const struct map_with_resource_config *config = node->config;
	weir_value resource = weir_retain(self->lease.resource);
	weir_value item = weir_nil();
	int verdict = config->options.last != NULL ? config->options.last(resource, &item, config->options.context) : 0;

	weir_release(resource);
	if (verdict > 0)
		weir_last_decide(&self->last, item);
	else if (verdict == 0)
		weir_emit_complete(node);
	else
		weir_emit_failure(node, -verdict, "making the last item failed");
}

static void map_with_resource_finish(struct weir_node *node)
{
	const struct map_with_resource_config *config = node->config;

	weir_lease_close(&map_with_resource_of(node)->lease, &config->callbacks);
	weir_last_finish(node);
}

static const struct weir_node_class map_with_resource_class = {
	.name = "map_with_resource",
	.size = sizeof(struct map_with_resource),
	.config_size = sizeof(struct map_with_resource_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = map_with_resource_start,
	.next = map_with_resource_next,
	.complete = map_with_resource_complete,
	.request = weir_last_pass,
	.finish = map_with_resource_finish,
};

weir_observable *weir_map_with_resource(weir_observable *source, const struct weir_map_with_resource_options *options)
{
	if (options == NULL || options->open == NULL || options->map == NULL)
		return weir_reject(source, "map_with_resource", "the callback %s is NULL",
			options == NULL || options->open == NULL ? "open" : "map");
	return weir_extend(source, &map_with_resource_class,
		&(struct map_with_resource_config){ { options->open, options->close, options->context }, *options });
}
