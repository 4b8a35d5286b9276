/*
 * Observables that run at once, each with a lane where its items wait for their turn, which the operator decides: the
 * engine of merge_sorted, merge_prioritized, interleave, concat_map_eager and merge_map_by_key.
 *
 * Embed `struct weir_lanes` as first member of the node's struct, call weir_lanes_init() or weir_lanes_start_sources()
 * in `start` and let the class's `request` be weir_lanes_request(); `.demand` is WEIR_DEMAND_COUNTED.
 *
 * Demand. An observable is lent as many items as downstream waits for, at most `prefetch`, less those that wait in its
 * lane, and lent again when that is used up. So no lane is longer.
 *
 * Emission is serial, and the stack stays flat: an item that arrives from inside the emission of another one waits, and
 * after a budget of items the loop gets its turn.
 */
#ifndef WEIR_KIT_LANES_H
#define WEIR_KIT_LANES_H

#include <weir/operator.h>

#include "base/list.h"
#include "base/ring.h"
#include "kit/pump.h"
#include "kit/sources.h"

enum {
	WEIR_LANES_PREFETCH = 64,
};

/* What is freed when its observable has completed and nothing waits in it. */
struct weir_lane {
	struct weir_link link; /* in `lanes` */
	struct weir_link ready_link; /* in `ready`: something waits here */
	struct weir_link hungry_link; /* in `hungry`: what was lent may be used up */
	struct weir_lanes *owner;
	struct weir_subscription *subscription; /* NULL: ended */
	struct weir_ring items; /* weir_value */
	uint64_t credit; /* items it may still send */
	bool has_ended;
	void *context; /* the operator's */
};

struct weir_lanes;

/* What an operator adds. */
struct weir_lanes_class {
	/* Nothing is emitted before all sources have been subscribed to. */
	bool needs_all;
	/* The lane whose oldest item is emitted next; NULL: none yet. Asked when there is demand and something waits. */
	struct weir_lane *(*pick)(struct weir_lanes *lanes);
	/* This lane is about to be freed; it still stands in `lanes`. May open others. */
	void (*closed)(struct weir_lanes *lanes, struct weir_lane *lane);
};

/* Private but for `node`, `lanes`, `count`, `ready`, and `waiting`, which is the operator's. */
struct weir_lanes {
	struct weir_node node;
	struct weir_resource resource;
	const struct weir_lanes_class *lanes_class;
	uint64_t prefetch;
	struct weir_link lanes; /* in order of opening */
	struct weir_link ready; /* those where something waits: by turns */
	struct weir_link hungry;
	size_t count;
	size_t ready_count;
	size_t waiting; /* observables that are still to be opened: without them it has not completed */
	bool source_completed;
	bool holds; /* nothing is emitted yet */
	struct weir_pump pump;
};

static inline struct weir_lane *weir_lane_of(struct weir_link *link)
{
	return WEIR_CONTAINER_OF(link, struct weir_lane, link);
}

/* The oldest item of a lane where something waits, borrowed. */
static inline weir_value weir_lane_head(const struct weir_lane *lane)
{
	return *(weir_value *)weir_ring_at(&lane->items, 0);
}

/* The lane behind this one in order of opening, the first behind the last. */
static inline struct weir_lane *weir_lane_after(const struct weir_lane *lane)
{
	struct weir_link *list = &lane->owner->lanes;
	struct weir_link *next = lane->link.next;

	return weir_lane_of(next == list ? list->next : next);
}

/* In `start`. @param prefetch  > 0 */
void weir_lanes_init(struct weir_lanes *lanes, struct weir_node *node, const struct weir_lanes_class *lanes_class,
	uint64_t prefetch);

/* In `start`: one lane for each source, in their order, and no more. */
void weir_lanes_start_sources(
	struct weir_node *node, const struct weir_lanes_class *lanes_class, const struct weir_sources *sources);

/*
 * Run an observable in a lane of its own, behind the others. NULL ends the node with `EINVAL`.
 *
 * @param observable  consumed, unless it is borrowed from the configuration
 */
void weir_lanes_open(struct weir_lanes *lanes, weir_observable *observable, bool borrowed, void *context);

/* No more will be opened than those that are `waiting`: completes when all are empty. */
void weir_lanes_source_completed(struct weir_lanes *lanes);

/* Slot. */
void weir_lanes_request(struct weir_node *node, uint64_t count);

#endif
