/* ignore_elements: only the end of the source. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"

static void ignore_elements_next(struct weir_node *node, weir_value value)
{
	(void)node;
	weir_release(value);
}

static void ignore_elements_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	(void)node;
	weir_batch_release(values, count);
}

static const struct weir_node_class ignore_elements_class = {
	.name = "ignore_elements",
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = ignore_elements_next,
	.next_batch = ignore_elements_next_batch,
};

weir_observable *weir_ignore_elements(weir_observable *source)
{
	return weir_extend(source, &ignore_elements_class, NULL);
}
