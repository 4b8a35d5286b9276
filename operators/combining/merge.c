/* merge: the items of all sources as they come. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/operator.h>

#include "kit/flatten.h"
#include "kit/sources.h"

struct merge_config {
	struct weir_sources sources;
	uint64_t concurrency;
};

/* The sources wait by their index. */
static weir_observable *merge_project(struct weir_flatten *flatten, weir_value index)
{
	const struct merge_config *config = flatten->node.config;

	return config->sources.items[weir_as_int(index)];
}

static const struct weir_flatten_class merge_flatten = {
	.project = merge_project,
	.is_borrowed = true,
};

static void merge_start(struct weir_node *node)
{
	struct weir_flatten *self = WEIR_CONTAINER_OF(node, struct weir_flatten, node);
	const struct merge_config *config = node->config;

	weir_flatten_init(self, node, &merge_flatten, config->concurrency, false);
	for (size_t index = 0; index < config->sources.count && weir_is_open(node); index++)
		weir_flatten_add(self, weir_int((int64_t)index));
	if (weir_is_open(node))
		weir_flatten_source_completed(self);
}

static void merge_config_destroy(void *config)
{
	weir_sources_release(&((struct merge_config *)config)->sources);
}

static const struct weir_node_class merge_class = {
	.name = "merge",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct merge_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_start,
	.request = weir_flatten_request,
	.config_destroy = merge_config_destroy,
};

weir_observable *weir_merge(weir_observable *const *sources, size_t count, uint64_t concurrency)
{
	struct merge_config config = { .concurrency = concurrency > 0 ? concurrency : WEIR_UNBOUNDED };
	weir_observable *rejected = weir_sources_take(&config.sources, merge_class.name, sources, count);

	return rejected != NULL ? rejected : weir_create_source(&merge_class, &config);
}

weir_observable *weir_merge_with(weir_observable *source, weir_observable *other)
{
	return weir_merge((weir_observable *const[]){ source, other }, 2, 0);
}
