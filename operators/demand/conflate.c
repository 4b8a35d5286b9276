/* conflate: what nobody has asked for yet is merged into one item. See weir/demand.h. */
#include <weir/demand.h>
#include <weir/operator.h>

#include "kit/held.h"

struct conflate_config {
	weir_mapper seed; /* NULL: the item as it is */
	weir_accumulator merge;
	void *context;
};

struct conflate {
	struct weir_node node;
	struct weir_held held;
};

static void conflate_next(struct weir_node *node, weir_value value)
{
	struct conflate *self = WEIR_CONTAINER_OF(node, struct conflate, node);
	const struct conflate_config *config = node->config;
	weir_value before = weir_nil();
	weir_value item = value;

	if (weir_held_is_full(&self->held)) {
		before = weir_slot_take(&self->held.slot);
		item = config->merge(before, value, config->context);
	} else if (config->seed != NULL) {
		item = config->seed(value, config->context);
	} else {
		weir_retain(value);
	}
	weir_release(before);
	weir_release(value);
	if (weir_is_error(item))
		weir_emit_failed_value(node, item);
	else if (!weir_is_open(node))
		weir_release(item);
	else
		weir_held_emit(&self->held, node, item);
}

static void conflate_complete(struct weir_node *node)
{
	weir_held_complete(&WEIR_CONTAINER_OF(node, struct conflate, node)->held, node);
}

static void conflate_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	weir_held_request(&WEIR_CONTAINER_OF(node, struct conflate, node)->held, node);
}

static void conflate_finish(struct weir_node *node)
{
	weir_held_finish(&WEIR_CONTAINER_OF(node, struct conflate, node)->held);
}

static const struct weir_node_class conflate_class = {
	.name = "conflate",
	.size = sizeof(struct conflate),
	.config_size = sizeof(struct conflate_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = conflate_next,
	.complete = conflate_complete,
	.request = conflate_request,
	.finish = conflate_finish,
};

weir_observable *weir_conflate(weir_observable *source, weir_accumulator merge, void *context)
{
	return weir_conflate_with_seed(source, NULL, merge, context);
}

weir_observable *weir_conflate_with_seed(
	weir_observable *source, weir_mapper seed, weir_accumulator merge, void *context)
{
	if (merge == NULL)
		return weir_reject(source, "conflate", "the function that merges two items is NULL");
	return weir_extend(source, &conflate_class, &(struct conflate_config){ seed, merge, context });
}
