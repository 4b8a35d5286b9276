/*
 * Many inner subscriptions, their items merged as they come: the engine of merge, merge_map, concat_map, expand and
 * merge_scan.
 *
 * Embed `struct weir_flatten` as first member of the node's struct and point the class's slots at the functions below.
 * At most `limit` inner observables run at once; upstream is asked for one value per free place, so values wait
 * upstream, not here. While downstream's demand is counted, each inner one is lent at most WEIR_FLATTEN_CREDIT items;
 * what arrives beyond the demand waits in one queue, in order of arrival. Emission is serial: an item that arrives from
 * inside the emission of another one waits for its end.
 *
 * With feedback (expand) an item is a value as well: it waits for its turn, which needs demand and a free place, is
 * emitted and then projected. The source and the inner observables are asked for one item at a time, the youngest first:
 * so synchronous ones are gone through depth first, as by recursion, but the stack stays flat.
 */
#ifndef WEIR_KIT_FLATTEN_H
#define WEIR_KIT_FLATTEN_H

#include <weir/operator.h>

#include "base/list.h"
#include "base/ring.h"
#include "kit/pump.h"

enum {
	WEIR_FLATTEN_CREDIT = 16,
};

struct weir_flatten;

/* What an operator adds. */
struct weir_flatten_class {
	/*
	 * The observable for a value; owned result. `value` is borrowed. NULL ends the stream with `EINVAL`. It runs
	 * when the value's turn has come.
	 */
	weir_observable *(*project)(struct weir_flatten *flatten, weir_value value);
	/* What `project` returns is borrowed: the configuration holds it. */
	bool is_borrowed;
	/* Items of inner ones, and values, are emitted and projected: expand. */
	bool feeds_back;
	/* An item of an inner one has come; borrowed. It is emitted now or when it is demanded. */
	void (*item)(struct weir_flatten *flatten, weir_value value);
	/*
	 * An inner one has ended, by `error`, owned, or completed, with NULL; its stages are still to be released. Absent: an
	 * error ends the stage, completion frees a place.
	 */
	void (*ended)(struct weir_flatten *flatten, weir_error *error);
	/* An inner one has failed, by `error`, owned, and counts as completed. Absent: the stage fails. */
	void (*failed)(struct weir_flatten *flatten, weir_error *error);
	/* Nothing more will come, and nothing waits. Absent: the stage completes. */
	void (*all_ended)(struct weir_flatten *flatten);
};

struct flatten_inner;

struct weir_flatten {
	struct weir_node node;
	struct weir_resource resource;
	const struct weir_flatten_class *flatten_class;
	uint64_t limit;
	uint64_t active;
	uint64_t asked; /* with a limit: values asked of upstream that have not come */
	struct weir_link inners; /* running */
	struct weir_link hungry; /* running, and have used up what was lent */
	struct flatten_inner *failed; /* feedback: its error waits for the turns of its items */
	weir_error *error; /* owned, of `failed` */
	struct weir_ring waiting; /* weir_value: values whose turn has not come */
	struct weir_ring queue; /* weir_value: items nobody has asked for yet */
	bool source_completed;
	bool is_plain; /* nobody looks at the items */
	bool emitting; /* an item is on its way: what comes meanwhile waits in `queue` */
	bool serving; /* the loop that emits what waits, and lends, is running further up the stack */
	bool missed; /* that loop is to be run when the item is out */
	bool starting;
	struct weir_pump turns; /* with feedback */
};

/* In `start`. @param limit  > 0; WEIR_UNBOUNDED for none. With `has_source`, upstream is asked for the first values. */
void weir_flatten_init(struct weir_flatten *flatten, struct weir_node *node,
	const struct weir_flatten_class *flatten_class, uint64_t limit, bool has_source);

/* Run or enqueue the observable of a value. Consumes `value`. */
void weir_flatten_add(struct weir_flatten *flatten, weir_value value);

/* Run this observable now, whatever the limit. Consumes it, unless it is borrowed from the configuration. */
void weir_flatten_run(struct weir_flatten *flatten, weir_observable *observable, bool borrowed);

/* No more values will be added: completes when nothing is active. */
void weir_flatten_source_completed(struct weir_flatten *flatten);

/* Nothing more is wanted: release what is active, and complete when the items that wait have been asked for. */
void weir_flatten_end(struct weir_flatten *flatten);

/* Slots, for classes whose struct begins with the engine's. `.demand` is WEIR_DEMAND_COUNTED. */
void weir_flatten_next(struct weir_node *node, weir_value value);
void weir_flatten_complete(struct weir_node *node);
void weir_flatten_request(struct weir_node *node, uint64_t count);

#endif
