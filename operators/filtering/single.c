/* single: the one value there is; another one or none is an error. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/last.h"

struct single_config {
	weir_predicate predicate;
	void *context;
};

struct single {
	struct weir_last last;
	bool has_seen_any;
};

/* A second match is all that needs to be known. */
static void single_start(struct weir_node *node)
{
	weir_request_upstream(node, 2);
}

static void single_next(struct weir_node *node, weir_value value)
{
	struct single *self = WEIR_CONTAINER_OF(node, struct single, last.node);
	const struct single_config *config = node->config;
	int verdict = config->predicate != NULL ? config->predicate(value, config->context) : 1;

	self->has_seen_any = true;
	if (verdict > 0 && !self->last.has_value && weir_is_open(node)) {
		weir_last_set(&self->last, value);
		return;
	}
	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else if (verdict > 0)
		weir_emit_failure(node, WEIR_ESEQUENCE, "a second value came; there must be exactly one");
	else
		weir_request_replacement(node);
}

static void single_complete(struct weir_node *node)
{
	struct single *self = WEIR_CONTAINER_OF(node, struct single, last.node);

	if (self->last.has_value)
		weir_last_complete(node);
	else if (self->has_seen_any)
		weir_emit_failure(node, WEIR_ENOTFOUND, "no value satisfied the predicate");
	else
		weir_emit_failure(node, WEIR_EEMPTY, "the source completed without a value");
}

static const struct weir_node_class single_class = {
	.name = "single",
	.size = sizeof(struct single),
	.config_size = sizeof(struct single_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = single_start,
	.next = single_next,
	.complete = single_complete,
	.request = weir_last_request,
	.finish = weir_last_finish,
};

weir_observable *weir_single(weir_observable *source)
{
	return weir_extend(source, &single_class, &(struct single_config){ NULL, NULL });
}

weir_observable *weir_single_where(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "single", "the predicate is NULL");
	return weir_extend(source, &single_class, &(struct single_config){ predicate, context });
}
