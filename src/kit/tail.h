/* Values that are held until the source has completed, and then emitted as they are demanded. */
#ifndef WEIR_KIT_TAIL_H
#define WEIR_KIT_TAIL_H

#include <weir/operator.h>

#include "kit/queue.h"

struct weir_tail {
	struct weir_queue queue;
	bool draining;
	bool ending; /* the source has completed */
};

/* The source has completed: the node, which counts its demand, completes with the last value. */
void weir_tail_end(struct weir_tail *tail, struct weir_node *node);

/* In `request`. */
void weir_tail_request(struct weir_tail *tail, struct weir_node *node);

#endif
