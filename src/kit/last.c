/* A result that waits for its demand. See kit/last.h. */
#include "kit/last.h"

static void emit(struct weir_last *last, weir_value value)
{
	weir_emit_next(&last->node, value);
	weir_emit_complete(&last->node);
}

void weir_last_decide(struct weir_last *last, weir_value value)
{
	struct weir_node *node = &last->node;

	if (weir_is_error(value)) {
		weir_emit_failed_value(node, value);
		return;
	}
	if (node->demand > 0 || !weir_is_open(node)) {
		emit(last, value);
		return;
	}
	weir_last_set(last, value);
	last->decided = true;
	weir_cancel_upstream(node);
}

void weir_last_complete(struct weir_node *node)
{
	struct weir_last *last = WEIR_CONTAINER_OF(node, struct weir_last, node);

	if (last->has_value)
		weir_last_decide(last, weir_last_take(last));
	else
		weir_emit_complete(node);
}

void weir_last_request(struct weir_node *node, uint64_t count)
{
	struct weir_last *last = WEIR_CONTAINER_OF(node, struct weir_last, node);

	(void)count;
	if (!last->decided)
		return;
	last->decided = false;
	emit(last, weir_last_take(last));
}

void weir_last_pass(struct weir_node *node, uint64_t count)
{
	if (WEIR_CONTAINER_OF(node, struct weir_last, node)->decided)
		weir_last_request(node, count);
	else
		weir_request_upstream(node, count);
}

void weir_last_pull(struct weir_node *node, uint64_t count)
{
	struct weir_last *last = WEIR_CONTAINER_OF(node, struct weir_last, node);

	if (last->decided) {
		weir_last_request(node, count);
	} else if (!last->has_pulled) {
		last->has_pulled = true;
		weir_request_upstream(node, 1);
	}
}

void weir_last_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct weir_last, node)->value);
}
