/* repeat: run the source again when it completes. See weir/recovering.h. */
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/rerun.h"

struct repeat_config {
	weir_observable *source;
	struct weir_repeat_options options; /* a count of 0 completes at once */
};

struct repeat {
	struct weir_rerun rerun;
	uint64_t completed;
};

/* The last completion passes before the run is released, as any terminal does; the next run begins after that. */
static void repeat_on_complete(struct weir_inner *run)
{
	struct repeat *self = WEIR_CONTAINER_OF(run, struct repeat, rerun.run);
	const struct weir_repeat_options *options = &((const struct repeat_config *)run->owner->config)->options;

	if (++self->completed >= options->count && options->count != WEIR_UNBOUNDED)
		weir_emit_complete(run->owner);
}

static void repeat_on_completed(struct weir_inner *run)
{
	struct repeat *self = WEIR_CONTAINER_OF(run, struct repeat, rerun.run);
	const struct weir_repeat_options *options = &((const struct repeat_config *)run->owner->config)->options;

	if (options->wait_for != NULL)
		weir_rerun_when(&self->rerun, options->wait_for(self->completed, options->context));
	else
		weir_rerun_after(&self->rerun, options->delay, NULL);
}

static const struct weir_inner_class repeat_run = {
	.complete = repeat_on_complete,
	.completed = repeat_on_completed,
};

static void repeat_start(struct weir_node *node)
{
	const struct repeat_config *config = node->config;

	if (config->options.count == 0)
		weir_emit_complete(node);
	else
		weir_rerun_init(
			&WEIR_CONTAINER_OF(node, struct repeat, rerun.node)->rerun, node, config->source, &repeat_run);
}

static const struct weir_node_class repeat_class = {
	.name = "repeat",
	.size = sizeof(struct repeat),
	.config_size = sizeof(struct repeat_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = repeat_start,
	.request = weir_rerun_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct repeat_config, source) },
};

static weir_observable *repeat_new(weir_observable *source, struct weir_repeat_options options)
{
	if (source == NULL)
		return weir_reject(NULL, "repeat", "the source is NULL");
	return weir_create_source(&repeat_class, &(struct repeat_config){ source, options });
}

weir_observable *weir_repeat(weir_observable *source, uint64_t count, weir_duration delay)
{
	return repeat_new(source, (struct weir_repeat_options){ .count = count, .delay = delay });
}

weir_observable *weir_repeat_with(weir_observable *source, const struct weir_repeat_options *options)
{
	struct weir_repeat_options given = options != NULL ? *options : (struct weir_repeat_options){ 0 };

	if (given.count == 0)
		given.count = WEIR_UNBOUNDED;
	return repeat_new(source, given);
}
