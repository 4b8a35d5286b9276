/* Values to observables, merged. See kit/flat_map.h. */
#include "kit/flat_map.h"

#include "kit/flatten.h"

static weir_observable *flat_map_project(struct weir_flatten *flatten, weir_value value)
{
	const struct weir_flat_map_config *config = flatten->node.config;

	return config->project(value, config->context);
}

static weir_observable *flat_map_inner(struct weir_flatten *flatten, weir_value value)
{
	(void)value;
	return ((const struct weir_flat_map_config *)flatten->node.config)->inner;
}

static const struct weir_flatten_class projected = { .project = flat_map_project };
static const struct weir_flatten_class expanded = { .project = flat_map_project, .feeds_back = true };
static const struct weir_flatten_class constant = { .project = flat_map_inner, .is_borrowed = true };

void weir_flat_map_start(struct weir_node *node)
{
	const struct weir_flat_map_config *config = node->config;
	const struct weir_flatten_class *flatten_class = config->inner != NULL ? &constant
							 : config->feeds_back  ? &expanded
									       : &projected;

	weir_flatten_init(WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, flatten_class,
		config->concurrency > 0 ? config->concurrency : WEIR_UNBOUNDED, true);
}

weir_observable *weir_flat_map_new(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_flat_map_config *config)
{
	if (config->project == NULL)
		return weir_reject(source, node_class->name, "the projection is NULL");
	return weir_extend(source, node_class, config);
}

weir_observable *weir_flat_map_new_to(
	weir_observable *source, const struct weir_node_class *node_class, weir_observable *inner, uint64_t concurrency)
{
	if (inner == NULL)
		return weir_reject(source, node_class->name, "the inner observable is NULL");
	return weir_extend(
		source, node_class, &(struct weir_flat_map_config){ .inner = inner, .concurrency = concurrency });
}
