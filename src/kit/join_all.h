/*
 * The observables that come as items, collected until the source completes and then joined: combine_latest_all, zip_all.
 *
 * `.demand` is WEIR_DEMAND_UNBOUNDED, the node's struct is weir_join_all, its configuration is weir_join_all_config.
 */
#ifndef WEIR_KIT_JOIN_ALL_H
#define WEIR_KIT_JOIN_ALL_H

#include <weir/operator.h>

#include "kit/collector.h"
#include "kit/inner.h"

struct weir_join_all {
	struct weir_node node;
	struct weir_collector collector;
	struct weir_inner joined;
};

struct weir_join_all_config {
	weir_observable *(*join)(weir_observable *const *sources, size_t count, weir_combiner combiner, void *context);
	weir_combiner combiner;
	void *context;
};

/* Slots. */
void weir_join_all_start(struct weir_node *node);
void weir_join_all_next(struct weir_node *node, weir_value value);
void weir_join_all_complete(struct weir_node *node);
void weir_join_all_request(struct weir_node *node, uint64_t count);
void weir_join_all_finish(struct weir_node *node);

#endif
