/* sample_time: the newest item at every point of a grid in time. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/grid.h"
#include "kit/held.h"
#include "kit/slot.h"

struct sample_time_config {
	weir_duration period;
};

struct sample_time {
	struct weir_node node;
	struct weir_held sample;
	struct weir_timer timer;
	weir_time due;
	weir_time earliest; /* a sample taken late keeps its distance to the next */
	struct weir_slot newest;
};

static void sample_time_on_tick(struct weir_timer *timer)
{
	struct sample_time *self = WEIR_CONTAINER_OF(timer, struct sample_time, timer);
	const struct sample_time_config *config = self->node.config;
	weir_time tick = self->due;

	weir_grid_advance(&self->due, config->period, weir_loop_now(weir_node_loop(&self->node)));
	weir_timer_start_at(timer, self->due);
	if (self->newest.is_full && tick >= self->earliest)
		weir_held_emit(&self->sample, &self->node, weir_slot_take(&self->newest));
}

/* The source first, so that an item at a point of the grid is in time for it. */
static void sample_time_start(struct weir_node *node)
{
	struct sample_time *self = WEIR_CONTAINER_OF(node, struct sample_time, node);
	const struct sample_time_config *config = node->config;

	self->due = weir_time_after(weir_loop_now(weir_node_loop(node)), config->period);
	weir_timer_init(&self->timer, node, sample_time_on_tick);
	weir_start_upstream(node);
	if (weir_is_open(node))
		weir_timer_start_at(&self->timer, self->due);
}

static void sample_time_next(struct weir_node *node, weir_value value)
{
	weir_slot_put(&WEIR_CONTAINER_OF(node, struct sample_time, node)->newest, value);
}

static void sample_time_complete(struct weir_node *node)
{
	struct sample_time *self = WEIR_CONTAINER_OF(node, struct sample_time, node);

	weir_timer_stop(&self->timer);
	weir_held_complete(&self->sample, node);
}

static void sample_time_request(struct weir_node *node, uint64_t count)
{
	struct sample_time *self = WEIR_CONTAINER_OF(node, struct sample_time, node);
	const struct sample_time_config *config = node->config;

	(void)count;
	if (weir_held_is_full(&self->sample))
		self->earliest = weir_time_after(weir_loop_now(weir_node_loop(node)), config->period);
	weir_held_request(&self->sample, node);
}

static void sample_time_finish(struct weir_node *node)
{
	struct sample_time *self = WEIR_CONTAINER_OF(node, struct sample_time, node);

	weir_held_finish(&self->sample);
	weir_slot_clear(&self->newest);
}

static const struct weir_node_class sample_time_class = {
	.name = "sample_time",
	.size = sizeof(struct sample_time),
	.config_size = sizeof(struct sample_time_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = sample_time_start,
	.next = sample_time_next,
	.complete = sample_time_complete,
	.request = sample_time_request,
	.finish = sample_time_finish,
};

weir_observable *weir_sample_time(weir_observable *source, weir_duration period)
{
	if (period <= 0)
		return weir_reject(
			source, "sample_time", "the period is %lld ns; it must be more than 0", (long long)period);
	return weir_extend(source, &sample_time_class, &(struct sample_time_config){ period });
}
