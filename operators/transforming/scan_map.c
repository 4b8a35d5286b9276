/* scan_map: a map with a state that is not what is emitted. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"
#include "kit/last.h"

struct scan_map_config {
	weir_value initial;
	weir_state_step step;
	weir_state_flush flush;
	void *context;
};

/* The state is the result so far of its struct weir_last. */
static void scan_map_start(struct weir_node *node)
{
	const struct scan_map_config *config = node->config;

	weir_last_set(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_retain(config->initial));
}

static void scan_map_next(struct weir_node *node, weir_value value)
{
	struct weir_last *self = WEIR_CONTAINER_OF(node, struct weir_last, node);
	const struct scan_map_config *config = node->config;
	weir_value before = weir_last_take(self);
	weir_value state = weir_nil();
	weir_value item = config->step(before, value, &state, config->context);

	weir_release(value);
	weir_release(before);
	if (weir_is_open(node) && !weir_is_error(state)) {
		weir_last_set(self, state);
		weir_emit_result(node, item);
		return;
	}
	weir_release(item);
	if (weir_is_open(node))
		weir_emit_failed_value(node, state);
	else
		weir_release(state);
}

static void scan_map_complete(struct weir_node *node)
{
	struct weir_last *self = WEIR_CONTAINER_OF(node, struct weir_last, node);
	const struct scan_map_config *config = node->config;
	weir_value state = weir_last_take(self);
	weir_value item = weir_nil();
	int flushed = config->flush != NULL ? config->flush(state, &item, config->context) : 0;

	weir_release(state);
	if (flushed > 0 && weir_is_open(node)) {
		weir_last_decide(self, item);
		return;
	}
	weir_release(item);
	if (flushed < 0)
		weir_emit_failure(node, -flushed, "the callback that flushes the state failed");
	else
		weir_emit_complete(node);
}

static const struct weir_node_class scan_map_class = {
	.name = "scan_map",
	.size = sizeof(struct weir_last),
	.config_size = sizeof(struct scan_map_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = scan_map_start,
	.next = scan_map_next,
	.complete = scan_map_complete,
	.request = weir_last_pass,
	.finish = weir_last_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct scan_map_config, initial) },
};

weir_observable *weir_scan_map(
	weir_observable *source, weir_value initial, weir_state_step step, weir_state_flush flush, void *context)
{
	if (weir_is_error(initial))
		return weir_failed(source, initial);
	if (step == NULL) {
		weir_release(initial);
		return weir_reject(source, "scan_map", "the step is NULL");
	}
	return weir_extend(source, &scan_map_class, &(struct scan_map_config){ initial, step, flush, context });
}
