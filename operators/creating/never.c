/* never: silence. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

static const struct weir_node_class never_class = {
	.name = "never",
	.demand = WEIR_DEMAND_COUNTED,
};

weir_observable *weir_never(void)
{
	return weir_create_source(&never_class, NULL);
}
