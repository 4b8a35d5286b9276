/* filter: pass on the values that satisfy a predicate. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

struct filter_config {
	weir_predicate predicate;
	void *context;
};

static void filter_next(struct weir_node *node, weir_value value)
{
	const struct filter_config *config = node->config;
	int verdict = config->predicate(value, config->context);

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

static const struct weir_node_class filter_class = {
	.name = "filter",
	.config_size = sizeof(struct filter_config),
	.next = filter_next,
};

weir_observable *weir_filter(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "filter", "the predicate is NULL");
	return weir_extend(source, &filter_class, &(struct filter_config){ predicate, context });
}
