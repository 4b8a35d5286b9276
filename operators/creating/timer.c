/* timer: one item after a span of time. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

struct timer_config {
	weir_duration delay;
};

struct timer {
	struct weir_node node;
	struct weir_timer timer;
	bool is_due;
};

static void timer_emit(struct weir_node *node)
{
	struct timer *self = WEIR_CONTAINER_OF(node, struct timer, node);

	if (!self->is_due || node->demand == 0)
		return;
	self->is_due = false;
	weir_emit_next(node, weir_int(0));
	weir_emit_complete(node);
}

static void timer_on_expired(struct weir_timer *timer)
{
	struct timer *self = WEIR_CONTAINER_OF(timer, struct timer, timer);

	self->is_due = true;
	timer_emit(&self->node);
}

static void timer_start(struct weir_node *node)
{
	struct timer *self = WEIR_CONTAINER_OF(node, struct timer, node);
	const struct timer_config *config = node->config;

	weir_timer_init(&self->timer, node, timer_on_expired);
	weir_timer_start(&self->timer, config->delay);
}

static void timer_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	timer_emit(node);
}

static const struct weir_node_class timer_class = {
	.name = "timer",
	.size = sizeof(struct timer),
	.config_size = sizeof(struct timer_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = timer_start,
	.request = timer_request,
};

weir_observable *weir_timer(weir_duration delay)
{
	return weir_create_source(&timer_class, &(struct timer_config){ delay });
}
