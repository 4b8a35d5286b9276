/* map_blocking: pass on what a function that blocks makes of each value, called on worker threads. See weir/threads.h. */
#include <weir/operator.h>
#include <weir/threads.h>

#include "kit/calls.h"

struct map_blocking_config {
	weir_mapper mapper;
	void *context;
	weir_worker_pool *pool;
	struct weir_map_blocking_options options;
};

static void map_blocking_start(struct weir_node *node)
{
	const struct map_blocking_config *config = node->config;
	size_t limit = config->options.concurrency;

	weir_calls_init(node, config->pool, config->mapper, config->context,
		limit > 0 ? limit : weir_worker_pool_size(config->pool), !config->options.unordered);
}

static void map_blocking_config_destroy(void *config)
{
	weir_worker_pool_unref(((struct map_blocking_config *)config)->pool);
}

static const struct weir_node_class map_blocking_class = {
	.name = "map_blocking",
	.size = sizeof(struct weir_calls),
	.config_size = sizeof(struct map_blocking_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = map_blocking_start,
	.next = weir_calls_next,
	.complete = weir_calls_complete,
	.request = weir_calls_request,
	.config_destroy = map_blocking_config_destroy,
};

weir_observable *weir_map_blocking(weir_observable *source, weir_mapper mapper, void *context, weir_worker_pool *pool,
	const struct weir_map_blocking_options *options)
{
	if (mapper == NULL)
		return weir_reject(source, "map_blocking", "the mapper is NULL");
	if (pool == NULL)
		return weir_reject(source, "map_blocking", "the worker pool is NULL");
	/* A call keeps the recipe on another thread. */
	return weir_across_threads(weir_extend(source, &map_blocking_class,
		&(struct map_blocking_config){ mapper, context, weir_worker_pool_ref(pool),
			options != NULL ? *options : (struct weir_map_blocking_options){ 0 } }));
}
