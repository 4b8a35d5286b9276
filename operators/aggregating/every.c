/* every: whether all values satisfy a predicate. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/last.h"

struct every_config {
	weir_predicate predicate;
	void *context;
};

static void every_next(struct weir_node *node, weir_value value)
{
	const struct every_config *config = node->config;
	int verdict = config->predicate(value, config->context);

	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else if (verdict == 0)
		weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_bool(false));
	else
		weir_request_replacement(node);
}

static void every_complete(struct weir_node *node)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_bool(true));
}

static const struct weir_node_class every_class = {
	.name = "every",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct every_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = every_next,
	.complete = every_complete,
	.request = weir_last_pull,
	.finish = weir_last_finish,
};

weir_observable *weir_every(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "every", "the predicate is NULL");
	return weir_extend(source, &every_class, &(struct every_config){ predicate, context });
}
