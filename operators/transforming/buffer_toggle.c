/* buffer_toggle: arrays begun by one observable, each ended by another. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/buffers.h"

static const struct weir_node_class buffer_toggle_class = {
	.name = "buffer_toggle",
	WEIR_BUFFERS_SLOTS,
};

weir_observable *weir_buffer_toggle(
	weir_observable *source, weir_observable *openings, weir_project closing, void *context)
{
	if (openings != NULL && closing != NULL)
		return weir_extend(source, &buffer_toggle_class,
			&(struct weir_buffers_config){ .spans = { .mode = WEIR_SPANS_TOGGLE,
							       .notifier = openings,
							       .closing = closing,
							       .context = context } });
	weir_unref(openings);
	return weir_reject(source, "buffer_toggle", "the %s NULL",
		openings == NULL ? "openings are" : "projection to what ends a buffer is");
}
