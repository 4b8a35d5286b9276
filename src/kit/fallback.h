/*
 * A stage that mirrors its source until it goes on with another observable in its place: the engine of catch_error and
 * switch_if_empty.
 *
 * Embed `struct weir_fallback` as first member of the node's struct; the class's `start` and `request` are the functions
 * below, or call them, `.demand` is WEIR_DEMAND_COUNTED, and there is a `next` (weir_emit_next() will do), so that what is
 * left of the demand is known.
 */
#ifndef WEIR_KIT_FALLBACK_H
#define WEIR_KIT_FALLBACK_H

#include <weir/operator.h>

#include "kit/inner.h"

struct weir_fallback {
	struct weir_node node;
	struct weir_inner other;
	bool has_begun;
};

void weir_fallback_start(struct weir_node *node);

void weir_fallback_request(struct weir_node *node, uint64_t count);

/* Release the source, then mirror `other`, consumed, to its end. NULL ends the node with an error `EINVAL`. */
void weir_fallback_to(struct weir_node *node, weir_observable *other);

#endif
