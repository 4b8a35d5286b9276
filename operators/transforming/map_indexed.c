/* map_indexed: pass on what a function makes of each value and its index. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct map_indexed_config {
	weir_mapper_indexed mapper;
	void *context;
};

struct map_indexed {
	struct weir_node node;
	uint64_t index;
};

static void map_indexed_next(struct weir_node *node, weir_value value)
{
	struct map_indexed *self = WEIR_CONTAINER_OF(node, struct map_indexed, node);
	const struct map_indexed_config *config = node->config;
	weir_value mapped = config->mapper(value, self->index++, config->context);

	weir_release(value);
	weir_emit_result(node, mapped);
}

static const struct weir_node_class map_indexed_class = {
	.name = "map_indexed",
	.size = sizeof(struct map_indexed),
	.config_size = sizeof(struct map_indexed_config),
	.next = map_indexed_next,
};

weir_observable *weir_map_indexed(weir_observable *source, weir_mapper_indexed mapper, void *context)
{
	if (mapper == NULL)
		return weir_reject(source, "map_indexed", "the mapper is NULL");
	return weir_extend(source, &map_indexed_class, &(struct map_indexed_config){ mapper, context });
}
