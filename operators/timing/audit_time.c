/* audit_time: the newest item, a span of time after the first. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/throttle.h"

struct audit_time_config {
	weir_duration span;
};

struct audit_time {
	struct weir_throttle throttle;
	struct weir_timer window;
};

static void audit_time_on_window_end(struct weir_timer *timer)
{
	weir_throttle_end(&WEIR_CONTAINER_OF(timer, struct audit_time, window)->throttle);
}

static void audit_time_begin(struct weir_throttle *throttle, weir_value value)
{
	struct audit_time *self = WEIR_CONTAINER_OF(throttle, struct audit_time, throttle);
	const struct audit_time_config *config = throttle->node.config;

	(void)value;
	weir_timer_start(&self->window, config->span);
}

static const struct weir_throttle_class audit_time_throttle = {
	.begin = audit_time_begin,
	.trailing = true,
};

static void audit_time_start(struct weir_node *node)
{
	struct audit_time *self = WEIR_CONTAINER_OF(node, struct audit_time, throttle.node);

	weir_throttle_init(&self->throttle, &audit_time_throttle);
	weir_timer_init(&self->window, node, audit_time_on_window_end);
}

static const struct weir_node_class audit_time_class = {
	.name = "audit_time",
	.size = sizeof(struct audit_time),
	.config_size = sizeof(struct audit_time_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = audit_time_start,
	.next = weir_throttle_next,
	.complete = weir_throttle_complete,
	.request = weir_throttle_request,
	.finish = weir_throttle_finish,
};

weir_observable *weir_audit_time(weir_observable *source, weir_duration span)
{
	return weir_extend(source, &audit_time_class, &(struct audit_time_config){ span });
}
