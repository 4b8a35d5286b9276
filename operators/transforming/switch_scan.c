/* switch_scan: as switch_map, with the latest item at hand. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"
#include "kit/mirror.h"

struct switch_scan_config {
	weir_accumulating_project project;
	void *context;
	weir_value seed;
};

struct switch_scan {
	struct weir_mirror mirror;
	weir_value latest;
};

static void switch_scan_on_newest_next(struct weir_inner *inner, weir_value value)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(inner, struct switch_scan, mirror.inner);
	weir_value old = self->latest;

	self->latest = weir_retain(value);
	weir_release(old);
	weir_emit_next(inner->owner, value);
}

static const struct weir_inner_class switch_scan_newest = {
	.next = switch_scan_on_newest_next,
	.complete = weir_mirror_inner_complete,
};

static void switch_scan_start(struct weir_node *node)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, mirror.node);

	self->latest = weir_retain(((const struct switch_scan_config *)node->config)->seed);
	weir_inner_init(&self->mirror.inner, node, &switch_scan_newest);
}

static void switch_scan_next(struct weir_node *node, weir_value value)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, mirror.node);
	const struct switch_scan_config *config = node->config;

	/* First the old one goes: the projection must not run beside it. */
	weir_inner_stop(&self->mirror.inner);

	/* The projection may cancel, and still borrows it then. */
	weir_value latest = weir_retain(self->latest);
	weir_observable *projected = config->project(latest, value, config->context);

	weir_release(latest);
	weir_release(value);
	weir_inner_switch_to(&self->mirror.inner, projected);
}

static void switch_scan_finish(struct weir_node *node)
{
	struct switch_scan *self = WEIR_CONTAINER_OF(node, struct switch_scan, mirror.node);
	weir_value latest = self->latest;

	self->latest = weir_nil();
	weir_release(latest);
}

static const struct weir_node_class switch_scan_class = {
	.name = "switch_scan",
	.size = sizeof(struct switch_scan),
	.config_size = sizeof(struct switch_scan_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = switch_scan_start,
	.next = switch_scan_next,
	.complete = weir_mirror_complete,
	.request = weir_mirror_request,
	.finish = switch_scan_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct switch_scan_config, seed) },
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
