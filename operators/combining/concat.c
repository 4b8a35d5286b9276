/* concat: one source after the other. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/operator.h>

#include "kit/inner.h"
#include "kit/sources.h"

struct concat_config {
	struct weir_sources sources;
};

struct concat {
	struct weir_node node;
	struct weir_inner current;
	size_t begun;
};

static void concat_continue(struct weir_inner *current)
{
	struct concat *self = WEIR_CONTAINER_OF(current, struct concat, current);
	const struct concat_config *config = self->node.config;

	if (self->begun < config->sources.count)
		weir_inner_switch_to_borrowed(current, config->sources.items[self->begun++]);
	else
		weir_emit_complete(&self->node);
}

static void concat_on_complete(struct weir_inner *current)
{
	struct concat *self = WEIR_CONTAINER_OF(current, struct concat, current);
	const struct concat_config *config = self->node.config;

	if (self->begun == config->sources.count)
		weir_emit_complete(&self->node);
}

static const struct weir_inner_class concat_current = {
	.complete = concat_on_complete,
	.completed = concat_continue,
};

static void concat_start(struct weir_node *node)
{
	struct concat *self = WEIR_CONTAINER_OF(node, struct concat, node);

	weir_inner_init(&self->current, node, &concat_current);
	concat_continue(&self->current);
}

static void concat_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct concat, node)->current, count);
}

static void concat_config_destroy(void *config)
{
	weir_sources_release(&((struct concat_config *)config)->sources);
}

static const struct weir_node_class concat_class = {
	.name = "concat",
	.size = sizeof(struct concat),
	.config_size = sizeof(struct concat_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = concat_start,
	.request = concat_request,
	.config_destroy = concat_config_destroy,
};

weir_observable *weir_concat(weir_observable *const *sources, size_t count)
{
	struct concat_config config;
	weir_observable *rejected = weir_sources_take(&config.sources, concat_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&concat_class, &config);
}

weir_observable *weir_concat_with(weir_observable *source, weir_observable *other)
{
	return weir_concat((weir_observable *const[]){ source, other }, 2);
}
