/* Values that are held until the source has completed. See kit/tail.h. */
#include "kit/tail.h"

/* Each emission may bring more demand: the outermost call does the work. */
void weir_tail_request(struct weir_tail *tail, struct weir_node *node)
{
	if (!tail->ending || tail->draining)
		return;
	tail->draining = true;
	while (node->demand > 0 && weir_queue_count(&tail->queue) > 0)
		weir_emit_next(node, weir_queue_pop(&tail->queue));
	tail->draining = false;
	if (weir_queue_count(&tail->queue) == 0)
		weir_emit_complete(node);
}

void weir_tail_end(struct weir_tail *tail, struct weir_node *node)
{
	tail->ending = true;
	weir_tail_request(tail, node);
}
