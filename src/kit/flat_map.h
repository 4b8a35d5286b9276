/*
 * Values to observables, merged: the slots of merge_map, concat_map and expand over kit/flatten.h.
 *
 * The node's struct is `struct weir_flatten`, its configuration is weir_flat_map_config.
 */
#ifndef WEIR_KIT_FLAT_MAP_H
#define WEIR_KIT_FLAT_MAP_H

#include <weir/operator.h>

struct weir_flat_map_config {
	weir_project project;
	void *context;
	weir_observable *inner; /* of each value, instead of what `project` makes; owned */
	uint64_t concurrency; /* 0: no limit */
	bool feeds_back; /* as weir_flatten_class.feeds_back */
};

/* Slots. */
void weir_flat_map_start(struct weir_node *node);
/* A recipe so configured; rejects a NULL projection. Consumes `source`. */
weir_observable *weir_flat_map_new(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_flat_map_config *config);

/* The same with one inner observable for all values; rejects NULL. Consumes `source` and `inner`. */
weir_observable *weir_flat_map_new_to(weir_observable *source, const struct weir_node_class *node_class,
	weir_observable *inner, uint64_t concurrency);

#endif
