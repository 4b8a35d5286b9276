/* buffer_count: values in arrays of a given size. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/batch.h"
#include "kit/collector.h"

struct buffer_count_config {
	size_t size;
	size_t every;
};

struct buffer_count {
	struct weir_node node;
	struct weir_collector collector; /* from the beginning of the oldest unfinished buffer on */
	uint64_t to_skip; /* values between two buffers */
	bool has_asked;
	bool source_completed;
	bool draining;
};

/* Emit the oldest buffer; those that overlap it begin later in the collector. */
static void buffer_count_emit(struct buffer_count *self)
{
	const struct buffer_count_config *config = self->node.config;
	size_t count = self->collector.count;

	self->to_skip = config->every > config->size ? config->every - config->size : 0;
	weir_emit_result(
		&self->node, weir_collector_slide(&self->collector, config->every < count ? config->every : count));
}

static void buffer_count_next(struct weir_node *node, weir_value value)
{
	struct buffer_count *self = WEIR_CONTAINER_OF(node, struct buffer_count, node);
	const struct buffer_count_config *config = node->config;

	if (self->to_skip > 0) {
		self->to_skip--;
		weir_release(value);
		return;
	}
	if (!weir_collector_add(&self->collector, value))
		weir_emit_failure(node, ENOMEM, "out of memory");
	else if (self->collector.count == config->size)
		buffer_count_emit(self);
}

static void buffer_count_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct buffer_count *self = WEIR_CONTAINER_OF(node, struct buffer_count, node);
	const struct buffer_count_config *config = node->config;
	size_t done = 0;

	while (done < count && weir_is_open(node)) {
		const weir_value *next = values + done;
		uint64_t wanted = self->to_skip > 0 ? self->to_skip : config->size - self->collector.count;
		size_t turn = wanted < count - done ? (size_t)wanted : count - done;

		done += turn;
		if (self->to_skip > 0) {
			self->to_skip -= turn;
			weir_batch_release(next, turn);
		} else if (!weir_collector_add_all(&self->collector, next, turn)) {
			weir_emit_failure(node, ENOMEM, "out of memory");
		} else if (self->collector.count == config->size) {
			buffer_count_emit(self);
		}
	}
	weir_batch_release(values + done, count - done);
}

/* The source has completed: the unfinished buffers, oldest first, as they are asked for. */
static void buffer_count_drain(struct buffer_count *self)
{
	if (self->draining)
		return;
	self->draining = true;
	while (self->collector.count > 0 && self->node.demand > 0)
		buffer_count_emit(self);
	self->draining = false;
	if (self->collector.count == 0)
		weir_emit_complete(&self->node);
}

static void buffer_count_complete(struct weir_node *node)
{
	struct buffer_count *self = WEIR_CONTAINER_OF(node, struct buffer_count, node);

	self->source_completed = true;
	buffer_count_drain(self);
}

/* The first buffer takes `size` values, every further one begins `every` values later. */
static void buffer_count_request(struct weir_node *node, uint64_t count)
{
	struct buffer_count *self = WEIR_CONTAINER_OF(node, struct buffer_count, node);
	const struct buffer_count_config *config = node->config;
	uint64_t asked = self->has_asked
				 ? weir_demand_multiply(config->every, count)
				 : weir_demand_add(config->size, weir_demand_multiply(config->every, count - 1));

	self->has_asked = true;
	if (self->source_completed)
		buffer_count_drain(self);
	else
		weir_request_upstream(node, asked);
}

static void buffer_count_finish(struct weir_node *node)
{
	weir_collector_finish(&WEIR_CONTAINER_OF(node, struct buffer_count, node)->collector);
}

static const struct weir_node_class buffer_count_class = {
	.name = "buffer_count",
	.size = sizeof(struct buffer_count),
	.config_size = sizeof(struct buffer_count_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = buffer_count_next,
	.next_batch = buffer_count_next_batch,
	.complete = buffer_count_complete,
	.request = buffer_count_request,
	.finish = buffer_count_finish,
};

weir_observable *weir_buffer_count(weir_observable *source, size_t size, size_t every)
{
	if (size == 0)
		return weir_reject(source, "buffer_count", "the size of a buffer is 0; it must be at least 1");
	return weir_extend(
		source, &buffer_count_class, &(struct buffer_count_config){ size, every > 0 ? every : size });
}
