/* merge: the items of all sources as they come. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/operator.h>

#include "kit/failures.h"
#include "kit/flatten.h"
#include "kit/sources.h"

struct merge_config {
	struct weir_sources sources;
	uint64_t concurrency;
	bool delays_errors;
};

struct merge {
	struct weir_flatten flatten;
	struct weir_collector failures;
};

/* The sources wait by their index. */
static weir_observable *merge_project(struct weir_flatten *flatten, weir_value index)
{
	const struct merge_config *config = flatten->node.config;

	return config->sources.items[weir_as_int(index)];
}

static void merge_keep_error(struct weir_flatten *flatten, weir_error *error)
{
	weir_failures_keep(&flatten->node, &WEIR_CONTAINER_OF(flatten, struct merge, flatten)->failures, error);
}

static void merge_end(struct weir_flatten *flatten)
{
	weir_failures_end(&flatten->node, &WEIR_CONTAINER_OF(flatten, struct merge, flatten)->failures);
}

static const struct weir_flatten_class merge_flatten = {
	.project = merge_project,
	.is_borrowed = true,
};

static const struct weir_flatten_class merge_delaying = {
	.project = merge_project,
	.is_borrowed = true,
	.failed = merge_keep_error,
	.all_ended = merge_end,
};

static void merge_start(struct weir_node *node)
{
	struct weir_flatten *self = WEIR_CONTAINER_OF(node, struct weir_flatten, node);
	const struct merge_config *config = node->config;

	weir_flatten_init(
		self, node, config->delays_errors ? &merge_delaying : &merge_flatten, config->concurrency, false);
	for (size_t index = 0; index < config->sources.count && weir_is_open(node); index++)
		weir_flatten_add(self, weir_int((int64_t)index));
	if (weir_is_open(node))
		weir_flatten_source_completed(self);
}

static void merge_finish(struct weir_node *node)
{
	weir_collector_finish(&WEIR_CONTAINER_OF(node, struct merge, flatten.node)->failures);
}

static const struct weir_node_class merge_class = {
	.name = "merge",
	.size = sizeof(struct merge),
	.config_size = sizeof(struct merge_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_start,
	.request = weir_flatten_request,
	.finish = merge_finish,
	.config_holds = { WEIR_HOLDS(struct merge_config, sources, weir_holds_sources) },
};

static weir_observable *merge_new(weir_observable *const *sources, size_t count, struct merge_config config)
{
	weir_observable *rejected = weir_sources_take(&config.sources, merge_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&merge_class, &config);
}

weir_observable *weir_merge(weir_observable *const *sources, size_t count, uint64_t concurrency)
{
	return merge_new(
		sources, count, (struct merge_config){ .concurrency = concurrency > 0 ? concurrency : WEIR_UNBOUNDED });
}

weir_observable *weir_merge_delay_error(weir_observable *const *sources, size_t count, uint64_t concurrency)
{
	return merge_new(sources, count,
		(struct merge_config){
			.concurrency = concurrency > 0 ? concurrency : WEIR_UNBOUNDED, .delays_errors = true });
}

weir_observable *weir_merge_with(weir_observable *source, weir_observable *other)
{
	return weir_merge((weir_observable *const[]){ source, other }, 2, 0);
}
