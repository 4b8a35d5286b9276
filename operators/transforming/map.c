/* map: pass on what a function makes of each value. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

static const struct weir_node_class map_class = {
	.name = "map",
	.config_size = sizeof(struct weir_mapper_config),
	.step = weir_step_map,
};

weir_observable *weir_map(weir_observable *source, weir_mapper mapper, void *context)
{
	if (mapper == NULL)
		return weir_reject(source, "map", "the mapper is NULL");
	return weir_extend(source, &map_class, &(struct weir_mapper_config){ mapper, context });
}
