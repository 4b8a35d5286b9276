/* skip_until: everything after a notifier has emitted. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/inner.h"

struct skip_until_config {
	weir_observable *notifier;
};

struct skip_until {
	struct weir_node node;
	struct weir_inner notifier;
	bool passing;
};

static void skip_until_on_notifier_next(struct weir_inner *inner, weir_value value)
{
	WEIR_CONTAINER_OF(inner, struct skip_until, notifier)->passing = true;
	weir_release(value);
	weir_inner_stop(inner);
}

static const struct weir_inner_class skip_until_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = skip_until_on_notifier_next,
};

static void skip_until_start(struct weir_node *node)
{
	struct skip_until *self = WEIR_CONTAINER_OF(node, struct skip_until, node);
	const struct skip_until_config *config = node->config;

	weir_inner_init(&self->notifier, node, &skip_until_notifier);
	weir_inner_switch_to_borrowed(&self->notifier, config->notifier);
}

static void skip_until_next(struct weir_node *node, weir_value value)
{
	if (WEIR_CONTAINER_OF(node, struct skip_until, node)->passing) {
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	weir_request_replacement(node);
}

static const struct weir_node_class skip_until_class = {
	.name = "skip_until",
	.size = sizeof(struct skip_until),
	.config_size = sizeof(struct skip_until_config),
	.start = skip_until_start,
	.next = skip_until_next,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct skip_until_config, notifier) },
};

weir_observable *weir_skip_until(weir_observable *source, weir_observable *notifier)
{
	if (notifier == NULL)
		return weir_reject(source, "skip_until", "the notifier is NULL");
	return weir_extend(source, &skip_until_class, &(struct skip_until_config){ notifier });
}
