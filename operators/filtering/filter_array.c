/* filter_array: filter, with a predicate that takes arrays. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"

struct filter_array_config {
	weir_array_predicate predicate;
	void *context;
};

static void filter_array_run(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct filter_array_config *config = node->config;
	weir_value passing[WEIR_BATCH_MAX];
	bool passes[WEIR_BATCH_MAX];
	size_t passing_count = 0;
	int result = config->predicate(values, count, passes, config->context);

	if (WEIR_UNLIKELY(result < 0)) {
		weir_batch_release(values, count);
		weir_emit_failure(node, -result, "the predicate failed");
		return;
	}
	/* Written in any case, kept if it passes: no branch that the processor could guess wrong. */
	WEIR_UNROLL
	for (size_t index = 0; index < count; index++) {
		passing[passing_count] = values[index];
		passing_count += passes[index];
	}
	if (WEIR_UNLIKELY(weir_batch_tags(values, count) & WEIR_TAG_COUNTED))
		for (size_t index = 0; index < count; index++)
			if (!passes[index])
				weir_release(values[index]);
	weir_batch_replace(node, count - passing_count);
	weir_emit_batch(node, passing, passing_count);
}

static void filter_array_next(struct weir_node *node, weir_value value)
{
	filter_array_run(node, &value, 1);
}

static void filter_array_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_batch_chunks(node, values, count, filter_array_run);
}

static const struct weir_node_class filter_array_class = {
	.name = "filter_array",
	.config_size = sizeof(struct filter_array_config),
	.next = filter_array_next,
	.next_batch = filter_array_next_batch,
};

weir_observable *weir_filter_array(weir_observable *source, weir_array_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "filter_array", "the predicate is NULL");
	return weir_extend(source, &filter_array_class, &(struct filter_array_config){ predicate, context });
}
