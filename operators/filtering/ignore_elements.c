/* ignore_elements: only the end of the source. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

static void ignore_elements_next(struct weir_node *node, weir_value value)
{
	(void)node;
	weir_release(value);
}

static const struct weir_node_class ignore_elements_class = {
	.name = "ignore_elements",
	.demand = WEIR_DEMAND_UNBOUNDED,
	.next = ignore_elements_next,
};

weir_observable *weir_ignore_elements(weir_observable *source)
{
	return weir_extend(source, &ignore_elements_class, NULL);
}
