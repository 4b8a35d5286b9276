/* window: the items between two items of another observable as an observable. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/windows.h"

static const struct weir_node_class one_window_class = {
	.name = "window",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class window_branches = {
	.size = sizeof(struct weir_windows),
	.listener_class = &one_window_class,
	.next = weir_windows_next,
};

static const struct weir_node_class window_class = {
	.name = "window",
	WEIR_WINDOWS_SLOTS,
};

weir_observable *weir_window(weir_observable *source, weir_observable *boundary, size_t waiting)
{
	if (boundary == NULL)
		return weir_reject(source, "window", "the boundary is NULL");
	return weir_windows_new(source, &window_class, &window_branches,
		&(struct weir_spans_config){ .mode = WEIR_SPANS_BOUNDARY, .notifier = boundary }, 0, waiting);
}
