/* concat: one source after the other. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/operator.h>

#include "kit/failures.h"
#include "kit/inner.h"
#include "kit/sources.h"

struct concat_config {
	struct weir_sources sources;
	bool delays_errors;
};

struct concat {
	struct weir_node node;
	struct weir_inner current;
	size_t begun;
	struct weir_collector failures;
};

static void concat_continue(struct weir_inner *current)
{
	struct concat *self = WEIR_CONTAINER_OF(current, struct concat, current);
	const struct concat_config *config = self->node.config;

	if (self->begun < config->sources.count)
		weir_inner_switch_to_borrowed(current, config->sources.items[self->begun++]);
	else
		weir_failures_end(&self->node, &self->failures);
}

static void concat_on_complete(struct weir_inner *current)
{
	struct concat *self = WEIR_CONTAINER_OF(current, struct concat, current);
	const struct concat_config *config = self->node.config;

	if (self->begun == config->sources.count)
		weir_failures_end(&self->node, &self->failures);
}

static void concat_keep_error(struct weir_inner *current, weir_error *error)
{
	struct concat *self = WEIR_CONTAINER_OF(current, struct concat, current);

	weir_failures_keep(&self->node, &self->failures, error);
	if (weir_is_open(&self->node))
		concat_continue(current);
}

static const struct weir_inner_class concat_current = {
	.complete = concat_on_complete,
	.completed = concat_continue,
};

static const struct weir_inner_class concat_delaying = {
	.complete = concat_on_complete,
	.completed = concat_continue,
	.failed = concat_keep_error,
};

static void concat_start(struct weir_node *node)
{
	struct concat *self = WEIR_CONTAINER_OF(node, struct concat, node);
	const struct concat_config *config = node->config;

	weir_inner_init(&self->current, node, config->delays_errors ? &concat_delaying : &concat_current);
	concat_continue(&self->current);
}

static void concat_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct concat, node)->current, count);
}

static void concat_finish(struct weir_node *node)
{
	weir_collector_finish(&WEIR_CONTAINER_OF(node, struct concat, node)->failures);
}

static const struct weir_node_class concat_class = {
	.name = "concat",
	.size = sizeof(struct concat),
	.config_size = sizeof(struct concat_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = concat_start,
	.request = concat_request,
	.finish = concat_finish,
	.config_holds = { WEIR_HOLDS(struct concat_config, sources, weir_holds_sources) },
};

static weir_observable *concat_new(weir_observable *const *sources, size_t count, bool delays_errors)
{
	struct concat_config config = { .delays_errors = delays_errors };
	weir_observable *rejected = weir_sources_take(&config.sources, concat_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&concat_class, &config);
}

weir_observable *weir_concat(weir_observable *const *sources, size_t count)
{
	return concat_new(sources, count, false);
}

weir_observable *weir_concat_delay_error(weir_observable *const *sources, size_t count)
{
	return concat_new(sources, count, true);
}

weir_observable *weir_concat_with(weir_observable *source, weir_observable *other)
{
	return weir_concat((weir_observable *const[]){ source, other }, 2);
}
