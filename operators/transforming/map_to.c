/* map_to: the same value for each one. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"

struct map_to_config {
	weir_value constant;
};

static weir_value map_to_step(struct weir_node *node, weir_value value)
{
	const struct map_to_config *config = node->config;

	weir_release(value);
	return weir_retain(config->constant);
}

static const struct weir_node_class map_to_class = {
	.name = "map_to",
	.config_size = sizeof(struct map_to_config),
	.step = map_to_step,
	.config_holds = { WEIR_HOLDS_VALUE(struct map_to_config, constant) },
};

weir_observable *weir_map_to(weir_observable *source, weir_value constant)
{
	if (weir_is_error(constant))
		return weir_failed(source, constant);
	return weir_extend(source, &map_to_class, &(struct map_to_config){ constant });
}
