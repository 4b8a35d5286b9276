/* merge_scan: as merge_map, with the latest item at hand. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/failed.h"
#include "kit/flatten.h"

struct merge_scan_config {
	weir_accumulating_project project;
	void *context;
	weir_value seed;
	uint64_t concurrency;
};

struct merge_scan {
	struct weir_flatten flatten;
	weir_value latest;
};

static weir_observable *merge_scan_project(struct weir_flatten *flatten, weir_value value)
{
	struct merge_scan *self = WEIR_CONTAINER_OF(flatten, struct merge_scan, flatten);
	const struct merge_scan_config *config = flatten->node.config;
	/* The projection may cancel, and still borrows it then. */
	weir_value latest = weir_retain(self->latest);
	weir_observable *observable = config->project(latest, value, config->context);

	weir_release(latest);
	return observable;
}

static void merge_scan_item(struct weir_flatten *flatten, weir_value value)
{
	struct merge_scan *self = WEIR_CONTAINER_OF(flatten, struct merge_scan, flatten);
	weir_value old = self->latest;

	self->latest = weir_retain(value);
	weir_release(old);
}

static const struct weir_flatten_class merge_scan_flatten = {
	.project = merge_scan_project,
	.item = merge_scan_item,
};

static void merge_scan_start(struct weir_node *node)
{
	struct merge_scan *self = WEIR_CONTAINER_OF(node, struct merge_scan, flatten.node);
	const struct merge_scan_config *config = node->config;

	self->latest = weir_retain(config->seed);
	weir_flatten_init(&self->flatten, node, &merge_scan_flatten, config->concurrency, true);
}

static void merge_scan_finish(struct weir_node *node)
{
	struct merge_scan *self = WEIR_CONTAINER_OF(node, struct merge_scan, flatten.node);
	weir_value latest = self->latest;

	self->latest = weir_nil();
	weir_release(latest);
}

static const struct weir_node_class merge_scan_class = {
	.name = "merge_scan",
	.size = sizeof(struct merge_scan),
	.config_size = sizeof(struct merge_scan_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_scan_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
	.finish = merge_scan_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct merge_scan_config, seed) },
};

weir_observable *weir_merge_scan(weir_observable *source, weir_accumulating_project project, void *context,
	weir_value seed, uint64_t concurrency)
{
	struct merge_scan_config config = { project, context, seed, concurrency > 0 ? concurrency : WEIR_UNBOUNDED };

	if (weir_is_error(seed))
		return weir_failed(source, seed);
	if (project != NULL)
		return weir_extend(source, &merge_scan_class, &config);
	weir_release(seed);
	return weir_reject(source, "merge_scan", "the projection is NULL");
}
