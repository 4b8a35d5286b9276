/* filter_indexed: pass on the values that, with their index, satisfy a predicate. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

struct filter_indexed_config {
	weir_predicate_indexed predicate;
	void *context;
};

struct filter_indexed {
	struct weir_node node;
	uint64_t index;
};

static void filter_indexed_next(struct weir_node *node, weir_value value)
{
	struct filter_indexed *self = WEIR_CONTAINER_OF(node, struct filter_indexed, node);
	const struct filter_indexed_config *config = node->config;
	int verdict = config->predicate(value, self->index++, config->context);

	if (verdict > 0) {
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else
		weir_request_replacement(node);
}

static const struct weir_node_class filter_indexed_class = {
	.name = "filter_indexed",
	.size = sizeof(struct filter_indexed),
	.config_size = sizeof(struct filter_indexed_config),
	.next = filter_indexed_next,
};

weir_observable *weir_filter_indexed(weir_observable *source, weir_predicate_indexed predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "filter_indexed", "the predicate is NULL");
	return weir_extend(source, &filter_indexed_class, &(struct filter_indexed_config){ predicate, context });
}
