/* is_empty: whether the source completes without a value. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/last.h"

static void is_empty_next(struct weir_node *node, weir_value value)
{
	weir_release(value);
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_bool(false));
}

static void is_empty_complete(struct weir_node *node)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_bool(true));
}

static const struct weir_node_class is_empty_class = {
	.name = "is_empty",
	.size = sizeof(struct weir_last),
	.demand = WEIR_DEMAND_COUNTED,
	.next = is_empty_next,
	.complete = is_empty_complete,
	.request = weir_last_pull,
	.finish = weir_last_finish,
};

weir_observable *weir_is_empty(weir_observable *source)
{
	return weir_extend(source, &is_empty_class, NULL);
}
