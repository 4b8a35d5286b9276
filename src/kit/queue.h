/*
 * Values that wait, first in, first out, up to a limit.
 */
#ifndef WEIR_KIT_QUEUE_H
#define WEIR_KIT_QUEUE_H

#include <errno.h>

#include <weir/error.h>
#include <weir/value.h>

#include "base/ring.h"

struct weir_queue {
	struct weir_ring values;
	size_t limit;
};

/* @param limit  how many may wait; 0: as many as memory holds */
static inline void weir_queue_init(struct weir_queue *queue, size_t limit)
{
	weir_ring_init(&queue->values, sizeof(weir_value));
	queue->limit = limit;
}

static inline size_t weir_queue_count(const struct weir_queue *queue)
{
	return queue->values.count;
}

/* 0; -WEIR_EOVERFLOW when it is full, -ENOMEM: then `value` stays the caller's. */
int weir_queue_push(struct weir_queue *queue, weir_value value);

/* The oldest value, owned; there must be one. */
static inline weir_value weir_queue_pop(struct weir_queue *queue)
{
	weir_value value = *(weir_value *)weir_ring_at(&queue->values, 0);

	weir_ring_pop(&queue->values);
	return value;
}

/* Release what waits, free the memory. */
void weir_queue_finish(struct weir_queue *queue);

#endif
