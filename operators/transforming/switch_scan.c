/* switch_scan: as switch_map, with the latest item at hand. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"
#include "kit/inner.h"

struct switch_scan_config {
	weir_accumulating_project project;
	void *context;
	weir_value seed;
};

struct switch_scan {
	struct weir_node node;
	struct weir_inner newest;
	weir_value latest;
	bool source_completed;
};

static void switch_scan_on_newest_next(struct weir_inner *inner, weir_value value)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(inner, struct switch_scan, newest);
	weir_value old = self->latest;

	self->latest = weir_retain(value);
	weir_release(old);
	weir_emit_next(&self->node, value);
}

static void switch_scan_on_newest_complete(struct weir_inner *inner)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(inner, struct switch_scan, newest);

	if (self->source_completed)
		weir_emit_complete(&self->node);
}

static const struct weir_inner_class switch_scan_newest = {
	.next = switch_scan_on_newest_next,
	.complete = switch_scan_on_newest_complete,
};

static void switch_scan_start(struct weir_node *node)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, node);

	self->latest = weir_retain(((const struct switch_scan_config *)node->config)->seed);
	weir_inner_init(&self->newest, node, &switch_scan_newest);
}

static void switch_scan_next(struct weir_node *node, weir_value value)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, node);
	const struct switch_scan_config *config = node->config;

	/* First the old one goes: the projection must not run beside it. */
	weir_inner_stop(&self->newest);

	/* The projection may cancel, and still borrows it then. */
	weir_value latest = weir_retain(self->latest);
	weir_observable *projected = config->project(latest, value, config->context);

	weir_release(latest);
	weir_release(value);
	weir_inner_switch_to(&self->newest, projected);
}

static void switch_scan_complete(struct weir_node *node)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, node);

	self->source_completed = true;
	if (!weir_inner_is_active(&self->newest))
		weir_emit_complete(node); /* otherwise switch_scan_on_newest_complete() does */
}

static void switch_scan_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct switch_scan, node)->newest, count);
}

static void switch_scan_finish(struct weir_node *node)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, node);
	weir_value latest = self->latest;

	self->latest = weir_nil();
	weir_release(latest);
}

static void switch_scan_config_destroy(void *config)
{
	weir_release(((struct switch_scan_config *)config)->seed);
}

static const struct weir_node_class switch_scan_class = {
	.name = "switch_scan",
	.size = sizeof(struct switch_scan),
	.config_size = sizeof(struct switch_scan_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = switch_scan_start,
	.next = switch_scan_next,
	.complete = switch_scan_complete,
	.request = switch_scan_request,
	.finish = switch_scan_finish,
	.config_destroy = switch_scan_config_destroy,
};

weir_observable *weir_switch_scan(
	weir_observable *source, weir_accumulating_project project, void *context, weir_value seed)
{
	if (weir_is_error(seed))
		return weir_failed(source, seed);
	if (project != NULL)
		return weir_extend(source, &switch_scan_class, &(struct switch_scan_config){ project, context, seed });
	weir_release(seed);
	return weir_reject(source, "switch_scan", "the projection is NULL");
}
