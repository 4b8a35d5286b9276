/* pairwise: each value with the one before. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct pairwise {
	struct weir_node node;
	weir_value previous;
	bool has_previous;
};

static void pairwise_next(struct weir_node *node, weir_value value)
{
	struct pairwise *self = WEIR_CONTAINER_OF(node, struct pairwise, node);
	weir_value previous = self->previous;

	self->previous = value;
	if (!self->has_previous) {
		self->has_previous = true;
		weir_request_replacement(node);
		return;
	}
	weir_emit_result(node, weir_make_array((const weir_value[]){ previous, weir_retain(value) }, 2));
}

static void pairwise_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct pairwise, node)->previous);
}

static const struct weir_node_class pairwise_class = {
	.name = "pairwise",
	.size = sizeof(struct pairwise),
	.next = pairwise_next,
	.finish = pairwise_finish,
};

weir_observable *weir_pairwise(weir_observable *source)
{
	return weir_extend(source, &pairwise_class, NULL);
}
