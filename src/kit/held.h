/*
 * The item a lossy stage wants to emit: while nobody has asked for it, it waits, and gives way to a newer one.
 *
 * For classes with WEIR_DEMAND_UNBOUNDED that choose among the items (debounce, sample): too little demand makes them
 * choose fewer, never fail. Zeroed it is ready. Call weir_held_request() in `request` and weir_held_finish() in
 * `finish`.
 */
#ifndef WEIR_KIT_HELD_H
#define WEIR_KIT_HELD_H

#include <weir/operator.h>

#include "kit/slot.h"

struct weir_held {
	struct weir_slot slot;
	bool completes; /* as soon as the item has been emitted */
};

/* Whether an item waits for demand. */
static inline bool weir_held_is_full(const struct weir_held *held)
{
	return held->slot.is_full;
}

/* Emit `value` now or when it is requested, in place of an older one. Consumes it. */
static inline void weir_held_emit(struct weir_held *held, struct weir_node *node, weir_value value)
{
	if (WEIR_LIKELY(node->demand > 0))
		weir_emit_next(node, value);
	else
		weir_slot_put(&held->slot, value);
}

/* Complete now, or behind the item that waits. */
static inline void weir_held_complete(struct weir_held *held, struct weir_node *node)
{
	if (held->slot.is_full)
		held->completes = true;
	else
		weir_emit_complete(node);
}

/* There is demand: emit what waits, and complete if that was all. */
static inline void weir_held_request(struct weir_held *held, struct weir_node *node)
{
	if (!held->slot.is_full)
		return;
	weir_emit_next(node, weir_slot_take(&held->slot));
	if (held->completes)
		weir_emit_complete(node);
}

static inline void weir_held_finish(struct weir_held *held)
{
	weir_slot_clear(&held->slot);
}

#endif
