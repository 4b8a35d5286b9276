/*
 * Windows in which items wait: the engine of throttle, throttle_time, audit and audit_time.
 *
 * A window begins with an item and ends by itself (see kit/wait.h). The first item may be emitted at its beginning
 * (leading), the newest one at its end (trailing). What may be emitted and is not requested waits, gives way to newer
 * items, and its window begins when it is emitted: so two emissions are never closer than a window.
 *
 * Point the class's slots at the functions below; `.demand` is WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_THROTTLE_H
#define WEIR_KIT_THROTTLE_H

#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/slot.h"
#include "kit/wait.h"

struct weir_throttle_config {
	struct weir_wait_config window;
	bool leading;
	bool trailing;
	/* Whether an emission begins a window (throttle), or only the item after it does (audit, which is not leading). */
	bool restarts;
};

struct weir_throttle {
	struct weir_node node;
	struct weir_wait window;
	struct weir_slot newest; /* not emitted */
	bool is_due; /* the newest only waits for demand */
	bool in_window;
	bool source_completed;
};

/* A recipe with windows that emissions begin. Refuses other edges than there are. Consumes `source`. */
weir_observable *weir_throttle_extend(weir_observable *source, const struct weir_node_class *node_class,
	const struct weir_wait_config *window, enum weir_edge edges);

void weir_throttle_start(struct weir_node *node);
void weir_throttle_next(struct weir_node *node, weir_value value);
void weir_throttle_complete(struct weir_node *node);
void weir_throttle_request(struct weir_node *node, uint64_t count);
void weir_throttle_finish(struct weir_node *node);

#endif
