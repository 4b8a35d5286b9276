/*
 * Items in observables of a stretch each: the engine of the windows that a clock or another observable closes; see
 * kit/spans.h for when, kit/branches.h for what becomes of the items.
 *
 * When a window begins and ends is decided by a stage of its own, right behind the source: it runs for as long as that
 * does, and so longer than the outer pipeline if a window has a listener. Once the outer pipeline has left no window
 * begins.
 *
 * The operator's class has WEIR_WINDOWS_SLOTS; that of its branches has the size of struct weir_windows and
 * weir_windows_next() as `next`.
 */
#ifndef WEIR_KIT_WINDOWS_H
#define WEIR_KIT_WINDOWS_H

#include <weir/operator.h>

#include "kit/branches.h"
#include "kit/spans.h"

struct weir_windows_config {
	const struct weir_branches_class *branches_class;
	weir_observable *source; /* with the stage behind it */
	size_t max_size; /* at which a window ends; 0: none */
	size_t waiting; /* see weir_branches_new() */
};

struct weir_windows {
	struct weir_branches branches;
	struct weir_spans *spans; /* of the stage */
	size_t max_size;
};

/* A recipe of `node_class`. Consumes `source` and what `spans` owns. */
weir_observable *weir_windows_new(weir_observable *source, const struct weir_node_class *node_class,
	const struct weir_branches_class *branches_class, const struct weir_spans_config *spans, size_t max_size,
	size_t waiting);

void weir_windows_start(struct weir_node *node);
void weir_windows_next(struct weir_branches *branches, weir_value value);
#define WEIR_WINDOWS_SLOTS \
	.size = sizeof(struct weir_branches_node), .config_size = sizeof(struct weir_windows_config), \
	.demand = WEIR_DEMAND_COUNTED, .start = weir_windows_start, .request = weir_branches_request, \
	.finish = weir_branches_finish, .config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_windows_config, source) }

#endif
