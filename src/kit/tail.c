/* Values that wait for demand. See kit/tail.h. */
#include "kit/tail.h"

void weir_tail_drain(struct weir_tail *tail, struct weir_node *node)
{
	if (tail->draining)
		return;
	tail->draining = true;
	while (node->demand > 0 && tail->values.count > 0)
		weir_emit_next(node, weir_tail_pop(tail));
	tail->draining = false;
	if (tail->ending && tail->values.count == 0)
		weir_emit_complete(node);
}

void weir_tail_end(struct weir_tail *tail, struct weir_node *node)
{
	tail->ending = true;
	weir_tail_drain(tail, node);
}

void weir_tail_finish(struct weir_tail *tail)
{
	while (tail->values.count > 0)
		weir_release(weir_tail_pop(tail));
	weir_ring_finish(&tail->values);
}
