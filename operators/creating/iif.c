/* iif: one of two observables, chosen for each subscription. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/inner.h"
#include "kit/scalar.h"

struct iif_config {
	weir_condition condition;
	void *context;
	weir_observable *then;
	weir_observable *otherwise;
};

struct iif {
	struct weir_node node;
	struct weir_inner chosen;
};

static const struct weir_inner_class iif_chosen = {
	.demand = WEIR_INNER_THROUGH,
	.complete = weir_inner_complete_owner,
};

static void iif_start(struct weir_node *node)
{
	struct iif *self = WEIR_CONTAINER_OF(node, struct iif, node);
	const struct iif_config *config = node->config;
	int verdict = config->condition(config->context);

	weir_inner_init(&self->chosen, node, &iif_chosen);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the condition failed");
	else
		weir_inner_switch_to_borrowed(&self->chosen, verdict > 0 ? config->then : config->otherwise);
}

static void iif_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct iif, node)->chosen, count);
}

/* Nothing is counted: the chosen observable honours the demand. */
static const struct weir_node_class iif_class = {
	.name = "iif",
	.size = sizeof(struct iif),
	.config_size = sizeof(struct iif_config),
	.start = iif_start,
	.request = iif_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct iif_config, then),
		WEIR_HOLDS_OBSERVABLE(struct iif_config, otherwise) },
};

weir_observable *weir_iif(weir_condition condition, void *context, weir_observable *then, weir_observable *otherwise)
{
	if (then == NULL)
		then = weir_scalar_empty();
	if (otherwise == NULL)
		otherwise = weir_scalar_empty();
	if (condition == NULL) {
		weir_unref(otherwise);
		return weir_reject(then, "iif", "the condition is NULL");
	}
	return weir_create_source(&iif_class, &(struct iif_config){ condition, context, then, otherwise });
}
