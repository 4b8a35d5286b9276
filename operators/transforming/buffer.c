/* buffer: the items between two items of another observable as an array. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/buffers.h"

static const struct weir_node_class buffer_class = {
	.name = "buffer",
	WEIR_BUFFERS_SLOTS,
};

weir_observable *weir_buffer(weir_observable *source, weir_observable *boundary)
{
	if (boundary == NULL)
		return weir_reject(source, "buffer", "the boundary is NULL");
	return weir_extend(source, &buffer_class,
		&(struct weir_buffers_config){ .spans = { .mode = WEIR_SPANS_BOUNDARY, .notifier = boundary } });
}
