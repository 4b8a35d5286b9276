/* repeat: run the source again when it completes. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/rerun.h"

struct repeat_config {
	weir_observable *source;
	uint64_t count;
	weir_duration delay;
};

struct repeat {
	struct weir_rerun rerun;
	uint64_t completed;
};

static void repeat_on_completed(struct weir_inner *run)
{
	struct repeat *self = WEIR_CONTAINER_OF(run, struct repeat, rerun.run);
	const struct repeat_config *config = run->owner->config;

	if (config->count != WEIR_UNBOUNDED && ++self->completed >= config->count)
		weir_emit_complete(run->owner);
	else
		weir_rerun_after(&self->rerun, config->delay, NULL);
}

static const struct weir_inner_class repeat_run = {
	.completed = repeat_on_completed,
};

static void repeat_start(struct weir_node *node)
{
	const struct repeat_config *config = node->config;

	if (config->count == 0)
		weir_emit_complete(node);
	else
		weir_rerun_init(
			&WEIR_CONTAINER_OF(node, struct repeat, rerun.node)->rerun, node, config->source, &repeat_run);
}

static void repeat_config_destroy(void *config)
{
	weir_unref(((struct repeat_config *)config)->source);
}

static const struct weir_node_class repeat_class = {
	.name = "repeat",
	.size = sizeof(struct repeat),
	.config_size = sizeof(struct repeat_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = repeat_start,
	.request = weir_rerun_request,
	.config_destroy = repeat_config_destroy,
};

weir_observable *weir_repeat(weir_observable *source, uint64_t count, weir_duration delay)
{
	if (source == NULL)
		return weir_reject(NULL, "repeat", "the source is NULL");
	return weir_create_source(&repeat_class, &(struct repeat_config){ source, count, delay });
}
