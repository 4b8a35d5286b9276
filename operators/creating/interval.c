/* interval: numbers at the points of a grid in time. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/operator.h>

#include "kit/grid.h"
#include "kit/pump.h"

struct interval_config {
	weir_duration delay;
	weir_duration period;
	enum weir_missed_ticks missed;
};

struct interval {
	struct weir_node node;
	struct weir_timer timer;
	struct weir_pump pump;
	weir_time due; /* of the next tick */
	int64_t past; /* ticks whose time has come */
	int64_t next; /* the number of the tick to emit; below `past`: it has come */
};

static void interval_emit(struct weir_node *node)
{
	struct interval *self = WEIR_CONTAINER_OF(node, struct interval, node);

	if (!weir_pump_enter(&self->pump))
		return;
	while (node->demand > 0 && self->next < self->past) {
		if (!weir_pump_continue(&self->pump, node, interval_emit))
			return;
		weir_emit_next(node, weir_int(self->next++));
	}
	weir_pump_leave(&self->pump);
}

static void interval_on_tick(struct weir_timer *timer)
{
	struct interval *self = WEIR_CONTAINER_OF(timer, struct interval, timer);
	const struct interval_config *config = self->node.config;

	self->past += weir_grid_advance(&self->due, config->period, weir_loop_now(weir_node_loop(&self->node)));
	weir_timer_start_at(timer, self->due);
	if (config->missed != WEIR_MISSED_CATCH_UP)
		self->next = self->past - 1;
	if (config->missed == WEIR_MISSED_SKIP && self->node.demand == 0)
		self->next = self->past;
	interval_emit(&self->node);
}

static void interval_start(struct weir_node *node)
{
	struct interval *self = WEIR_CONTAINER_OF(node, struct interval, node);
	const struct interval_config *config = node->config;

	self->due = weir_time_after(weir_loop_now(weir_node_loop(node)), config->delay);
	weir_timer_init(&self->timer, node, interval_on_tick);
	weir_timer_start_at(&self->timer, self->due);
}

static void interval_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	interval_emit(node);
}

static const struct weir_node_class interval_class = {
	.name = "interval",
	.size = sizeof(struct interval),
	.config_size = sizeof(struct interval_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = interval_start,
	.request = interval_request,
};

static weir_observable *interval_new(weir_duration delay, weir_duration period, enum weir_missed_ticks missed)
{
	if ((int)missed < WEIR_MISSED_SKIP || missed > WEIR_MISSED_CATCH_UP)
		return weir_reject(NULL, "interval",
			"the policy for missed ticks is %d; allowed are WEIR_MISSED_SKIP, _COALESCE, _CATCH_UP",
			(int)missed);
	return weir_create_source(&interval_class, &(struct interval_config){ delay, period, missed });
}

weir_observable *weir_interval(weir_duration period)
{
	return interval_new(period, period, WEIR_MISSED_SKIP);
}

weir_observable *weir_interval_with(weir_duration period, const struct weir_interval_options *options)
{
	weir_duration delay = options == NULL || options->delay == 0 ? period : options->delay;

	return interval_new(delay, period, options == NULL ? WEIR_MISSED_SKIP : options->missed);
}

weir_observable *weir_timer_periodic(weir_duration delay, weir_duration period)
{
	return interval_new(delay, period, WEIR_MISSED_SKIP);
}
