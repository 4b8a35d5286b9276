/* with_index: each value with its index. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct with_index {
	struct weir_node node;
	int64_t index;
};

static void with_index_next(struct weir_node *node, weir_value value)
{
	struct with_index *self = WEIR_CONTAINER_OF(node, struct with_index, node);

	weir_emit_result(node, weir_make_array((const weir_value[]){ value, weir_int(self->index++) }, 2));
}

static const struct weir_node_class with_index_class = {
	.name = "with_index",
	.size = sizeof(struct with_index),
	.next = with_index_next,
};

weir_observable *weir_with_index(weir_observable *source)
{
	return weir_extend(source, &with_index_class, NULL);
}
