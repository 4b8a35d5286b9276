/* Windows in which items wait. See kit/throttle.h. */
#include "kit/throttle.h"

static struct weir_throttle *throttle_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_throttle, node);
}

static const struct weir_throttle_config *config_of(const struct weir_throttle *throttle)
{
	return throttle->node.config;
}

static void emit_newest(struct weir_throttle *throttle)
{
	struct weir_node *node = &throttle->node;

	throttle->is_due = node->demand == 0;
	if (throttle->is_due)
		return;

	weir_value value = weir_slot_take(&throttle->newest);

	if (!config_of(throttle)->restarts || throttle->source_completed) {
		weir_emit_next(node, value);
		return;
	}

	weir_value begins_with = weir_retain(value);

	throttle->in_window = true;
	weir_emit_next(node, value);
	if (weir_is_open(node))
		weir_wait_begin(&throttle->window, begins_with);
	weir_release(begins_with);
}

static void complete_when_idle(struct weir_throttle *throttle)
{
	if (throttle->source_completed && !throttle->is_due)
		weir_emit_complete(&throttle->node);
}

static void throttle_on_window_over(struct weir_wait *window)
{
	struct weir_throttle *throttle = WEIR_CONTAINER_OF(window, struct weir_throttle, window);

	throttle->in_window = false;
	if (config_of(throttle)->trailing && throttle->newest.is_full)
		emit_newest(throttle);
	complete_when_idle(throttle);
}

/* Nothing says that the newest item may go: it waits for the next window. */
static void throttle_on_window_given_up(struct weir_wait *window)
{
	struct weir_throttle *throttle = WEIR_CONTAINER_OF(window, struct weir_throttle, window);

	throttle->in_window = false;
	complete_when_idle(throttle);
}

static const struct weir_wait_class throttle_window = {
	.over = throttle_on_window_over,
	.given_up = throttle_on_window_given_up,
};

void weir_throttle_start(struct weir_node *node)
{
	struct weir_throttle *throttle = throttle_of(node);

	weir_wait_init(&throttle->window, node, &throttle_window, &config_of(throttle)->window);
}

void weir_throttle_next(struct weir_node *node, weir_value value)
{
	struct weir_throttle *throttle = throttle_of(node);
	const struct weir_throttle_config *config = node->config;

	if (throttle->in_window && !config->trailing) {
		weir_release(value);
		return;
	}
	weir_slot_put(&throttle->newest, value);
	if (throttle->in_window || throttle->is_due || !weir_is_open(node))
		return;
	if (config->leading) {
		emit_newest(throttle);
	} else {
		throttle->in_window = true;
		weir_wait_begin(&throttle->window, value);
	}
}

void weir_throttle_complete(struct weir_node *node)
{
	struct weir_throttle *throttle = throttle_of(node);
	const struct weir_throttle_config *config = node->config;

	throttle->source_completed = true;
	if (config->trailing && throttle->in_window && throttle->newest.is_full)
		return;
	complete_when_idle(throttle);
}

void weir_throttle_request(struct weir_node *node, uint64_t count)
{
	struct weir_throttle *throttle = throttle_of(node);

	(void)count;
	if (!throttle->is_due)
		return;
	emit_newest(throttle);
	complete_when_idle(throttle);
}

void weir_throttle_finish(struct weir_node *node)
{
	weir_slot_clear(&throttle_of(node)->newest);
}

weir_observable *weir_throttle_extend(weir_observable *source, const struct weir_node_class *node_class,
	const struct weir_wait_config *window, enum weir_edge edges)
{
	if ((int)edges < WEIR_EDGE_LEADING || edges > WEIR_EDGE_NONE)
		return weir_reject(source, node_class->name,
			"the edges are %d; allowed are WEIR_EDGE_LEADING, _TRAILING, _BOTH, _NONE", (int)edges);
	return weir_extend(source, node_class,
		&(struct weir_throttle_config){
			.window = *window,
			.leading = edges & WEIR_EDGE_LEADING,
			.trailing = edges & WEIR_EDGE_TRAILING,
			.restarts = true,
		});
}
