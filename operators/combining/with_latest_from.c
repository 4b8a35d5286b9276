/* with_latest_from: each value of the source with the newest values of others. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static const struct weir_gather_class with_latest_from_gather = {
	.mode = WEIR_GATHER_LATEST,
	.takes_everything = true,
	.is_quiet = true,
	.combine = weir_gather_combine_with_first,
};

static void with_latest_from_start(struct weir_node *node)
{
	const struct weir_gather_config *config = node->config;

	weir_gather_start(node, &with_latest_from_gather, &config->sources);
}

static void with_latest_from_next(struct weir_node *node, weir_value value)
{
	struct weir_gather *self = WEIR_CONTAINER_OF(node, struct weir_gather, node);

	if (weir_gather_has_all(self)) {
		weir_gather_emit(self, value);
		return;
	}
	weir_release(value);
	weir_request_replacement(node);
}

static const struct weir_node_class with_latest_from_class = {
	.name = "with_latest_from",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.start = with_latest_from_start,
	.next = with_latest_from_next,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_with_latest_from(
	weir_observable *source, weir_observable *const *others, size_t count, weir_combiner combiner, void *context)
{
	struct weir_gather_config config = { .combiner = combiner, .context = context };
	weir_observable *rejected = weir_sources_take(&config.sources, with_latest_from_class.name, others, count);

	if (rejected == NULL)
		return weir_extend(source, &with_latest_from_class, &config);
	weir_unref(source);
	return rejected;
}
