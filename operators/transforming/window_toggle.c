/* window_toggle: observables of items, begun by one observable, each ended by another. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/windows.h"

static const struct weir_node_class one_window_class = {
	.name = "window_toggle",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class window_toggle_branches = {
	.size = sizeof(struct weir_windows),
	.listener_class = &one_window_class,
	.next = weir_windows_next,
};

static const struct weir_node_class window_toggle_class = {
	.name = "window_toggle",
	WEIR_WINDOWS_SLOTS,
};

weir_observable *weir_window_toggle(
	weir_observable *source, weir_observable *openings, weir_project closing, void *context, size_t waiting)
{
	if (openings != NULL && closing != NULL)
		return weir_windows_new(source, &window_toggle_class, &window_toggle_branches,
			&(struct weir_spans_config){ .mode = WEIR_SPANS_TOGGLE,
				.notifier = openings,
				.closing = closing,
				.context = context },
			0, waiting);
	weir_unref(openings);
	return weir_reject(source, "window_toggle", "the %s NULL",
		openings == NULL ? "openings are" : "projection to what ends a window is");
}
