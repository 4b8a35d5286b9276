/*
 * The newest item whenever a notifier emits: the engine of sample and sample_time.
 *
 * Point the class's slots at the functions below; `.demand` is WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_SAMPLE_H
#define WEIR_KIT_SAMPLE_H

#include <weir/operator.h>

#include "kit/held.h"
#include "kit/inner.h"

struct weir_sample_config {
	weir_observable *notifier; /* owned */
	/* A sample that was asked for late keeps it to the next one. */
	weir_duration distance;
};

struct weir_sample {
	struct weir_node node;
	struct weir_inner notifier;
	struct weir_slot newest;
	struct weir_held sample;
	weir_time earliest; /* for the next sample */
};

void weir_sample_start(struct weir_node *node);
void weir_sample_next(struct weir_node *node, weir_value value);
void weir_sample_complete(struct weir_node *node);
void weir_sample_request(struct weir_node *node, uint64_t count);
void weir_sample_finish(struct weir_node *node);
#endif
