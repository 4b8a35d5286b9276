/* map: pass on what a function makes of each value. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct map_config {
	weir_mapper mapper;
	void *context;
};

static void map_next(struct weir_node *node, weir_value value)
{
	const struct map_config *config = node->config;

	weir_emit_mapped(node, value, config->mapper, config->context);
}

static const struct weir_node_class map_class = {
	.name = "map",
	.config_size = sizeof(struct map_config),
	.next = map_next,
};

weir_observable *weir_map(weir_observable *source, weir_mapper mapper, void *context)
{
	if (mapper == NULL)
		return weir_reject(source, "map", "the mapper is NULL");
	return weir_extend(source, &map_class, &(struct map_config){ mapper, context });
}
