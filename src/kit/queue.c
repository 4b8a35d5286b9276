/* Values that wait. See kit/queue.h. */
#include "kit/queue.h"

int weir_queue_push(struct weir_queue *queue, weir_value value)
{
	if (queue->limit > 0 && queue->values.count >= queue->limit)
		return -WEIR_EOVERFLOW;

	weir_value *room = weir_ring_push(&queue->values);

	if (room == NULL)
		return -ENOMEM;
	*room = value;
	return 0;
}

void weir_queue_finish(struct weir_queue *queue)
{
	while (queue->values.count > 0)
		weir_release(weir_queue_pop(queue));
	weir_ring_finish(&queue->values);
}
