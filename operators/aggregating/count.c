/* count: how many values there were, when the source has completed. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/last.h"

struct count {
	struct weir_last last;
	uint64_t count;
};

static void count_next(struct weir_node *node, weir_value value)
{
	WEIR_CONTAINER_OF(node, struct count, last.node)->count++;
	weir_release(value);
}

static void count_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	WEIR_CONTAINER_OF(node, struct count, last.node)->count += count;
	weir_batch_release(values, count);
}

static void count_complete(struct weir_node *node)
{
	struct count *self = WEIR_CONTAINER_OF(node, struct count, last.node);

	weir_last_decide(&self->last, weir_uint(self->count));
}

static const struct weir_node_class count_class = {
	.name = "count",
	.size = sizeof(struct count),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = count_next,
	.next_batch = count_next_batch,
	.complete = count_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
};

weir_observable *weir_count(weir_observable *source)
{
	return weir_extend(source, &count_class, NULL);
}
