/* The observable of one value at a time. See kit/mirror.h. */
#include "kit/mirror.h"

void weir_mirror_inner_complete(struct weir_inner *inner)
{
	struct weir_mirror *mirror = WEIR_CONTAINER_OF(inner, struct weir_mirror, inner);

	if (mirror->source_completed)
		weir_emit_complete(&mirror->node);
}

void weir_mirror_run(struct weir_mirror *mirror, weir_value value)
{
	const struct weir_mirror_config *config = mirror->node.config;

	if (config->inner != NULL) {
		weir_release(value);
		weir_inner_switch_to_borrowed(&mirror->inner, config->inner);
		return;
	}

	weir_observable *projected = config->project(value, config->context);

	weir_release(value);
	weir_inner_switch_to(&mirror->inner, projected);
}

void weir_mirror_complete(struct weir_node *node)
{
	struct weir_mirror *mirror = WEIR_CONTAINER_OF(node, struct weir_mirror, node);

	mirror->source_completed = true;
	if (!weir_inner_is_active(&mirror->inner))
		weir_emit_complete(node); /* otherwise weir_mirror_inner_complete() does */
}

void weir_mirror_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct weir_mirror, node)->inner, count);
}

weir_observable *weir_mirror_new(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_mirror_config *config)
{
	if (config->project == NULL)
		return weir_reject(source, node_class->name, "the projection is NULL");
	return weir_extend(source, node_class, config);
}

weir_observable *weir_mirror_new_to(
	weir_observable *source, const struct weir_node_class *node_class, weir_observable *inner)
{
	if (inner == NULL)
		return weir_reject(source, node_class->name, "the inner observable is NULL");
	return weir_extend(source, node_class, &(struct weir_mirror_config){ .inner = inner });
}
