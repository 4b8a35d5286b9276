/* Room for one value, owned. Zeroed it is empty. */
#ifndef WEIR_KIT_SLOT_H
#define WEIR_KIT_SLOT_H

#include <weir/value.h>

struct weir_slot {
	weir_value value;
	bool is_full;
};

/* Put `value` in place of what is there. Consumes it. */
static inline void weir_slot_put(struct weir_slot *slot, weir_value value)
{
	weir_value old = slot->is_full ? slot->value : weir_nil();

	slot->value = value;
	slot->is_full = true;
	weir_release(old);
}

/* Take the value out of a full slot. Returns it owned. */
static inline weir_value weir_slot_take(struct weir_slot *slot)
{
	slot->is_full = false;
	return slot->value;
}

static inline void weir_slot_clear(struct weir_slot *slot)
{
	if (slot->is_full)
		weir_release(weir_slot_take(slot));
}

#endif
