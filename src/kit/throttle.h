/*
 * Windows in which items wait: the engine of throttle, throttle_time, audit and audit_time.
 *
 * A window begins with an item and ends when the operator says so (a timer, a notifier). The first item may be emitted
 * at its beginning (leading), the newest one at its end (trailing). What may be emitted and is not requested waits,
 * gives way to newer items, and its window begins when it is emitted: so two emissions are never closer than a window.
 *
 * Embed `struct weir_throttle` as first member of the node's struct, call weir_throttle_init() in `start` and point the
 * class's slots at the functions below; `.demand` is WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_THROTTLE_H
#define WEIR_KIT_THROTTLE_H

#include <weir/operator.h>

#include "kit/slot.h"

struct weir_throttle;

struct weir_throttle_class {
	/* Begin a window; `value`, borrowed, is the item it begins with. It may end at once. */
	void (*begin)(struct weir_throttle *throttle, weir_value value);
	bool leading;
	bool trailing;
	/* Whether an emission begins a window (throttle), or only the item after it does (audit, which is not leading).
	 */
	bool restarts;
};

struct weir_throttle {
	struct weir_node node;
	const struct weir_throttle_class *throttle_class;
	struct weir_slot newest; /* not emitted */
	bool is_due; /* the newest only waits for demand */
	bool in_window;
	bool source_completed;
};

void weir_throttle_init(struct weir_throttle *throttle, const struct weir_throttle_class *throttle_class);

/* The window has ended. */
void weir_throttle_end(struct weir_throttle *throttle);

/* The window has ended without a signal to emit (its notifier completed): the newest item waits for the next one. */
void weir_throttle_end_silently(struct weir_throttle *throttle);

void weir_throttle_next(struct weir_node *node, weir_value value);
void weir_throttle_complete(struct weir_node *node);
void weir_throttle_request(struct weir_node *node, uint64_t count);
void weir_throttle_finish(struct weir_node *node);

#endif
