/* default_if_empty: a value when the source completes without an item. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/failed.h"
#include "kit/last.h"

struct default_if_empty_config {
	weir_value fallback;
};

struct default_if_empty {
	struct weir_last last;
	bool has_item;
};

static void default_if_empty_next(struct weir_node *node, weir_value value)
{
	WEIR_CONTAINER_OF(node, struct default_if_empty, last.node)->has_item = true;
	weir_emit_next(node, value);
}

static void default_if_empty_complete(struct weir_node *node)
{
	struct default_if_empty *self = WEIR_CONTAINER_OF(node, struct default_if_empty, last.node);
	const struct default_if_empty_config *config = node->config;

	if (self->has_item)
		weir_emit_complete(node);
	else
		weir_last_decide(&self->last, weir_retain(config->fallback));
}

static const struct weir_node_class default_if_empty_class = {
	.name = "default_if_empty",
	.size = sizeof(struct default_if_empty),
	.config_size = sizeof(struct default_if_empty_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = default_if_empty_next,
	.complete = default_if_empty_complete,
	.request = weir_last_pass,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct default_if_empty_config, fallback) },
};

weir_observable *weir_default_if_empty(weir_observable *source, weir_value fallback)
{
	if (weir_is_error(fallback))
		return weir_failed(source, fallback);
	return weir_extend(source, &default_if_empty_class, &(struct default_if_empty_config){ fallback });
}
