/* tap: look at the signals as they pass. See weir/observing.h. */
#include <weir/observing.h>
#include <weir/operator.h>

struct tap {
	struct weir_node node;
	bool ended;
};

static void tap_start(struct weir_node *node)
{
	const struct weir_tap_observer *observer = node->config;

	if (observer->subscribed != NULL)
		observer->subscribed(observer->context);
}

static void tap_next(struct weir_node *node, weir_value value)
{
	const struct weir_tap_observer *observer = node->config;

	observer->next(value, observer->context);
	weir_emit_next(node, value);
}

static void tap_error(struct weir_node *node, weir_error *error)
{
	const struct weir_tap_observer *observer = node->config;

	WEIR_CONTAINER_OF(node, struct tap, node)->ended = true;
	if (observer->error != NULL)
		observer->error(error, observer->context);
	weir_emit_error(node, error);
}

static void tap_complete(struct weir_node *node)
{
	const struct weir_tap_observer *observer = node->config;

	WEIR_CONTAINER_OF(node, struct tap, node)->ended = true;
	if (observer->complete != NULL)
		observer->complete(observer->context);
	weir_emit_complete(node);
}

static void tap_finish(struct weir_node *node)
{
	const struct weir_tap_observer *observer = node->config;

	if (!WEIR_CONTAINER_OF(node, struct tap, node)->ended && observer->cancelled != NULL)
		observer->cancelled(observer->context);
	if (observer->finished != NULL)
		observer->finished(observer->context);
}

static const struct weir_node_class tap_class = {
	.name = "tap",
	.size = sizeof(struct tap),
	.config_size = sizeof(struct weir_tap_observer),
	.start = tap_start,
	.next = tap_next,
	.error = tap_error,
	.complete = tap_complete,
	.finish = tap_finish,
};

/* Who does not look at the items does not pay for them. */
static const struct weir_node_class tap_ends_class = {
	.name = "tap",
	.size = sizeof(struct tap),
	.config_size = sizeof(struct weir_tap_observer),
	.start = tap_start,
	.error = tap_error,
	.complete = tap_complete,
	.finish = tap_finish,
};

weir_observable *weir_tap(weir_observable *source, const weir_tap_observer *observer)
{
	if (observer == NULL)
		return weir_reject(source, "tap", "the observer is NULL");
	return weir_extend(source, observer->next != NULL ? &tap_class : &tap_ends_class, observer);
}

static const struct weir_node_class tap_next_class = {
	.name = "tap",
	.config_size = sizeof(struct weir_tap_observer),
	.next = tap_next,
};

weir_observable *weir_tap_next(weir_observable *source, void (*next)(weir_value value, void *context), void *context)
{
	if (next == NULL)
		return weir_reject(source, "tap", "the callback is NULL");
	return weir_extend(source, &tap_next_class, &(weir_tap_observer){ .next = next, .context = context });
}
