/* element_at: the value at an index, then complete. See weir/filtering.h. */
#include <inttypes.h>

#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/failed.h"
#include "kit/last.h"

struct element_at_config {
	uint64_t index;
	weir_value fallback;
	bool has_fallback;
};

struct element_at {
	struct weir_last last;
	uint64_t index;
};

static void element_at_next(struct weir_node *node, weir_value value)
{
	struct element_at *self = WEIR_CONTAINER_OF(node, struct element_at, last.node);
	const struct element_at_config *config = node->config;

	if (self->index++ == config->index) {
		weir_last_decide(&self->last, value);
		return;
	}
	weir_release(value);
	weir_request_replacement(node);
}

static void element_at_complete(struct weir_node *node)
{
	struct element_at *self = WEIR_CONTAINER_OF(node, struct element_at, last.node);
	const struct element_at_config *config = node->config;

	if (config->has_fallback)
		weir_last_decide(&self->last, weir_retain(config->fallback));
	else
		weir_emit_failure(node, WEIR_EOUTOFRANGE, "there is no index %" PRIu64 ": %" PRIu64 " values came",
			config->index, self->index);
}

static const struct weir_node_class element_at_class = {
	.name = "element_at",
	.size = sizeof(struct element_at),
	.config_size = sizeof(struct element_at_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = element_at_next,
	.complete = element_at_complete,
	.request = weir_last_pull,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct element_at_config, fallback) },
};

weir_observable *weir_element_at(weir_observable *source, uint64_t index)
{
	return weir_extend(source, &element_at_class, &(struct element_at_config){ index, weir_nil(), false });
}

weir_observable *weir_element_at_or(weir_observable *source, uint64_t index, weir_value fallback)
{
	if (weir_is_error(fallback))
		return weir_failed(source, fallback);
	return weir_extend(source, &element_at_class, &(struct element_at_config){ index, fallback, true });
}
