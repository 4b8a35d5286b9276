/* window_time: the items of a span of time as an observable. See weir/timing.h. */
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/windows.h"

static const struct weir_node_class one_window_class = {
	.name = "window_time",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class window_time_branches = {
	.size = sizeof(struct weir_windows),
	.listener_class = &one_window_class,
	.next = weir_windows_next,
};

static const struct weir_node_class window_time_class = {
	.name = "window_time",
	WEIR_WINDOWS_SLOTS,
};

weir_observable *weir_window_time(
	weir_observable *source, weir_duration span, const struct weir_window_time_options *options)
{
	struct weir_window_time_options given = options != NULL ? *options : (struct weir_window_time_options){ 0 };

	if (given.create_interval < 0)
		return weir_reject(source, "window_time",
			"the interval between windows is %lld ns; it must not be negative",
			(long long)given.create_interval);
	return weir_windows_new(source, &window_time_class, &window_time_branches,
		&(struct weir_spans_config){
			.mode = WEIR_SPANS_TIME, .length = span > 0 ? span : 0, .every = given.create_interval },
		given.max_size, given.waiting);
}
