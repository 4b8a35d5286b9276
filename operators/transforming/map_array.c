/* map_array: map, with a function that takes arrays. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/batch.h"

struct map_array_config {
	weir_array_mapper mapper;
	void *context;
};

static void map_array_run(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct map_array_config *config = node->config;
	weir_value results[WEIR_BATCH_MAX];
	int result = config->mapper(values, count, results, config->context);

	if (WEIR_UNLIKELY(weir_batch_tags(values, count) & WEIR_TAG_COUNTED))
		weir_batch_release(values, count);
	if (WEIR_UNLIKELY(result < 0))
		weir_emit_failure(node, -result, "the mapper failed");
	else
		weir_batch_emit_results(node, results, count);
}

static void map_array_next(struct weir_node *node, weir_value value)
{
	map_array_run(node, &value, 1);
}

static void map_array_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_batch_chunks(node, values, count, map_array_run);
}

static const struct weir_node_class map_array_class = {
	.name = "map_array",
	.config_size = sizeof(struct map_array_config),
	.next = map_array_next,
	.next_batch = map_array_next_batch,
};

weir_observable *weir_map_array(weir_observable *source, weir_array_mapper mapper, void *context)
{
	if (mapper == NULL)
		return weir_reject(source, "map_array", "the mapper is NULL");
	return weir_extend(source, &map_array_class, &(struct map_array_config){ mapper, context });
}
