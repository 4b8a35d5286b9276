/* window_when: observables of items, each ended by another made for it. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/windows.h"

static const struct weir_node_class one_window_class = {
	.name = "window_when",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class window_when_branches = {
	.size = sizeof(struct weir_windows),
	.listener_class = &one_window_class,
	.next = weir_windows_next,
};

static const struct weir_node_class window_when_class = {
	.name = "window_when",
	WEIR_WINDOWS_SLOTS,
};

weir_observable *weir_window_when(weir_observable *source, weir_factory closing, void *context, size_t waiting)
{
	if (closing == NULL)
		return weir_reject(source, "window_when", "the factory of what ends a window is NULL");
	return weir_windows_new(source, &window_when_class, &window_when_branches,
		&(struct weir_spans_config){ .mode = WEIR_SPANS_WHEN,
			.completion_closes = true,
			.next_closing = closing,
			.context = context },
		0, waiting);
}
