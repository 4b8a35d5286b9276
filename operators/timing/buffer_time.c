/* buffer_time: the items of a span of time as an array. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/buffers.h"
#include "kit/grid.h"

struct buffer_time_config {
	weir_duration span;
	struct weir_buffer_time_options options;
};

/* The time a buffer is opened with is its end. */
struct buffer_time {
	struct weir_buffers buffers;
	struct weir_timer closing; /* of the oldest buffer */
	struct weir_timer opening;
	weir_time next_opening;
};

static weir_time buffer_time_now(const struct buffer_time *self)
{
	return weir_loop_now(weir_node_loop(&self->buffers.node));
}

static void buffer_time_open(struct buffer_time *self, weir_time end)
{
	weir_buffers_open(&self->buffers, end);
	if (weir_buffers_count(&self->buffers) == 1)
		weir_timer_start_at(&self->closing, end);
}

static void buffer_time_on_taken(struct weir_buffers *buffers, weir_time end)
{
	struct buffer_time *self = WEIR_CONTAINER_OF(buffers, struct buffer_time, buffers);
	const struct buffer_time_config *config = buffers->node.config;
	weir_time now = buffer_time_now(self);

	weir_timer_stop(&self->closing);
	if (weir_buffers_count(buffers) > 0) {
		weir_timer_start_at(&self->closing, weir_buffers_time(buffers));
	} else if (config->options.create_interval == 0) {
		if (end <= now)
			weir_grid_advance(&end, config->span, now);
		else
			end = weir_time_after(now, config->span);
		weir_buffers_open_next(buffers, end);
		weir_timer_start_at(&self->closing, end);
	}
}

static void buffer_time_on_closing(struct weir_timer *timer)
{
	weir_buffers_close_oldest(&WEIR_CONTAINER_OF(timer, struct buffer_time, closing)->buffers);
}

/* While a buffer waits for demand no other begins: it has all the items. */
static void buffer_time_on_opening(struct weir_timer *timer)
{
	struct buffer_time *self = WEIR_CONTAINER_OF(timer, struct buffer_time, opening);
	struct weir_buffers *buffers = &self->buffers;
	const struct buffer_time_config *config = buffers->node.config;
	weir_time begin = self->next_opening;

	if (buffers->source_completed)
		return;
	weir_grid_advance(&self->next_opening, config->options.create_interval, buffer_time_now(self));
	weir_timer_start_at(timer, self->next_opening);
	if (weir_buffers_count(buffers) > 0 && weir_buffers_time(buffers) <= begin)
		weir_buffers_close_oldest(buffers);
	if (weir_is_open(&buffers->node) && !weir_buffers_is_waiting(buffers))
		buffer_time_open(self, weir_time_after(begin, config->span));
}

static void buffer_time_start(struct weir_node *node)
{
	struct buffer_time *self = WEIR_CONTAINER_OF(node, struct buffer_time, buffers.node);
	const struct buffer_time_config *config = node->config;
	weir_time now = buffer_time_now(self);

	weir_buffers_init(&self->buffers, config->options.max_size, buffer_time_on_taken);
	weir_timer_init(&self->opening, node, buffer_time_on_opening);
	weir_timer_init(&self->closing, node, buffer_time_on_closing);
	if (config->options.create_interval > 0) {
		self->next_opening = weir_time_after(now, config->options.create_interval);
		weir_timer_start_at(&self->opening, self->next_opening);
	}
	buffer_time_open(self, weir_time_after(now, config->span));
}

static const struct weir_node_class buffer_time_class = {
	.name = "buffer_time",
	.size = sizeof(struct buffer_time),
	.config_size = sizeof(struct buffer_time_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = buffer_time_start,
	.next = weir_buffers_next,
	.complete = weir_buffers_complete,
	.request = weir_buffers_request,
	.finish = weir_buffers_finish,
};

weir_observable *weir_buffer_time(
	weir_observable *source, weir_duration span, const struct weir_buffer_time_options *options)
{
	struct buffer_time_config config = { span,
		options != NULL ? *options : (struct weir_buffer_time_options){ 0 } };

	if (span <= 0)
		return weir_reject(
			source, "buffer_time", "the span is %lld ns; it must be more than 0", (long long)span);
	if (config.options.create_interval < 0)
		return weir_reject(source, "buffer_time",
			"the interval between buffers is %lld ns; it must not be negative",
			(long long)config.options.create_interval);
	return weir_extend(source, &buffer_time_class, &config);
}
