/*
 * Calls of a function on worker threads, their results emitted on the loop: the engine of map_blocking.
 *
 * Upstream is asked for a value for each call that may begin, so that there are never more than `limit` of them, nor
 * more than downstream has asked for. The loop is held while one is on its way, also when the node has gone: then what
 * comes back is released. A call keeps the recipe, and with it the contexts tied to that.
 *
 * Embed `struct weir_calls` as first member of the node's struct and point the class's slots at the functions below;
 * `.demand` is WEIR_DEMAND_COUNTED.
 */
#ifndef WEIR_KIT_CALLS_H
#define WEIR_KIT_CALLS_H

#include <weir/operator.h>

#include "base/list.h"
#include "kit/workers.h"

struct weir_calls {
	struct weir_node node;
	struct weir_resource resource;
	weir_worker_pool *pool;
	weir_mapper function;
	void *context;
	uint64_t limit;
	bool is_ordered;
	bool source_completed;
	uint64_t asked; /* values asked of upstream that have not come */
	uint64_t count; /* calls that have begun and whose results have not been emitted */
	struct weir_link calls; /* these, in order */
};

/* In `start`. @param pool  borrowed: the configuration keeps it */
void weir_calls_init(struct weir_node *node, weir_worker_pool *pool, weir_mapper function, void *context,
	uint64_t limit, bool is_ordered);

void weir_calls_next(struct weir_node *node, weir_value value);
void weir_calls_complete(struct weir_node *node);
void weir_calls_request(struct weir_node *node, uint64_t count);

#endif
