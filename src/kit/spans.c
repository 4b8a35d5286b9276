/* When stretches of a source's items begin and end. See kit/spans.h. */
#include "kit/spans.h"

#include <errno.h>
#include <string.h>

#include <weir/loop.h>

#include "base/allocator.h"
#include "core/subscription.h"
#include "kit/failed.h"
#include "kit/grid.h"
#include "kit/scalar.h"

static void stop_watching(struct weir_span *span)
{
	weir_timer_stop(&span->timer);
	weir_connection_stop(&span->closer);
}

static void forget(struct weir_span *span)
{
	struct weir_spans *spans = span->spans;

	stop_watching(span);
	if (spans->cursor == &span->link)
		spans->cursor = span->link.next;
	weir_list_remove(&span->link);
	span->is_over = true;
	if (spans->spans_class->forget != NULL)
		spans->spans_class->forget(span);
	if (span->holds == 0)
		weir_pool_return(span, spans->spans_class->span_size);
}

bool weir_span_let_go(struct weir_span *span)
{
	if (--span->holds > 0 || !span->is_over)
		return !span->is_over;
	weir_pool_return(span, span->spans->spans_class->span_size);
	return false;
}

void weir_span_close(struct weir_span *span)
{
	stop_watching(span);
	span->spans->spans_class->close(span);
}

/* What ends one of them comes from outside of the node's pipeline. */
static void close_from_outside(struct weir_span *span)
{
	struct weir_subscription *subscription = span->spans->node->subscription;

	weir_enter(subscription);
	weir_span_close(span);
	weir_leave(subscription);
}

static void span_expired(struct weir_timer *timer)
{
	close_from_outside(WEIR_CONTAINER_OF(timer, struct weir_span, timer));
}

static struct weir_span *closes(struct weir_connection *closer)
{
	return WEIR_CONTAINER_OF(closer, struct weir_span, closer);
}

static void closer_next(struct weir_connection *closer, weir_value value)
{
	weir_release(value);
	close_from_outside(closes(closer));
}

static void closer_error(struct weir_connection *closer, weir_error *error)
{
	struct weir_node *node = closes(closer)->spans->node;
	struct weir_subscription *subscription = node->subscription;

	weir_enter(subscription);
	weir_emit_error(node, error);
	weir_leave(subscription);
}

/* It stays open: nothing ends it any more but the source. */
static void closer_is_over(struct weir_connection *closer)
{
	(void)closer;
}

static const struct weir_connection_class span_closer = {
	.next = closer_next,
	.error = closer_error,
	.complete = closer_is_over,
	.stopped = closer_is_over,
};

static bool can_open(struct weir_spans *spans)
{
	return !spans->is_over && weir_is_open(spans->node) &&
	       (spans->spans_class->can_open == NULL || spans->spans_class->can_open(spans));
}

/* The new one, held; NULL without memory. Before anything is emitted for it its time is running. */
static struct weir_span *open_held(struct weir_spans *spans, weir_time end)
{
	struct weir_span *span = weir_pool_take(spans->spans_class->span_size);

	if (span == NULL) {
		weir_emit_failure(spans->node, ENOMEM, "out of memory");
		return NULL;
	}
	memset(span, 0, spans->spans_class->span_size);
	span->spans = spans;
	span->number = ++spans->opened;
	span->end = end;
	span->holds = 1;
	span->closer.connection_class = &span_closer;
	weir_timer_init_on(&span->timer, weir_node_loop(spans->node), span_expired);
	if (spans->config->mode == WEIR_SPANS_TIME)
		weir_timer_start_at(&span->timer, end);
	weir_list_append(&spans->open, &span->link);
	spans->spans_class->open(span);
	return span;
}

static void open(struct weir_spans *spans, weir_time end)
{
	struct weir_span *span = can_open(spans) ? open_held(spans, end) : NULL;

	if (span != NULL)
		weir_span_let_go(span);
}

/* One that is late leaves the grid where it is; one that was over early moves it. */
static void open_next(struct weir_spans *spans, weir_time end)
{
	const struct weir_spans_config *config = spans->config;
	weir_time now = weir_loop_now(weir_node_loop(spans->node));

	if (config->mode == WEIR_SPANS_TIME && end <= now)
		weir_grid_advance(&end, config->length, now);
	else
		end = weir_time_after(now, config->length);
	open(spans, end);
}

void weir_spans_end(struct weir_span *span)
{
	struct weir_spans *spans = span->spans;
	weir_time end = span->end;

	forget(span);
	if (weir_spans_are_successive(spans))
		open_next(spans, end);
}

void weir_spans_watch(struct weir_spans *spans)
{
	const struct weir_spans_config *config = spans->config;

	if (config->mode == WEIR_SPANS_WHEN && weir_is_open(spans->node) && !weir_list_is_empty(&spans->open))
		weir_inner_switch_to(&spans->notifier, config->next_closing(config->context));
}

struct weir_span *weir_spans_next(struct weir_spans *spans, uint64_t newest)
{
	struct weir_span *span = WEIR_CONTAINER_OF(spans->cursor, struct weir_span, link);

	if (spans->cursor == &spans->open || span->number > newest)
		return NULL;
	spans->cursor = spans->cursor->next;
	return span;
}

/* One after the other: an item of the notifier ends the one there is. */

static struct weir_spans *spans_of(struct weir_inner *notifier)
{
	return WEIR_CONTAINER_OF(notifier, struct weir_spans, notifier);
}

static void close_current(struct weir_spans *spans)
{
	struct weir_span *current = weir_spans_oldest(spans);

	if (current != NULL)
		weir_span_close(current);
}

static void on_boundary(struct weir_inner *notifier, weir_value value)
{
	weir_release(value);
	close_current(spans_of(notifier));
}

static void on_closing(struct weir_inner *notifier, weir_value value)
{
	weir_release(value);
	weir_inner_stop(notifier);
	close_current(spans_of(notifier));
}

static void on_closing_completed(struct weir_inner *notifier)
{
	if (spans_of(notifier)->config->completion_closes)
		close_current(spans_of(notifier));
}

/* An item of the notifier begins one. */

static void close_by(struct weir_span *span, weir_observable *closing)
{
	struct weir_spans *spans = span->spans;
	weir_value value = weir_nil();
	enum weir_scalar scalar = weir_scalar_take(closing, &value);

	if (scalar == WEIR_SCALAR_NONE) {
		if (weir_connection_start(&span->closer, closing, weir_node_loop(spans->node), spans->node, 1) < 0)
			weir_emit_failure(spans->node, ENOMEM, "out of memory");
		weir_unref(closing);
	} else if (weir_is_error(value)) {
		weir_emit_failed_value(spans->node, value);
	} else if (scalar == WEIR_SCALAR_VALUE) {
		weir_release(value);
		weir_span_close(span);
	}
}

static void on_opening(struct weir_inner *notifier, weir_value value)
{
	struct weir_spans *spans = spans_of(notifier);
	weir_observable *closing;
	struct weir_span *span;
	weir_error *failure;

	if (!can_open(spans)) {
		weir_release(value);
		return;
	}
	closing = spans->config->closing(value, spans->config->context);
	weir_release(value);
	failure = weir_callback_failure(closing);
	if (failure != NULL) {
		weir_emit_error(spans->node, failure);
		return;
	}
	span = open_held(spans, 0);
	if (span != NULL && weir_span_let_go(span))
		close_by(span, closing);
	else
		weir_unref(closing);
}

/* One begins every so often. Those whose time is up are over before. */
static void on_opening_time(struct weir_timer *timer)
{
	struct weir_spans *spans = WEIR_CONTAINER_OF(timer, struct weir_spans, opening);
	struct weir_span *oldest = weir_spans_oldest(spans);
	weir_time begin = spans->next_opening;

	if (spans->is_over)
		return;
	weir_grid_advance(&spans->next_opening, spans->config->every, weir_loop_now(weir_node_loop(spans->node)));
	weir_timer_start_at(timer, spans->next_opening);
	if (oldest != NULL && oldest->end <= begin)
		weir_span_close(oldest);
	open(spans, weir_time_after(begin, spans->config->length));
}

static const struct weir_inner_class spans_boundary = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = on_boundary,
};

static const struct weir_inner_class spans_closing = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = on_closing,
	.complete = on_closing_completed,
};

static const struct weir_inner_class spans_opening = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = on_opening,
};

static void start_boundary(struct weir_spans *spans)
{
	open(spans, 0);
	weir_start_upstream(spans->node);
	if (!weir_is_open(spans->node))
		return;
	weir_inner_init(&spans->notifier, spans->node, &spans_boundary);
	weir_inner_switch_to_borrowed(&spans->notifier, spans->config->notifier);
}

static void start_when(struct weir_spans *spans)
{
	weir_inner_init(&spans->notifier, spans->node, &spans_closing);
	open(spans, 0);
	weir_spans_watch(spans);
}

static void start_toggle(struct weir_spans *spans)
{
	weir_inner_init(&spans->notifier, spans->node, &spans_opening);
	weir_inner_switch_to_borrowed(&spans->notifier, spans->config->notifier);
}

static void start_time(struct weir_spans *spans)
{
	const struct weir_spans_config *config = spans->config;
	weir_time now = weir_loop_now(weir_node_loop(spans->node));

	if (config->every > 0) {
		spans->next_opening = weir_time_after(now, config->every);
		weir_timer_init(&spans->opening, spans->node, on_opening_time);
		weir_timer_start_at(&spans->opening, spans->next_opening);
	}
	open(spans, weir_time_after(now, config->length));
}

void weir_spans_start(struct weir_spans *spans, struct weir_node *node, const struct weir_spans_class *spans_class,
	const struct weir_spans_config *config)
{
	static void (*const starts[])(struct weir_spans *) = {
		[WEIR_SPANS_BOUNDARY] = start_boundary,
		[WEIR_SPANS_WHEN] = start_when,
		[WEIR_SPANS_TOGGLE] = start_toggle,
		[WEIR_SPANS_TIME] = start_time,
	};

	spans->node = node;
	spans->spans_class = spans_class;
	spans->config = config;
	weir_link_init(&spans->open);
	spans->cursor = &spans->open;
	starts[config->mode](spans);
}

void weir_spans_finish(struct weir_spans *spans)
{
	if (spans->node == NULL)
		return;
	spans->is_over = true;
	while (!weir_list_is_empty(&spans->open))
		forget(weir_spans_oldest(spans));
}
