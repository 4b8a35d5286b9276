/* throw_if_empty: an error when the source completes without an item. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

struct throw_if_empty_config {
	weir_error *error;
};

struct throw_if_empty {
	struct weir_node node;
	bool has_item;
};

static void throw_if_empty_next(struct weir_node *node, weir_value value)
{
	WEIR_CONTAINER_OF(node, struct throw_if_empty, node)->has_item = true;
	weir_emit_next(node, value);
}

static void throw_if_empty_complete(struct weir_node *node)
{
	const struct throw_if_empty_config *config = node->config;

	if (WEIR_CONTAINER_OF(node, struct throw_if_empty, node)->has_item)
		weir_emit_complete(node);
	else if (config->error != NULL)
		weir_emit_failed_value(node, weir_error_value(weir_error_ref(config->error)));
	else
		weir_emit_failure(node, WEIR_EEMPTY, "the source completed without a value");
}

static const struct weir_node_class throw_if_empty_class = {
	.name = "throw_if_empty",
	.size = sizeof(struct throw_if_empty),
	.config_size = sizeof(struct throw_if_empty_config),
	.next = throw_if_empty_next,
	.complete = throw_if_empty_complete,
	.config_holds = { WEIR_HOLDS_ERROR(struct throw_if_empty_config, error) },
};

weir_observable *weir_throw_if_empty(weir_observable *source, weir_error *error)
{
	return weir_extend(source, &throw_if_empty_class, &(struct throw_if_empty_config){ error });
}
