/* Values in the order they came, each with a time: first in, first out. Grows as needed, keeps its memory until finish.
 */
#ifndef WEIR_KIT_TIMED_QUEUE_H
#define WEIR_KIT_TIMED_QUEUE_H

#include <weir/time.h>
#include <weir/value.h>

#include "base/ring.h"

struct weir_timed_value {
	weir_value value;
	weir_time time;
};

struct weir_timed_queue {
	struct weir_ring ring;
};

static inline void weir_timed_queue_init(struct weir_timed_queue *queue)
{
	weir_ring_init(&queue->ring, sizeof(struct weir_timed_value));
}

static inline size_t weir_timed_queue_count(const struct weir_timed_queue *queue)
{
	return queue->ring.count;
}

/* Consumes `value`, also when there is no memory: then false. */
static inline bool weir_timed_queue_push(struct weir_timed_queue *queue, weir_value value, weir_time time)
{
	struct weir_timed_value *room = weir_ring_push(&queue->ring);

	if (room == NULL) {
		weir_release(value);
		return false;
	}
	*room = (struct weir_timed_value){ value, time };
	return true;
}

/* The oldest value, borrowed, and its time; the queue is not empty. */
static inline struct weir_timed_value weir_timed_queue_first(const struct weir_timed_queue *queue)
{
	return *(struct weir_timed_value *)weir_ring_at(&queue->ring, 0);
}

/* Take the oldest value, owned; the queue is not empty. */
static inline weir_value weir_timed_queue_pop(struct weir_timed_queue *queue)
{
	weir_value value = weir_timed_queue_first(queue).value;

	weir_ring_pop(&queue->ring);
	return value;
}

static inline void weir_timed_queue_finish(struct weir_timed_queue *queue)
{
	while (queue->ring.count > 0)
		weir_release(weir_timed_queue_pop(queue));
	weir_ring_finish(&queue->ring);
}

#endif
