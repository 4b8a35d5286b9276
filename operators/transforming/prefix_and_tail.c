/* prefix_and_tail: the first values as an array, with the rest as an observable. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/branches.h"
#include "kit/collector.h"

struct prefix_and_tail_config {
	weir_observable *source;
	size_t count;
};

struct prefix_and_tail {
	struct weir_branches branches;
	struct weir_collector prefix;
	bool has_tail;
};

static struct prefix_and_tail *prefix_and_tail_of(struct weir_branches *branches)
{
	return WEIR_CONTAINER_OF(branches, struct prefix_and_tail, branches);
}

static void prefix_and_tail_open(struct prefix_and_tail *self)
{
	struct weir_branch *tail = weir_branches_open(&self->branches);

	self->has_tail = true;
	self->branches.wanted = 0;
	if (tail == NULL)
		return;
	weir_branches_emit(&self->branches, tail);
	weir_hub_unref(&tail->hub);
}

static void prefix_and_tail_next(struct weir_branches *branches, weir_value value)
{
	struct prefix_and_tail *self = prefix_and_tail_of(branches);

	if (self->has_tail)
		weir_branches_next(branches, value);
	else if (!weir_collector_add(&self->prefix, value))
		weir_branches_fail(branches, weir_fail(ENOMEM, "out of memory"));
	else if (--branches->wanted == 0)
		prefix_and_tail_open(self);
}

/* A prefix that is shorter than it should be, and nothing behind it. */
static void prefix_and_tail_complete(struct weir_branches *branches)
{
	if (!prefix_and_tail_of(branches)->has_tail)
		prefix_and_tail_open(prefix_and_tail_of(branches));
}

static weir_value prefix_and_tail_item(struct weir_branch *tail)
{
	return weir_make_array((weir_value[]){ weir_collector_take(&prefix_and_tail_of(tail->branches)->prefix),
				       weir_observable_value(weir_branch_observable(tail)) },
		2);
}

static void prefix_and_tail_free(struct weir_branches *branches)
{
	weir_collector_finish(&prefix_and_tail_of(branches)->prefix);
}

static const struct weir_node_class tail_class = {
	.name = "prefix_and_tail",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class prefix_and_tail_branches = {
	.size = sizeof(struct prefix_and_tail),
	.listener_class = &tail_class,
	.next = prefix_and_tail_next,
	.complete = prefix_and_tail_complete,
	.item = prefix_and_tail_item,
	.finish = prefix_and_tail_free,
};

static void prefix_and_tail_start(struct weir_node *node)
{
	const struct prefix_and_tail_config *config = node->config;
	struct weir_branches *branches = weir_branches_new(node, &prefix_and_tail_branches, 0);

	if (branches == NULL)
		return;
	branches->wanted = config->count;
	if (config->count == 0)
		prefix_and_tail_open(prefix_and_tail_of(branches));
	weir_branches_connect(branches, config->source);
}

static const struct weir_node_class prefix_and_tail_class = {
	.name = "prefix_and_tail",
	.size = sizeof(struct weir_branches_node),
	.config_size = sizeof(struct prefix_and_tail_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = prefix_and_tail_start,
	.request = weir_branches_request,
	.finish = weir_branches_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct prefix_and_tail_config, source) },
};

weir_observable *weir_prefix_and_tail(weir_observable *source, size_t count)
{
	if (source == NULL)
		return weir_reject(NULL, "prefix_and_tail", "the source is NULL");
	return weir_create_source(&prefix_and_tail_class, &(struct prefix_and_tail_config){ source, count });
}
