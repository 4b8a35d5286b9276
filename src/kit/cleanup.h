/*
 * A clean-up that takes time: it is run to its end whatever becomes of the node that has started it, and only the end of the
 * loop cuts it short. A node that is still there may wait for it.
 */
#ifndef WEIR_KIT_CLEANUP_H
#define WEIR_KIT_CLEANUP_H

#include <weir/operator.h>

struct weir_cleanup;

/* The clean-up is over, and the node still there; NULL when it has succeeded, or else an owned error. */
typedef void (*weir_cleanup_over)(struct weir_node *node, weir_error *error);

/*
 * Run `observable`, consumed, and release its items. NULL is a clean-up that fails with `EINVAL`. Where the node has ended,
 * as in `finish`, nobody waits: a failure then goes to the loop's `on_unhandled_error`.
 *
 * @param ret_cleanup  where a clean-up that goes on stands until it is over; in the node's struct
 * @param resource     consumed: what it is about, held until it is over
 */
void weir_cleanup_start(struct weir_cleanup **ret_cleanup, struct weir_node *node, weir_observable *observable,
	weir_cleanup_over over, weir_value resource);

/* In `finish`: nobody waits any more. NULL is allowed. */
void weir_cleanup_leave(struct weir_cleanup *cleanup);

#endif
