/* Windows in which items wait. See kit/throttle.h. */
#include "kit/throttle.h"

static struct weir_throttle *throttle_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_throttle, node);
}

void weir_throttle_init(struct weir_throttle *throttle, const struct weir_throttle_class *throttle_class)
{
	throttle->throttle_class = throttle_class;
}

static void begin_window(struct weir_throttle *throttle, weir_value value)
{
	throttle->in_window = true;
	throttle->throttle_class->begin(throttle, value);
}

/* The window begins before the item is out: however long it takes downstream, that stretches nothing. */
static void emit_newest(struct weir_throttle *throttle)
{
	throttle->is_due = throttle->node.demand == 0;
	if (throttle->is_due)
		return;

	weir_value value = weir_slot_take(&throttle->newest);

	if (throttle->throttle_class->restarts && !throttle->source_completed)
		begin_window(throttle, value);
	weir_emit_next(&throttle->node, value);
}

static void complete_when_idle(struct weir_throttle *throttle)
{
	if (throttle->source_completed && !throttle->newest.is_full)
		weir_emit_complete(&throttle->node);
}

void weir_throttle_end(struct weir_throttle *throttle)
{
	throttle->in_window = false;
	if (throttle->throttle_class->trailing && throttle->newest.is_full)
		emit_newest(throttle);
	complete_when_idle(throttle);
}

void weir_throttle_end_silently(struct weir_throttle *throttle)
{
	throttle->in_window = false;
	if (throttle->source_completed)
		weir_emit_complete(&throttle->node);
}

void weir_throttle_next(struct weir_node *node, weir_value value)
{
	struct weir_throttle *throttle = throttle_of(node);
	const struct weir_throttle_class *throttle_class = throttle->throttle_class;

	if (throttle->in_window && !throttle_class->trailing) {
		weir_release(value);
		return;
	}

	weir_slot_put(&throttle->newest, value);
	if (throttle->in_window || throttle->is_due || !weir_is_open(node))
		return;
	if (throttle_class->leading)
		emit_newest(throttle);
	else
		begin_window(throttle, value);
}

void weir_throttle_complete(struct weir_node *node)
{
	struct weir_throttle *throttle = throttle_of(node);

	throttle->source_completed = true;
	if (throttle->newest.is_full && (throttle->is_due || throttle->in_window))
		return;
	weir_emit_complete(node);
}

void weir_throttle_request(struct weir_node *node, uint64_t count)
{
	struct weir_throttle *throttle = throttle_of(node);

	(void)count;
	if (!throttle->is_due)
		return;
	emit_newest(throttle);
	complete_when_idle(throttle);
}

void weir_throttle_finish(struct weir_node *node)
{
	weir_slot_clear(&throttle_of(node)->newest);
}
