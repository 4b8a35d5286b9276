/* Values that wait, first in, first out, and the loop that emits them as they are demanded. */
#ifndef WEIR_KIT_TAIL_H
#define WEIR_KIT_TAIL_H

#include <weir/operator.h>

#include "base/ring.h"

struct weir_tail {
	struct weir_ring values;
	bool draining;
	bool ending; /* the node completes when nothing waits any more */
};

/* In `start`. */
static inline void weir_tail_init(struct weir_tail *tail)
{
	*tail = (struct weir_tail){ 0 };
	weir_ring_init(&tail->values, sizeof(weir_value));
}

static inline size_t weir_tail_count(const struct weir_tail *tail)
{
	return tail->values.count;
}

/* Consumes `value`, also on failure: false without memory. */
static inline bool weir_tail_push(struct weir_tail *tail, weir_value value)
{
	weir_value *room = weir_ring_push(&tail->values);

	if (room == NULL) {
		weir_release(value);
		return false;
	}
	*room = value;
	return true;
}

/* The oldest value, owned; there must be one. */
static inline weir_value weir_tail_pop(struct weir_tail *tail)
{
	weir_value value = *(weir_value *)weir_ring_at(&tail->values, 0);

	weir_ring_pop(&tail->values);
	return value;
}

/*
 * Emit what waits, as far as it is demanded; each emission may bring more demand, or a further value. For nodes that
 * count their demand. Calls nest without harm: the outermost does the work.
 */
void weir_tail_drain(struct weir_tail *tail, struct weir_node *node);

/* No value will follow: the node completes as soon as nothing waits. */
void weir_tail_end(struct weir_tail *tail, struct weir_node *node);

/* In `finish`: release what waits, free the memory. */
void weir_tail_finish(struct weir_tail *tail);

#endif
