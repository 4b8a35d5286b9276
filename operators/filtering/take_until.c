/* take_until: mirror the source until a notifier emits. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/inner.h"

struct take_until_config {
	weir_observable *notifier;
};

struct take_until {
	struct weir_node node;
	struct weir_inner notifier;
};

static void take_until_on_notifier_next(struct weir_inner *inner, weir_value value)
{
	weir_release(value);
	weir_emit_complete(inner->owner);
}

static const struct weir_inner_class take_until_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = take_until_on_notifier_next,
};

static void take_until_start(struct weir_node *node)
{
	struct take_until *self = WEIR_CONTAINER_OF(node, struct take_until, node);
	const struct take_until_config *config = node->config;

	weir_inner_init(&self->notifier, node, &take_until_notifier);
	weir_inner_switch_to_borrowed(&self->notifier, config->notifier);
}

static const struct weir_node_class take_until_class = {
	.name = "take_until",
	.size = sizeof(struct take_until),
	.config_size = sizeof(struct take_until_config),
	.start = take_until_start,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct take_until_config, notifier) },
};

weir_observable *weir_take_until(weir_observable *source, weir_observable *notifier)
{
	if (notifier == NULL)
		return weir_reject(source, "take_until", "the notifier is NULL");
	return weir_extend(source, &take_until_class, &(struct take_until_config){ notifier });
}
