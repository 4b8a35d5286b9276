/* from_event_pattern: events, while somebody subscribes. See weir/creating.h; emitters stand in kit/emitter.c. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/emitter.h"

struct from_event_pattern_config {
	int (*add)(weir_emitter *handler, void *context);
	void (*remove)(weir_emitter *handler, void *context);
	void *context;
};

struct from_event_pattern {
	struct weir_emitter_node node;
	bool is_added;
};

static void from_event_pattern_start(struct weir_node *node)
{
	struct from_event_pattern *self = WEIR_CONTAINER_OF(node, struct from_event_pattern, node.node);
	const struct from_event_pattern_config *config = node->config;
	weir_emitter *handler = weir_emitter_attach(node);
	int result;

	if (handler == NULL)
		return;
	weir_emitter_enter(handler);
	result = config->add(handler, config->context);
	/* An event that came meanwhile may have ended it: then it is too early for `finish` to have removed anything. */
	if (result >= 0 && weir_is_open(node))
		self->is_added = true;
	else if (result >= 0)
		config->remove(handler, config->context);
	else
		weir_emit_failure(node, -result, "the handler could not be added");
	weir_emitter_leave(handler);
}

static void from_event_pattern_finish(struct weir_node *node)
{
	struct from_event_pattern *self = WEIR_CONTAINER_OF(node, struct from_event_pattern, node.node);
	const struct from_event_pattern_config *config = node->config;

	if (self->is_added)
		config->remove(self->node.emitter, config->context);
	weir_emitter_node_finish(node);
}

static const struct weir_node_class from_event_pattern_class = {
	.name = "from_event_pattern",
	.size = sizeof(struct from_event_pattern),
	.config_size = sizeof(struct from_event_pattern_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = from_event_pattern_start,
	.request = weir_emitter_node_request,
	.finish = from_event_pattern_finish,
};

weir_observable *weir_from_event_pattern(int (*add)(weir_emitter *handler, void *context),
	void (*remove)(weir_emitter *handler, void *context), void *context)
{
	if (add == NULL || remove == NULL)
		return weir_reject(NULL, "from_event_pattern", "the callback that %s the handler is NULL",
			add == NULL ? "adds" : "removes");
	return weir_create_source(
		&from_event_pattern_class, &(struct from_event_pattern_config){ add, remove, context });
}
