/* to_array: all values as one array, when the source has completed. See weir/aggregating.h. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/collector.h"
#include "kit/last.h"

struct to_array {
	struct weir_last last;
	struct weir_collector collector;
};

static void to_array_next(struct weir_node *node, weir_value value)
{
	if (!weir_collector_add(&WEIR_CONTAINER_OF(node, struct to_array, last.node)->collector, value))
		weir_emit_failure(node, ENOMEM, "out of memory");
}

static void to_array_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	if (!weir_collector_add_all(&WEIR_CONTAINER_OF(node, struct to_array, last.node)->collector, values, count))
		weir_emit_failure(node, ENOMEM, "out of memory");
}

static void to_array_complete(struct weir_node *node)
{
	struct to_array *self = WEIR_CONTAINER_OF(node, struct to_array, last.node);

	weir_last_decide(&self->last, weir_collector_take(&self->collector));
}

static void to_array_finish(struct weir_node *node)
{
	weir_collector_finish(&WEIR_CONTAINER_OF(node, struct to_array, last.node)->collector);
	weir_last_finish(node);
}

static const struct weir_node_class to_array_class = {
	.name = "to_array",
	.size = sizeof(struct to_array),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = to_array_next,
	.next_batch = to_array_next_batch,
	.complete = to_array_complete,
	.request = weir_last_request,
	.finish = to_array_finish,
};

weir_observable *weir_to_array(weir_observable *source)
{
	return weir_extend(source, &to_array_class, NULL);
}
