/*
 * Values that wait for the demand of a node, and the loop that emits them: the engine of every stage that holds items
 * back.
 *
 * The node's class is of a counted mode. What is pushed goes out at once when there is demand and nothing waits before
 * it. Whatever an item leads to (more demand, another push, the end), the loop that runs already sees it: nothing
 * recurses.
 */
#ifndef WEIR_KIT_DRAIN_H
#define WEIR_KIT_DRAIN_H

#include <weir/operator.h>

#include "kit/queue.h"

struct weir_drain {
	struct weir_resource resource;
	struct weir_queue queue;
	struct weir_node *node;
	bool running;
	bool completing; /* the node completes when nothing waits any more */
};

/*
 * In `start`. What waits when the node ends is released; where an error overtakes it, weir_drain_drop() it first.
 *
 * @param limit  how many may wait; 0: as many as memory holds
 */
void weir_drain_init(struct weir_drain *drain, struct weir_node *node, size_t limit);

/* Emit `value` now or as soon as it is asked for: consumed when the result is 0. Otherwise as weir_queue_push(). */
int weir_drain_push(struct weir_drain *drain, weir_value value);

/* Complete when nothing waits any more. */
void weir_drain_complete(struct weir_drain *drain);

/* In `request`: emit what waits, as far as there is demand. */
void weir_drain_run(struct weir_drain *drain);

/* Report what waits as dropped by the node. */
void weir_drain_drop(struct weir_drain *drain);

#endif
