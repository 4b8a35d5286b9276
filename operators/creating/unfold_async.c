/* unfold_async: an asynchronous step from state to item and next state, again and again. See weir/creating.h. */
#include <errno.h>

#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/failed.h"
#include "kit/inner.h"

struct unfold_async_config {
	weir_value initial_state;
	weir_project step;
	void *context;
};

struct unfold_async {
	struct weir_node node;
	struct weir_inner step;
	weir_value state;
	bool is_busy; /* emitting or calling the step */
};

/* One step in flight, and only for an item that was asked for. */
static void unfold_async_advance(struct unfold_async *self)
{
	struct weir_node *node = &self->node;
	const struct unfold_async_config *config = node->config;

	if (self->is_busy || node->demand == 0 || weir_inner_is_active(&self->step))
		return;

	/* Out of the reach of `finish` while the callback borrows it: it may cancel. */
	weir_value state = self->state;

	self->state = weir_nil();
	self->is_busy = true;

	weir_observable *step = config->step(state, config->context);

	self->is_busy = false;
	weir_release(state);
	weir_inner_switch_to(&self->step, step);
}

static void unfold_async_on_pair(struct weir_inner *inner, weir_value pair)
{
	struct unfold_async *self = WEIR_CONTAINER_OF(inner, struct unfold_async, step);
	struct weir_node *node = &self->node;

	if (weir_kind(pair) != WEIR_KIND_ARRAY || weir_length(pair) != 2) {
		char text[64];

		weir_print(pair, text, sizeof text);
		weir_release(pair);
		weir_emit_failure(node, EINVAL, "a step emitted %s; it must be an array of item and next state", text);
		return;
	}

	weir_value item = weir_retain(weir_at(pair, 0));

	self->state = weir_retain(weir_at(pair, 1));
	weir_release(pair);
	weir_inner_stop(&self->step);
	/* What is asked for from inside begins when the item has been delivered. */
	self->is_busy = true;
	weir_emit_next(node, item);
	self->is_busy = false;
	unfold_async_advance(self);
}

static const struct weir_inner_class unfold_async_step = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = unfold_async_on_pair,
	.complete = weir_inner_complete_owner, /* only a step without a pair comes to it */
};

static void unfold_async_start(struct weir_node *node)
{
	struct unfold_async *self = WEIR_CONTAINER_OF(node, struct unfold_async, node);
	const struct unfold_async_config *config = node->config;

	self->state = weir_retain(config->initial_state);
	weir_inner_init(&self->step, node, &unfold_async_step);
}

static void unfold_async_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	unfold_async_advance(WEIR_CONTAINER_OF(node, struct unfold_async, node));
}

static void unfold_async_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct unfold_async, node)->state);
}

static const struct weir_node_class unfold_async_class = {
	.name = "unfold_async",
	.size = sizeof(struct unfold_async),
	.config_size = sizeof(struct unfold_async_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = unfold_async_start,
	.request = unfold_async_request,
	.finish = unfold_async_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct unfold_async_config, initial_state) },
};

weir_observable *weir_unfold_async(weir_value initial_state, weir_project step, void *context)
{
	if (weir_is_error(initial_state))
		return weir_failed(NULL, initial_state);
	if (step == NULL) {
		weir_release(initial_state);
		return weir_reject(NULL, "unfold_async", "the step is NULL");
	}
	return weir_create_source(&unfold_async_class, &(struct unfold_async_config){ initial_state, step, context });
}
