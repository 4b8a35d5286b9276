/* filter: pass on the values that satisfy a predicate. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

static const struct weir_node_class filter_class = {
	.name = "filter",
	.config_size = sizeof(struct weir_predicate_config),
	.step = weir_step_filter,
};

weir_observable *weir_filter(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "filter", "the predicate is NULL");
	return weir_extend(source, &filter_class, &(struct weir_predicate_config){ predicate, context });
}
