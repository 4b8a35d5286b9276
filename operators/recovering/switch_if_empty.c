/* switch_if_empty: another observable when the source completes without an item. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/fallback.h"

struct switch_if_empty_config {
	weir_observable *other;
};

struct switch_if_empty {
	struct weir_fallback fallback;
	bool has_item;
};

static void switch_if_empty_next(struct weir_node *node, weir_value value)
{
	WEIR_CONTAINER_OF(node, struct switch_if_empty, fallback.node)->has_item = true;
	weir_emit_next(node, value);
}

static void switch_if_empty_complete(struct weir_node *node)
{
	const struct switch_if_empty_config *config = node->config;

	if (WEIR_CONTAINER_OF(node, struct switch_if_empty, fallback.node)->has_item)
		weir_emit_complete(node);
	else
		weir_fallback_to(node, weir_ref(config->other));
}

static const struct weir_node_class switch_if_empty_class = {
	.name = "switch_if_empty",
	.size = sizeof(struct switch_if_empty),
	.config_size = sizeof(struct switch_if_empty_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = weir_fallback_start,
	.next = switch_if_empty_next,
	.complete = switch_if_empty_complete,
	.request = weir_fallback_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct switch_if_empty_config, other) },
};

weir_observable *weir_switch_if_empty(weir_observable *source, weir_observable *other)
{
	if (other == NULL)
		return weir_reject(source, "switch_if_empty", "the other observable is NULL");
	return weir_extend(source, &switch_if_empty_class, &(struct switch_if_empty_config){ other });
}
