/* first: the first value, then complete. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/failed.h"
#include "kit/last.h"

struct first_config {
	weir_value fallback;
	bool has_fallback;
};

static void first_next(struct weir_node *node, weir_value value)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), value);
}

static void first_complete(struct weir_node *node)
{
	const struct first_config *config = node->config;

	if (config->has_fallback)
		weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->fallback));
	else
		weir_emit_failure(node, WEIR_EEMPTY, "the source completed without a value");
}

static const struct weir_node_class first_class = {
	.name = "first",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct first_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = first_next,
	.complete = first_complete,
	.request = weir_last_pull,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct first_config, fallback) },
};

weir_observable *weir_first(weir_observable *source)
{
	return weir_extend(source, &first_class, &(struct first_config){ weir_nil(), false });
}

weir_observable *weir_first_or(weir_observable *source, weir_value fallback)
{
	if (weir_is_error(fallback))
		return weir_failed(source, fallback);
	return weir_extend(source, &first_class, &(struct first_config){ fallback, true });
}

weir_observable *weir_first_where(weir_observable *source, weir_predicate predicate, void *context)
{
	return weir_first(weir_filter(source, predicate, context));
}
