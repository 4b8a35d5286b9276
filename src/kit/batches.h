/*
 * Items gathered into results, each of which is over when its content or a clock says so: the engine of buffer_weighted and
 * aggregate_with_boundary.
 *
 * A result is never made of nothing. One whose content is complete waits until it is requested, and what comes after it
 * begins the next one; one whose time is up goes on gathering until it is requested or complete. With counted demand
 * upstream is asked for one item after the other, from the first request on, and for none while a complete result waits: so
 * one result is gathered ahead.
 *
 * Embed `struct weir_batches` as first member of the node's struct, call weir_batches_init() in `start`; `complete`,
 * `request` and `finish` are below, `.demand` is WEIR_DEMAND_COUNTED. For an item call weir_batches_begin(), add it, and
 * weir_batches_added().
 */
#ifndef WEIR_KIT_BATCHES_H
#define WEIR_KIT_BATCHES_H

#include <weir/operator.h>

#include "kit/queue.h"

struct weir_batches;

struct weir_batches_class {
	/* Take out what was gathered as an item, owned; of kind error the stream fails with it. */
	weir_value (*harvest)(struct weir_batches *batches);
	/* Whether the clock ends it now: > 0 yes, 0 no, < 0 a negated errno. Absent: yes. */
	int (*is_due)(struct weir_batches *batches);
};

struct weir_batches {
	struct weir_node node;
	const struct weir_batches_class *batches_class;
	weir_duration interval;
	struct weir_timer timer;
	struct weir_queue complete; /* results: one, but for items that come from inside an emission */
	uint64_t asked; /* of upstream, and not arrived */
	bool was_requested; /* anything, ever */
	bool has_content;
	bool is_complete; /* what was gathered */
	bool is_due; /* the time of what was gathered is up */
	bool source_completed;
	bool draining;
};

/* @param interval  the clock looks at a result that often, counted from its first item on; 0: there is no clock */
void weir_batches_init(struct weir_batches *batches, struct weir_node *node,
	const struct weir_batches_class *batches_class, weir_duration interval);

/*
 * An item has come. With `is_next` it belongs to another result than what was gathered. False: the stream has ended, here
 * or before; the item is to be released.
 */
bool weir_batches_begin(struct weir_batches *batches, bool is_next);

/* It was added. With `is_complete` it is the last of its result. */
void weir_batches_added(struct weir_batches *batches, bool is_complete);

void weir_batches_complete(struct weir_node *node);
void weir_batches_request(struct weir_node *node, uint64_t count);

/* For `finish`. */
void weir_batches_finish(struct weir_batches *batches);

#endif
