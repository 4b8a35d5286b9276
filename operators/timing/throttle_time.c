/* throttle_time: at most one item in a span of time. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

struct throttle_time_config {
	weir_duration span;
	enum weir_edge edges;
};

struct throttle_time {
	struct weir_throttle throttle;
	struct weir_timer window;
};

static void throttle_time_on_window_end(struct weir_timer *timer)
{
	weir_throttle_end(&WEIR_CONTAINER_OF(timer, struct throttle_time, window)->throttle);
}

static void throttle_time_begin(struct weir_throttle *throttle, weir_value value)
{
	struct throttle_time *self = WEIR_CONTAINER_OF(throttle, struct throttle_time, throttle);
	const struct throttle_time_config *config = throttle->node.config;

	(void)value;
	weir_timer_start(&self->window, config->span);
}

static const struct weir_throttle_class throttle_time_edges[] = {
	[WEIR_EDGE_LEADING] = { .begin = throttle_time_begin, .leading = true, .restarts = true },
	[WEIR_EDGE_TRAILING] = { .begin = throttle_time_begin, .trailing = true, .restarts = true },
	[WEIR_EDGE_BOTH] = { .begin = throttle_time_begin, .leading = true, .trailing = true, .restarts = true },
};

static void throttle_time_start(struct weir_node *node)
{
	struct throttle_time *self = WEIR_CONTAINER_OF(node, struct throttle_time, throttle.node);
	const struct throttle_time_config *config = node->config;

	weir_throttle_init(&self->throttle, &throttle_time_edges[config->edges]);
	weir_timer_init(&self->window, node, throttle_time_on_window_end);
}

static const struct weir_node_class throttle_time_class = {
	.name = "throttle_time",
	.size = sizeof(struct throttle_time),
	.config_size = sizeof(struct throttle_time_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = throttle_time_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_throttle_time(weir_observable *source, weir_duration span, enum weir_edge edges)
{
	if ((int)edges < WEIR_EDGE_LEADING || edges > WEIR_EDGE_BOTH)
		return weir_reject(source, "throttle_time",
			"the edges are %d; allowed are WEIR_EDGE_LEADING, _TRAILING, _BOTH", (int)edges);
	return weir_extend(source, &throttle_time_class, &(struct throttle_time_config){ span, edges });
}
