/* find_index: the index of the first value that satisfies a predicate, or -1. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/last.h"

struct find_index_config {
	weir_predicate predicate;
	void *context;
};

struct find_index {
	struct weir_last last;
	uint64_t index;
};

static void find_index_next(struct weir_node *node, weir_value value)
{
	struct find_index *self = WEIR_CONTAINER_OF(node, struct find_index, last.node);
	const struct find_index_config *config = node->config;
	int verdict = config->predicate(value, config->context);

	weir_release(value);
	if (verdict > 0) {
		weir_last_decide(&self->last, weir_uint(self->index));
		return;
	}
	self->index++;
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else
		weir_request_replacement(node);
}

static void find_index_complete(struct weir_node *node)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_int(-1));
}

static const struct weir_node_class find_index_class = {
	.name = "find_index",
	.size = sizeof(struct find_index),
	.config_size = sizeof(struct find_index_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = find_index_next,
	.complete = find_index_complete,
	.request = weir_last_pull,
	.finish = weir_last_finish,
};

weir_observable *weir_find_index(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "find_index", "the predicate is NULL");
	return weir_extend(source, &find_index_class, &(struct find_index_config){ predicate, context });
}
