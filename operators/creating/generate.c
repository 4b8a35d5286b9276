/* generate: a loop over a state, run as its items are asked for. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/failed.h"
#include "kit/pump.h"

struct generate_config {
	weir_value initial;
	weir_predicate condition;
	weir_mapper iterate;
	weir_mapper result;
	void *context;
};

struct generate {
	struct weir_node node;
	struct weir_pump pump;
	weir_value state;
	bool has_begun;
};

static void generate_start(struct weir_node *node)
{
	const struct generate_config *config = node->config;

	WEIR_CONTAINER_OF(node, struct generate, node)->state = weir_retain(config->initial);
}

static void generate_one(struct generate *self)
{
	struct weir_node *node = &self->node;
	const struct generate_config *config = node->config;
	weir_value state = self->state;
	int verdict = 1;

	/* Out of the reach of `finish` while the callbacks borrow it: they may cancel. */
	self->state = weir_nil();
	if (self->has_begun) {
		weir_value next = config->iterate(state, config->context);

		weir_release(state);
		state = next;
	}
	self->has_begun = true;
	if (weir_is_error(state) || !weir_is_open(node)) {
		weir_emit_result(node, state);
		return;
	}
	if (config->condition != NULL)
		verdict = config->condition(state, config->context);
	if (verdict <= 0 || !weir_is_open(node)) {
		weir_release(state);
		if (verdict < 0)
			weir_emit_failure(node, -verdict, "the condition failed");
		else
			weir_emit_complete(node);
		return;
	}

	weir_value item = config->result != NULL ? config->result(state, config->context) : weir_retain(state);

	if (weir_is_open(node))
		self->state = state;
	else
		weir_release(state);
	weir_emit_result(node, item);
}

static void generate_emit(struct weir_node *node)
{
	struct generate *self = WEIR_CONTAINER_OF(node, struct generate, node);

	if (!weir_pump_enter(&self->pump))
		return;
	while (node->demand > 0) {
		if (!weir_pump_continue(&self->pump, node, generate_emit))
			return;
		generate_one(self);
	}
	weir_pump_leave(&self->pump);
}

static void generate_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	generate_emit(node);
}

static void generate_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct generate, node)->state);
}

static const struct weir_node_class generate_class = {
	.name = "generate",
	.size = sizeof(struct generate),
	.config_size = sizeof(struct generate_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = generate_start,
	.request = generate_request,
	.finish = generate_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct generate_config, initial) },
};

weir_observable *weir_generate(
	weir_value initial, weir_predicate condition, weir_mapper iterate, weir_mapper result, void *context)
{
	if (weir_is_error(initial))
		return weir_failed(NULL, initial);
	if (iterate == NULL) {
		weir_release(initial);
		return weir_reject(NULL, "generate", "the iteration is NULL");
	}
	return weir_create_source(
		&generate_class, &(struct generate_config){ initial, condition, iterate, result, context });
}
