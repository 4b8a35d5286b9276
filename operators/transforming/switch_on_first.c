/* switch_on_first: what is made of the source when its first value is known. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/inner.h"
#include "kit/relay.h"

struct switch_on_first_config {
	weir_first_selector selector;
	void *context;
};

struct switch_on_first {
	struct weir_node node;
	struct weir_relay *whole; /* NULL: there was no value yet */
	struct weir_inner result;
	bool has_asked; /* for the first value */
};

static void switch_on_first_on_result_complete(struct weir_inner *inner)
{
	weir_emit_complete(inner->owner);
}

static const struct weir_inner_class switch_on_first_result = {
	.complete = switch_on_first_on_result_complete,
};

static void switch_on_first_switch(struct switch_on_first *self, weir_value first)
{
	struct weir_node *node = &self->node;
	const struct switch_on_first_config *config = node->config;

	self->whole = weir_relay_new(node, weir_retain(first));
	if (self->whole == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}

	weir_observable *whole = weir_relay_observable(self->whole);
	weir_observable *result = config->selector(first, whole, config->context);

	weir_unref(whole);
	if (!weir_is_open(node)) {
		weir_unref(result);
		return;
	}
	/* After the relay: so the result stops before its source does. */
	weir_inner_init(&self->result, node, &switch_on_first_result);
	weir_inner_switch_to(&self->result, result);
}

static void switch_on_first_next(struct weir_node *node, weir_value value)
{
	struct switch_on_first *self = WEIR_CONTAINER_OF(node, struct switch_on_first, node);

	if (self->whole != NULL) {
		weir_relay_next(self->whole, value);
		return;
	}
	switch_on_first_switch(self, value);
	weir_release(value);
}

static void switch_on_first_error(struct weir_node *node, weir_error *error)
{
	struct switch_on_first *self = WEIR_CONTAINER_OF(node, struct switch_on_first, node);

	if (self->whole != NULL)
		weir_relay_error(self->whole, error);
	else
		weir_emit_error(node, error);
}

static void switch_on_first_complete(struct weir_node *node)
{
	struct switch_on_first *self = WEIR_CONTAINER_OF(node, struct switch_on_first, node);

	if (self->whole != NULL)
		weir_relay_complete(self->whole);
	else
		weir_emit_complete(node);
}

static void switch_on_first_request(struct weir_node *node, uint64_t count)
{
	struct switch_on_first *self = WEIR_CONTAINER_OF(node, struct switch_on_first, node);

	if (!self->has_asked) {
		self->has_asked = true;
		weir_request_upstream(node, 1);
	} else if (self->whole != NULL) {
		weir_inner_request(&self->result, count);
	}
}

static const struct weir_node_class switch_on_first_class = {
	.name = "switch_on_first",
	.size = sizeof(struct switch_on_first),
	.config_size = sizeof(struct switch_on_first_config),
	.demand = WEIR_DEMAND_COUNTED,
	.next = switch_on_first_next,
	.error = switch_on_first_error,
	.complete = switch_on_first_complete,
	.request = switch_on_first_request,
};

weir_observable *weir_switch_on_first(weir_observable *source, weir_first_selector selector, void *context)
{
	if (selector == NULL)
		return weir_reject(source, "switch_on_first", "the selector is NULL");
	return weir_extend(source, &switch_on_first_class, &(struct switch_on_first_config){ selector, context });
}
