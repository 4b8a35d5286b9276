/*
 * Items gathered into arrays that end one after the other, oldest first: the engine of buffers that a clock or a
 * notifier closes.
 *
 * A buffer that is closed while nobody has requested an array goes on collecting until somebody does, and is forgotten
 * if it holds nothing: no item is lost, and no array waits in a queue. Upstream is asked for everything, but with a
 * limit on the size and counted demand for no more than the oldest buffer has room for.
 *
 * Embed `struct weir_buffers` as first member of the node's struct, call weir_buffers_init() in `start` and point the
 * class's slots at the functions below; `.demand` is WEIR_DEMAND_COUNTED.
 */
#ifndef WEIR_KIT_BUFFERS_H
#define WEIR_KIT_BUFFERS_H

#include <weir/operator.h>

#include "kit/collector.h"
#include "kit/timed_queue.h"

struct weir_buffers {
	struct weir_node node;
	struct weir_collector collector; /* from the beginning of the oldest buffer on */
	struct weir_timed_queue open; /* oldest first: how many items came before it, and the operator's time */
	/* The oldest buffer was taken, and will be emitted next. `time` is what it was opened with. */
	void (*taken)(struct weir_buffers *buffers, weir_time time);
	int64_t forgotten; /* items that came before those in the collector */
	size_t max_size;
	uint64_t asked; /* of upstream, and not arrived */
	bool is_closed; /* the oldest */
	bool is_dormant; /* the oldest was closed, empty, while nobody asked: until something happens there is no clock
			  */
	bool source_completed;
	bool draining;
};

/* @param max_size  at which a buffer is closed; 0: none */
void weir_buffers_init(struct weir_buffers *buffers, size_t max_size, void (*taken)(struct weir_buffers *, weir_time));

/* Begin one more buffer with the next item. `time` is for the operator. */
void weir_buffers_open(struct weir_buffers *buffers, weir_time time);

/* In `taken`: begin the next buffer where the one taken ended. */
void weir_buffers_open_next(struct weir_buffers *buffers, weir_time time);

/* The oldest buffer is to be emitted, now or when it is requested; there must be one. */
void weir_buffers_close_oldest(struct weir_buffers *buffers);

/* How many are open. */
static inline size_t weir_buffers_count(const struct weir_buffers *buffers)
{
	return weir_timed_queue_count(&buffers->open);
}

/* The time the oldest was opened with; there must be one. */
static inline weir_time weir_buffers_time(const struct weir_buffers *buffers)
{
	return weir_timed_queue_first(&buffers->open).time;
}

/* Whether the oldest only waits for demand. */
bool weir_buffers_is_waiting(const struct weir_buffers *buffers);

void weir_buffers_next(struct weir_node *node, weir_value value);
void weir_buffers_complete(struct weir_node *node);
void weir_buffers_request(struct weir_node *node, uint64_t count);
void weir_buffers_finish(struct weir_node *node);

#endif
