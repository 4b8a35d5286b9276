/*
 * A set of values that can forget its oldest member: what distinct remembers.
 *
 * The members stand in a ring in the order they came. With a limit, the memory is bounded and adding one beyond it
 * forgets the oldest.
 */
#ifndef WEIR_KIT_SET_H
#define WEIR_KIT_SET_H

#include <weir/value.h>

#include "base/ring.h"
#include "kit/slots.h"

struct weir_set {
	struct weir_ring members; /* oldest first; their numbers count up */
	struct weir_slots slots; /* by the members' numbers */
	size_t limit;
	uint32_t oldest; /* number of the oldest member */
};

/* @param limit  how many members are remembered; 0: all */
void weir_set_init(struct weir_set *set, size_t limit);

/*
 * Add `value`, consumed. Returns 1 when it is new, 0 when an equal one is there (it does not become younger), and
 * -ENOMEM, which leaves the set as it was.
 */
int weir_set_add(struct weir_set *set, weir_value value);

/* Forget all; the memory is kept. */
void weir_set_clear(struct weir_set *set);

/* Forget all and free the memory. A zeroed set may be finished, too. */
void weir_set_finish(struct weir_set *set);

#endif
