/* buffer_when: arrays, each ended by an observable made for it. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/buffers.h"

static const struct weir_node_class buffer_when_class = {
	.name = "buffer_when",
	WEIR_BUFFERS_SLOTS,
};

weir_observable *weir_buffer_when(weir_observable *source, weir_factory closing, void *context)
{
	if (closing == NULL)
		return weir_reject(source, "buffer_when", "the factory of what ends a buffer is NULL");
	return weir_extend(source, &buffer_when_class,
		&(struct weir_buffers_config){
			.spans = { .mode = WEIR_SPANS_WHEN, .next_closing = closing, .context = context } });
}
