/* Items gathered into arrays that end one after the other. See kit/buffers.h. */
#include "kit/buffers.h"

#include <errno.h>

static struct weir_buffers *buffers_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_buffers, node);
}

void weir_buffers_init(struct weir_buffers *buffers, size_t max_size, void (*taken)(struct weir_buffers *, weir_time))
{
	weir_timed_queue_init(&buffers->open);
	buffers->max_size = max_size;
	buffers->taken = taken;
	if (max_size == 0) {
		buffers->asked = WEIR_UNBOUNDED;
		weir_request_upstream(&buffers->node, WEIR_UNBOUNDED);
	}
}

/* `position`: how many items came before it. */
static void open_at(struct weir_buffers *buffers, int64_t position, weir_time time)
{
	if (!weir_timed_queue_push(&buffers->open, weir_int(position), time))
		weir_emit_failure(&buffers->node, ENOMEM, "out of memory");
}

/* An empty buffer that was closed while nobody asked is forgotten, and the next one begins. */
static void wake(struct weir_buffers *buffers)
{
	if (!buffers->is_dormant)
		return;

	weir_time time = weir_buffers_time(buffers);

	buffers->is_dormant = false;
	weir_timed_queue_pop(&buffers->open);
	buffers->taken(buffers, time);
}

void weir_buffers_open(struct weir_buffers *buffers, weir_time time)
{
	wake(buffers);
	open_at(buffers, buffers->forgotten + (int64_t)buffers->collector.count, time);
}

void weir_buffers_open_next(struct weir_buffers *buffers, weir_time time)
{
	open_at(buffers, buffers->forgotten, time);
}

static bool is_full(const struct weir_buffers *buffers)
{
	return buffers->max_size > 0 && buffers->collector.count >= buffers->max_size;
}

bool weir_buffers_is_waiting(const struct weir_buffers *buffers)
{
	return weir_buffers_count(buffers) > 0 && (buffers->is_closed || buffers->source_completed || is_full(buffers));
}

/* Between two buffers nothing is kept. */
static void forget_all(struct weir_buffers *buffers)
{
	struct weir_collector *collector = &buffers->collector;

	buffers->forgotten += (int64_t)collector->count;
	while (collector->count > 0)
		weir_release(collector->values[--collector->count]);
}

static void emit_oldest(struct weir_buffers *buffers)
{
	size_t count = buffers->collector.count;
	/* Items that come from inside an emission wait here, and may be more than one buffer holds. */
	size_t size = is_full(buffers) ? buffers->max_size : count;
	size_t done = size;
	weir_time time = weir_buffers_time(buffers);

	weir_timed_queue_pop(&buffers->open);
	buffers->is_closed = false;
	if (weir_buffers_count(buffers) > 0)
		done = (size_t)(weir_as_int(weir_timed_queue_first(&buffers->open).value) - buffers->forgotten);
	buffers->forgotten += (int64_t)done;

	weir_value array = weir_collector_slide_part(&buffers->collector, size, done);

	/* The next one begins before this one is out: however long that takes, it stretches nothing. */
	if (!buffers->source_completed || size < count)
		buffers->taken(buffers, time);
	if (weir_buffers_count(buffers) == 0)
		forget_all(buffers);
	weir_emit_result(&buffers->node, array);
}

static void ask_upstream(struct weir_buffers *buffers)
{
	uint64_t room = buffers->max_size - buffers->collector.count;
	uint64_t asked = buffers->asked;

	if (buffers->node.demand == 0 || buffers->source_completed || asked == WEIR_UNBOUNDED)
		return;
	if (buffers->node.demand == WEIR_UNBOUNDED)
		room = WEIR_UNBOUNDED;
	if (room <= asked)
		return;
	buffers->asked = room;
	weir_request_upstream(&buffers->node, room == WEIR_UNBOUNDED ? WEIR_UNBOUNDED : room - asked);
}

static void drain(struct weir_buffers *buffers)
{
	if (buffers->draining)
		return;
	buffers->draining = true;
	while (buffers->node.demand > 0 && weir_buffers_is_waiting(buffers))
		emit_oldest(buffers);
	buffers->draining = false;
	if (!weir_is_open(&buffers->node))
		return;
	if (buffers->source_completed && weir_buffers_count(buffers) == 0)
		weir_emit_complete(&buffers->node);
	else
		ask_upstream(buffers);
}

void weir_buffers_close_oldest(struct weir_buffers *buffers)
{
	if (buffers->node.demand == 0 && buffers->collector.count == 0 && !buffers->source_completed) {
		buffers->is_dormant = true;
		return;
	}
	buffers->is_closed = true;
	drain(buffers);
}

void weir_buffers_next(struct weir_node *node, weir_value value)
{
	struct weir_buffers *buffers = buffers_of(node);

	wake(buffers);
	if (buffers->asked != WEIR_UNBOUNDED)
		buffers->asked--;
	if (weir_buffers_count(buffers) == 0) {
		weir_release(value);
		ask_upstream(buffers);
	} else if (!weir_collector_add(&buffers->collector, value)) {
		weir_emit_failure(node, ENOMEM, "out of memory");
	} else if (buffers->collector.count == buffers->max_size) {
		drain(buffers);
	}
}

void weir_buffers_complete(struct weir_node *node)
{
	struct weir_buffers *buffers = buffers_of(node);

	buffers->source_completed = true;
	buffers->is_dormant = false;
	drain(buffers);
}

void weir_buffers_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	wake(buffers_of(node));
	drain(buffers_of(node));
}

void weir_buffers_finish(struct weir_node *node)
{
	struct weir_buffers *buffers = buffers_of(node);

	weir_timed_queue_finish(&buffers->open);
	weir_collector_finish(&buffers->collector);
}
