/*
 * The answer of a call, given once: what from_callback hands to a program. The functions stand in weir/creating.h.
 *
 * A promise is held by its node until that ends, by the program's handles, and by what is on its way from another thread.
 */
#ifndef WEIR_KIT_PROMISE_H
#define WEIR_KIT_PROMISE_H

#include "kit/emitter.h"

/*
 * In `start` of a node whose state is struct weir_emitter_node: call `start` with a new promise. Returns its negated
 * errno (or -ENOMEM) when the node is to fail with that.
 */
int weir_promise_start(struct weir_node *node, int (*start)(weir_promise *promise, void *context), void *context);

#endif
