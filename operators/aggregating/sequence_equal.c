/* sequence_equal: whether two observables emit equal values in the same order. See weir/aggregating.h. */
#include <errno.h>

#include <weir/aggregating.h>
#include <weir/operator.h>

#include "kit/inner.h"
#include "kit/last.h"
#include "kit/queue.h"

enum {
	ASKED_AHEAD = 64, /* of the values compared */
};

struct sequence_equal_config {
	weir_observable *sources[2];
	weir_equality equal;
	void *context;
};

struct sequence_equal {
	struct weir_last last;
	struct weir_inner sides[2];
	bool has_completed[2];
	struct weir_queue waiting; /* values of one side, for their partners */
	size_t waiting_side;
};

static void sequence_equal_ask(struct sequence_equal *self, uint64_t count)
{
	for (size_t side = 0; side < 2 && weir_is_open(&self->last.node); side++)
		weir_inner_request(&self->sides[side], count);
}

static void sequence_equal_decide(struct sequence_equal *self, bool are_equal)
{
	weir_last_decide(&self->last, weir_bool(are_equal));
	for (size_t side = 0; side < 2 && weir_is_open(&self->last.node); side++)
		weir_inner_stop(&self->sides[side]);
}

/* Consumes both. */
static void sequence_equal_compare(struct sequence_equal *self, weir_value arrived, weir_value waiting)
{
	const struct sequence_equal_config *config = self->last.node.config;
	int verdict =
		config->equal != NULL ? config->equal(arrived, waiting, config->context) : weir_equal(arrived, waiting);

	weir_release(arrived);
	weir_release(waiting);
	if (verdict < 0)
		weir_emit_failure(&self->last.node, -verdict, "the comparison failed");
	else if (verdict == 0)
		sequence_equal_decide(self, false);
	else
		sequence_equal_ask(self, 1);
}

static void sequence_equal_on_next(struct weir_inner *inner, weir_value value)
{
	struct sequence_equal *self = WEIR_CONTAINER_OF(inner->owner, struct sequence_equal, last.node);
	size_t side = (size_t)(inner - self->sides);

	if (weir_queue_count(&self->waiting) > 0 && self->waiting_side != side) {
		sequence_equal_compare(self, value, weir_queue_pop(&self->waiting));
	} else if (self->has_completed[1 - side]) {
		weir_release(value);
		sequence_equal_decide(self, false);
	} else if (weir_queue_push(&self->waiting, value) < 0) {
		weir_release(value);
		weir_emit_failure(inner->owner, ENOMEM, "out of memory");
	} else {
		self->waiting_side = side;
	}
}

static void sequence_equal_on_complete(struct weir_inner *inner)
{
	struct sequence_equal *self = WEIR_CONTAINER_OF(inner->owner, struct sequence_equal, last.node);
	size_t side = (size_t)(inner - self->sides);

	self->has_completed[side] = true;
	if (self->has_completed[1 - side])
		sequence_equal_decide(self, weir_queue_count(&self->waiting) == 0);
	else if (weir_queue_count(&self->waiting) > 0)
		sequence_equal_ask(self, 1); /* the other one may have sent all it was asked for */
}

static const struct weir_inner_class sequence_equal_side = {
	.demand = WEIR_INNER_ON_REQUEST,
	.next = sequence_equal_on_next,
	.complete = sequence_equal_on_complete,
};

static void sequence_equal_start(struct weir_node *node)
{
	struct sequence_equal *self = WEIR_CONTAINER_OF(node, struct sequence_equal, last.node);
	const struct sequence_equal_config *config = node->config;

	weir_queue_init(&self->waiting, 0);
	for (size_t side = 0; side < 2; side++)
		weir_inner_init(&self->sides[side], node, &sequence_equal_side);
	for (size_t side = 0; side < 2 && weir_is_open(node); side++) {
		weir_inner_switch_to_borrowed(&self->sides[side], config->sources[side]);
		/* Before the other side begins: what this one has at once is there when that one completes. */
		if (weir_is_open(node))
			weir_inner_request(&self->sides[side], ASKED_AHEAD);
	}
}

static void sequence_equal_finish(struct weir_node *node)
{
	weir_queue_finish(&WEIR_CONTAINER_OF(node, struct sequence_equal, last.node)->waiting);
	weir_last_finish(node);
}

static const struct weir_node_class sequence_equal_class = {
	.name = "sequence_equal",
	.size = sizeof(struct sequence_equal),
	.config_size = sizeof(struct sequence_equal_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = sequence_equal_start,
	.request = weir_last_request,
	.finish = sequence_equal_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct sequence_equal_config, sources[0]),
		WEIR_HOLDS_OBSERVABLE(struct sequence_equal_config, sources[1]) },
};

weir_observable *weir_sequence_equal(
	weir_observable *source, weir_observable *other, weir_equality equal, void *context)
{
	if (other == NULL)
		return weir_reject(source, "sequence_equal", "the other observable is NULL");
	return weir_create_source(
		&sequence_equal_class, &(struct sequence_equal_config){ { source, other }, equal, context });
}
