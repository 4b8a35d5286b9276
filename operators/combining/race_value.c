/* race_value: the source whose first value comes first, whatever has failed before. See weir/combining.h. */
#include <weir/combining.h>

#include "kit/gather.h"

static void race_value_on_error(struct weir_gather *self, size_t index, weir_error *error)
{
	if (self->winner != NULL)
		weir_emit_error(&self->node, error);
	else
		weir_gather_set(self, index, weir_error_value(error));
}

static void race_value_on_complete(struct weir_gather *self, size_t index)
{
	if (self->winner != NULL)
		weir_emit_complete(&self->node);
	else
		weir_gather_set(self, index,
			weir_error_value(weir_node_error(
				&self->node, WEIR_EEMPTY, "source %zu completed without a value", index + 1)));
}

static void race_value_on_released(struct weir_gather *self, size_t index)
{
	(void)index;
	if (self->running == 0)
		weir_gather_fail(self, "no source has given a value");
}

static const struct weir_gather_class race_value_gather = {
	.mode = WEIR_GATHER_FIRST,
	.error = race_value_on_error,
	.complete = race_value_on_complete,
	.released = race_value_on_released,
};

static void race_value_start(struct weir_node *node)
{
	const struct weir_gather_config *config = node->config;

	weir_gather_start(node, &race_value_gather, &config->sources);
	if (config->sources.count == 0)
		weir_emit_failure(node, WEIR_ECOMPOSITE, "there are no sources");
}

static const struct weir_node_class race_value_class = {
	.name = "race_value",
	.size = sizeof(struct weir_gather),
	.config_size = sizeof(struct weir_gather_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = race_value_start,
	.request = weir_gather_request,
	.config_holds = { WEIR_HOLDS(struct weir_gather_config, sources, weir_holds_sources) },
};

weir_observable *weir_race_value(weir_observable *const *sources, size_t count)
{
	return weir_gather_new(&race_value_class, sources, count, NULL, NULL);
}
