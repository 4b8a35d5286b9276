/*
 * The observable of one value at a time, mirrored: what switch_map, exhaust_map and switch_scan share over kit/inner.h.
 *
 * Embed `struct weir_mirror` as first member of the node's struct; `.demand` is WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_MIRROR_H
#define WEIR_KIT_MIRROR_H

#include <weir/operator.h>

#include "kit/inner.h"

struct weir_mirror {
	struct weir_node node;
	struct weir_inner inner;
	bool source_completed;
};

struct weir_mirror_config {
	weir_project project;
	void *context;
	weir_observable *inner; /* of each value, instead of what `project` makes; owned */
};

/* For weir_inner_class.complete: the end, if the source has completed as well. */
void weir_mirror_inner_complete(struct weir_inner *inner);

/* Run the observable of a value, as weir_mirror_config says, in place of the one that runs. Consumes `value`. */
void weir_mirror_run(struct weir_mirror *mirror, weir_value value);

/* Slots. */
void weir_mirror_complete(struct weir_node *node);
void weir_mirror_request(struct weir_node *node, uint64_t count);
/* A recipe so configured; rejects a NULL projection. Consumes `source`. */
weir_observable *weir_mirror_new(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_mirror_config *config);

/* The same with one inner observable for all values; rejects NULL. Consumes `source` and `inner`. */
weir_observable *weir_mirror_new_to(
	weir_observable *source, const struct weir_node_class *node_class, weir_observable *inner);

#endif
