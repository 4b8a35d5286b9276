/*
 * What observe_on and subscribe_on share: a source that gets its items from a pipeline on another loop, or from one on
 * the same loop in later turns.
 *
 * Point the class's slots at the functions below; `.demand` is WEIR_DEMAND_COUNTED.
 */
#ifndef WEIR_KIT_DOOR_H
#define WEIR_KIT_DOOR_H

#include <weir/operator.h>

#include "kit/hand_off.h"
#include "kit/inner.h"

struct weir_door_config {
	weir_observable *source;
	weir_observable *later; /* what stands for it when there is no other loop */
	weir_loop *loop;
};

struct weir_door {
	struct weir_node node;
	struct weir_hand_off hand_off;
	struct weir_inner later;
};

/* @param source, later  consumed, both; `source` is made ready for several threads */
weir_observable *weir_door_create(
	const struct weir_node_class *node_class, weir_observable *source, weir_observable *later, weir_loop *loop);

/* The loop on which weir_subscribe() was called for the pipeline that is being started. */
weir_loop *weir_door_origin(const struct weir_node *node);

/* In `start`: run the source on `loop`, which may be the node's own. */
void weir_door_open(struct weir_node *node, weir_loop *loop);

void weir_door_request(struct weir_node *node, uint64_t count);
void weir_door_config_destroy(void *config);

#endif
