/* last: the last value, when the source has completed. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/failed.h"
#include "kit/last.h"

struct last_config {
	weir_value fallback;
	bool has_fallback;
};

static void last_start(struct weir_node *node)
{
	const struct last_config *config = node->config;

	if (config->has_fallback)
		weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->fallback));
}

static void last_next(struct weir_node *node, weir_value value)
{
	weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), value);
}

static void last_complete(struct weir_node *node)
{
	if (WEIR_CONTAINER_OF(node, struct weir_last, node)->has_value)
		weir_last_complete(node);
	else
		weir_emit_failure(node, WEIR_EEMPTY, "the source completed without a value");
}

static const struct weir_node_class last_class = {
	.name = "last",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct last_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = last_start,
	.next = last_next,
	.complete = last_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct last_config, fallback) },
};

weir_observable *weir_last(weir_observable *source)
{
	return weir_extend(source, &last_class, &(struct last_config){ weir_nil(), false });
}

weir_observable *weir_last_or(weir_observable *source, weir_value fallback)
{
	if (weir_is_error(fallback))
		return weir_failed(source, fallback);
	return weir_extend(source, &last_class, &(struct last_config){ fallback, true });
}

weir_observable *weir_last_where(weir_observable *source, weir_predicate predicate, void *context)
{
	return weir_last(weir_filter(source, predicate, context));
}
