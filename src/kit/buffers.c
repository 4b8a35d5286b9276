/* Items gathered into arrays. See kit/buffers.h. */
#include "kit/buffers.h"

#include <errno.h>

struct buffer {
	struct weir_span span;
	struct weir_link closed;
	uint64_t begin; /* how many items came before it */
};

static struct weir_buffers *buffers_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_buffers, node);
}

static struct weir_buffers *buffers_at(struct weir_spans *spans)
{
	return WEIR_CONTAINER_OF(spans, struct weir_buffers, spans);
}

static struct buffer *buffer_of(struct weir_span *span)
{
	return WEIR_CONTAINER_OF(span, struct buffer, span);
}

static uint64_t arrived(const struct weir_buffers *buffers)
{
	return buffers->forgotten + buffers->collector.count;
}

static bool is_full(const struct weir_buffers *buffers)
{
	return buffers->max_size > 0 && buffers->collector.count >= buffers->max_size;
}

/* The buffer that is to be emitted next, or NULL. */
static struct buffer *first_waiting(const struct weir_buffers *buffers)
{
	struct weir_span *oldest = weir_spans_oldest(&buffers->spans);

	if (!weir_list_is_empty(&buffers->closed))
		return WEIR_CONTAINER_OF(buffers->closed.next, struct buffer, closed);
	return oldest != NULL && (buffers->source_completed || is_full(buffers)) ? buffer_of(oldest) : NULL;
}

/* What no buffer holds any more. */
static void forget_unneeded(struct weir_buffers *buffers)
{
	struct weir_span *oldest = weir_spans_oldest(&buffers->spans);
	uint64_t needed = oldest != NULL ? buffer_of(oldest)->begin : arrived(buffers);

	weir_collector_forget(&buffers->collector, (size_t)(needed - buffers->forgotten));
	buffers->forgotten = needed;
}

/* The next one begins before this one is out: however long that takes, it stretches nothing. */
static void emit(struct weir_buffers *buffers, struct buffer *buffer)
{
	size_t from = (size_t)(buffer->begin - buffers->forgotten);
	size_t count = buffers->collector.count - from;
	weir_value array;

	/* Items that come from inside an emission wait here, and may be more than one buffer holds. */
	if (buffers->max_size > 0 && count > buffers->max_size)
		count = buffers->max_size;
	array = weir_collector_part(&buffers->collector, from, count);
	buffers->next_begin = buffer->begin + count;
	buffers->spans.is_over = buffers->source_completed && buffers->next_begin == arrived(buffers);
	weir_spans_end(&buffer->span);
	buffers->next_begin = UINT64_MAX;
	forget_unneeded(buffers);
	weir_emit_result(&buffers->node, array);
	weir_spans_watch(&buffers->spans);
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
	struct buffer *buffer;

	if (buffers->draining)
		return;
	buffers->draining = true;
	while (buffers->node.demand > 0 && (buffer = first_waiting(buffers)) != NULL)
		emit(buffers, buffer);
	buffers->draining = false;
	if (!weir_is_open(&buffers->node))
		return;
	if (buffers->source_completed && weir_list_is_empty(&buffers->spans.open))
		weir_emit_complete(&buffers->node);
	else
		ask_upstream(buffers);
}

/* An empty buffer that was closed while nobody asked is forgotten, and the next one begins. */
static void wake(struct weir_buffers *buffers)
{
	struct weir_span *dormant = buffers->dormant;

	if (dormant == NULL)
		return;
	buffers->dormant = NULL;
	weir_spans_end(dormant);
	weir_spans_watch(&buffers->spans);
}

/* When stretches begin and end */

static bool buffers_can_open(struct weir_spans *spans)
{
	return buffers_at(spans)->next_begin != UINT64_MAX || first_waiting(buffers_at(spans)) == NULL;
}

static void buffers_open(struct weir_span *span)
{
	struct weir_buffers *buffers = buffers_at(span->spans);
	struct buffer *buffer = buffer_of(span);

	weir_link_init(&buffer->closed);
	buffer->begin = buffers->next_begin != UINT64_MAX ? buffers->next_begin : arrived(buffers);
}

static void buffers_close(struct weir_span *span)
{
	struct weir_buffers *buffers = buffers_at(span->spans);
	struct buffer *buffer = buffer_of(span);

	if (weir_link_is_linked(&buffer->closed) || buffers->source_completed)
		return;
	if (buffers->node.demand > 0 || buffer->begin < arrived(buffers)) {
		weir_list_append(&buffers->closed, &buffer->closed);
		drain(buffers);
	} else if (weir_spans_are_successive(&buffers->spans)) {
		buffers->dormant = span;
	} else {
		weir_spans_end(span);
	}
}

static void buffers_forget(struct weir_span *span)
{
	weir_list_remove(&buffer_of(span)->closed);
}

static const struct weir_spans_class buffers_spans = {
	.span_size = sizeof(struct buffer),
	.can_open = buffers_can_open,
	.open = buffers_open,
	.close = buffers_close,
	.forget = buffers_forget,
};

/* Slots */

void weir_buffers_start(struct weir_node *node)
{
	struct weir_buffers *buffers = buffers_of(node);
	const struct weir_buffers_config *config = node->config;

	weir_link_init(&buffers->closed);
	buffers->next_begin = UINT64_MAX;
	buffers->max_size = config->max_size;
	if (config->max_size == 0) {
		buffers->asked = WEIR_UNBOUNDED;
		weir_request_upstream(node, WEIR_UNBOUNDED);
	}
	weir_spans_start(&buffers->spans, node, &buffers_spans, &config->spans);
}

void weir_buffers_next(struct weir_node *node, weir_value value)
{
	struct weir_buffers *buffers = buffers_of(node);

	wake(buffers);
	if (buffers->asked != WEIR_UNBOUNDED)
		buffers->asked--;
	if (weir_list_is_empty(&buffers->spans.open)) {
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
	buffers->dormant = NULL;
	drain(buffers);
}

void weir_buffers_request(struct weir_node *node, uint64_t count)
{
	struct weir_buffers *buffers = buffers_of(node);

	(void)count;
	/* It may have been used up in `start`. */
	if (node->demand > 0)
		wake(buffers);
	drain(buffers);
}

void weir_buffers_finish(struct weir_node *node)
{
	struct weir_buffers *buffers = buffers_of(node);

	weir_spans_finish(&buffers->spans);
	weir_collector_finish(&buffers->collector);
}
