/*
 * A stage that hands its items on in batches: what comes while it asks is collected, up to `size` items, and emitted with
 * one weir_emit_batch(). What comes later is passed on by itself. So whatever stands before it, what stands behind it sees
 * batches. It asks by counts, and changes neither items nor order.
 */
#ifndef TESTS_KIT_BATCHED_H
#define TESTS_KIT_BATCHED_H

#include <weir/observable.h>

enum {
	BATCHED_MAX = 64,
	BATCHED_RANDOM = BATCHED_MAX + 1, /* sizes of 1 to 5 */
};

/* @param source  consumed @param size  1 to BATCHED_MAX, or BATCHED_RANDOM; 0: `source` itself */
weir_observable *batched(weir_observable *source, size_t size);

#endif
