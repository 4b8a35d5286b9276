/* Items in observables of a stretch each. See kit/windows.h. */
#include "kit/windows.h"

struct window {
	struct weir_span span;
	struct weir_branch *branch; /* held; NULL: there was no memory */
	size_t count;
};

/* The stage behind the source. Items pass it by. */
struct boundaries {
	struct weir_node node;
	struct weir_spans spans;
	struct weir_windows *windows;
};

static struct window *window_of(struct weir_span *span)
{
	return WEIR_CONTAINER_OF(span, struct window, span);
}

static struct weir_branches *branches_at(struct weir_spans *spans)
{
	return &WEIR_CONTAINER_OF(spans, struct boundaries, spans)->windows->branches;
}

static bool window_can_open(struct weir_spans *spans)
{
	return branches_at(spans)->node != NULL;
}

static void window_open(struct weir_span *span)
{
	struct weir_branches *branches = branches_at(span->spans);
	struct weir_branch *branch = weir_branches_open(branches);

	if (branch == NULL)
		return;
	window_of(span)->branch = branch;
	weir_branches_emit(branches, branch);
}

/* It may be the last thing anybody listened to. */
static void window_close(struct weir_span *span)
{
	struct weir_spans *spans = span->spans;

	weir_span_hold(span);
	weir_branch_end(window_of(span)->branch, NULL);
	if (!weir_span_let_go(span))
		return;
	weir_spans_end(span);
	weir_spans_watch(spans);
}

static void window_forget(struct weir_span *span)
{
	if (window_of(span)->branch != NULL)
		weir_hub_unref(&window_of(span)->branch->hub);
}

static const struct weir_spans_class windows_spans = {
	.span_size = sizeof(struct window),
	.can_open = window_can_open,
	.open = window_open,
	.close = window_close,
	.forget = window_forget,
};

static void boundaries_start(struct weir_node *node)
{
	struct boundaries *self = WEIR_CONTAINER_OF(node, struct boundaries, node);
	struct weir_branches *branches =
		WEIR_CONTAINER_OF(weir_connection_around(node), struct weir_branches, connection);

	self->windows = WEIR_CONTAINER_OF(branches, struct weir_windows, branches);
	self->windows->spans = &self->spans;
	weir_spans_start(&self->spans, node, &windows_spans, node->config);
}

static void boundaries_finish(struct weir_node *node)
{
	weir_spans_finish(&WEIR_CONTAINER_OF(node, struct boundaries, node)->spans);
}

static const struct weir_node_class boundaries_class = {
	.name = "boundaries",
	.size = sizeof(struct boundaries),
	.config_size = sizeof(struct weir_spans_config),
	.start = boundaries_start,
	.finish = boundaries_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_spans_config, notifier) },
};

/* A value may lead to the end of any window, and to the beginning of others, which do not get it. */
void weir_windows_next(struct weir_branches *branches, weir_value value)
{
	struct weir_windows *windows = WEIR_CONTAINER_OF(branches, struct weir_windows, branches);
	struct weir_spans *spans = windows->spans;
	uint64_t newest = spans->opened;
	struct weir_span *span;

	spans->cursor = spans->open.next;
	while ((span = weir_spans_next(spans, newest)) != NULL) {
		struct window *window = window_of(span);

		weir_span_hold(span);
		window->count++;
		weir_branch_next(window->branch, weir_retain(value));
		if (weir_span_let_go(span) && windows->max_size > 0 && window->count >= windows->max_size)
			weir_span_close(span);
	}
	weir_release(value);
}

void weir_windows_start(struct weir_node *node)
{
	const struct weir_windows_config *config = node->config;
	struct weir_branches *branches = weir_branches_new(node, config->branches_class, config->waiting);

	if (branches == NULL)
		return;
	WEIR_CONTAINER_OF(branches, struct weir_windows, branches)->max_size = config->max_size;
	weir_branches_connect(branches, config->source);
}

weir_observable *weir_windows_new(weir_observable *source, const struct weir_node_class *node_class,
	const struct weir_branches_class *branches_class, const struct weir_spans_config *spans, size_t max_size,
	size_t waiting)
{
	if (source == NULL) {
		weir_unref(spans->notifier);
		return weir_reject(NULL, node_class->name, "the source is NULL");
	}
	return weir_create_source(
		node_class, &(struct weir_windows_config){
				    branches_class, weir_extend(source, &boundaries_class, spans), max_size, waiting });
}
