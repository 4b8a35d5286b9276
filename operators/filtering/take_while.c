/* take_while: values as long as they satisfy a predicate, then complete. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

struct take_while_config {
	weir_predicate predicate;
	void *context;
	bool inclusive;
};

static void take_while_next(struct weir_node *node, weir_value value)
{
	const struct take_while_config *config = node->config;
	int verdict = config->predicate(value, config->context);

	if (verdict > 0) {
		weir_emit_next(node, value);
		return;
	}
	if (verdict == 0 && config->inclusive)
		weir_emit_next(node, value);
	else
		weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else
		weir_emit_complete(node);
}

static const struct weir_node_class take_while_class = {
	.name = "take_while",
	.config_size = sizeof(struct take_while_config),
	.next = take_while_next,
};

weir_observable *weir_take_while(weir_observable *source, weir_predicate predicate, void *context, bool inclusive)
{
	if (predicate == NULL)
		return weir_reject(source, "take_while", "the predicate is NULL");
	return weir_extend(source, &take_while_class, &(struct take_while_config){ predicate, context, inclusive });
}
