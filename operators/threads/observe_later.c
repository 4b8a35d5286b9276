/* observe_later: each signal in a turn of its own. See weir/threads.h. */
#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/scheduled.h"

struct observe_later_config {
	weir_duration delay;
};

struct observe_later {
	struct weir_node node;
	struct weir_scheduled signals;
};

/* An error is the source's, nothing its completion. */
static void observe_later_on_due(struct weir_node *node, weir_value signal)
{
	if (weir_is_nothing(signal))
		weir_emit_complete(node);
	else if (weir_is_error(signal))
		weir_emit_error(node, weir_as_error(signal));
	else
		weir_emit_next(node, signal);
}

static void observe_later_start(struct weir_node *node)
{
	weir_scheduled_init(&WEIR_CONTAINER_OF(node, struct observe_later, node)->signals, node, observe_later_on_due);
}

static void observe_later_next(struct weir_node *node, weir_value value)
{
	const struct observe_later_config *config = node->config;

	weir_scheduled_put(&WEIR_CONTAINER_OF(node, struct observe_later, node)->signals, value, config->delay);
}

static void observe_later_error(struct weir_node *node, weir_error *error)
{
	observe_later_next(node, weir_error_value(error));
}

static void observe_later_complete(struct weir_node *node)
{
	observe_later_next(node, weir_nothing());
}

static const struct weir_node_class observe_later_class = {
	.name = "observe_later",
	.size = sizeof(struct observe_later),
	.config_size = sizeof(struct observe_later_config),
	.start = observe_later_start,
	.next = observe_later_next,
	.error = observe_later_error,
	.complete = observe_later_complete,
};

weir_observable *weir_observe_later(weir_observable *source, weir_duration delay)
{
	return weir_extend(source, &observe_later_class, &(struct observe_later_config){ delay });
}
