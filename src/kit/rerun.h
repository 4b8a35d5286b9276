/*
 * A source that is run again and again, with waits in between: the engine of retry and repeat.
 *
 * Embed `struct weir_rerun` as first member of the node's struct, call weir_rerun_init() in `start` and let the class's
 * `request` be weir_rerun_request(); `.demand` is WEIR_DEMAND_COUNTED. The source is the configuration's.
 */
#ifndef WEIR_KIT_RERUN_H
#define WEIR_KIT_RERUN_H

#include <weir/operator.h>

#include "kit/inner.h"

struct weir_rerun {
	struct weir_node node;
	weir_observable *source;
	struct weir_inner run;
	struct weir_inner signal; /* ends a wait */
	struct weir_timer wait;
	bool waits_for_signal; /* and for nothing else */
};

/* Set up and start the first run. `run_class` is for the runs; its owner is the node. */
void weir_rerun_init(struct weir_rerun *rerun, struct weir_node *node, weir_observable *source,
	const struct weir_inner_class *run_class);

/*
 * The run has ended: wait, then run again when it has been released. A delay of 0 or less is none.
 *
 * @param wake  borrowed; its first item ends the wait. NULL: none
 */
void weir_rerun_after(struct weir_rerun *rerun, weir_duration delay, weir_observable *wake);

/*
 * The same, but wait for the first item of `signal`; consumed. If it completes without one, so does the node; NULL ends the
 * node with `EINVAL`.
 */
void weir_rerun_when(struct weir_rerun *rerun, weir_observable *signal);

void weir_rerun_request(struct weir_node *node, uint64_t count);

#endif
