/* The item that is followed by a wait without another one. See kit/debounce.h. */
#include "kit/debounce.h"

static struct weir_debounce *debounce_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_debounce, node);
}

static void emit_newest(struct weir_debounce *debounce)
{
	if (debounce->newest.is_full)
		weir_held_emit(&debounce->settled, &debounce->node, weir_slot_take(&debounce->newest));
}

static void debounce_on_wait_over(struct weir_wait *wait)
{
	emit_newest(WEIR_CONTAINER_OF(wait, struct weir_debounce, wait));
}

static const struct weir_wait_class debounce_wait = {
	.over = debounce_on_wait_over,
};

void weir_debounce_start(struct weir_node *node)
{
	weir_wait_init(&debounce_of(node)->wait, node, &debounce_wait, node->config);
}

void weir_debounce_next(struct weir_node *node, weir_value value)
{
	struct weir_debounce *debounce = debounce_of(node);

	weir_slot_put(&debounce->newest, value);
	if (weir_is_open(node))
		weir_wait_begin(&debounce->wait, value);
}

void weir_debounce_complete(struct weir_node *node)
{
	struct weir_debounce *debounce = debounce_of(node);

	weir_wait_stop(&debounce->wait);
	emit_newest(debounce);
	weir_held_complete(&debounce->settled, node);
}

/* A late emission puts off the next one: never two within a span. */
void weir_debounce_request(struct weir_node *node, uint64_t count)
{
	struct weir_debounce *debounce = debounce_of(node);

	(void)count;
	if (weir_held_is_full(&debounce->settled))
		weir_wait_put_off(&debounce->wait);
	weir_held_request(&debounce->settled, node);
}

void weir_debounce_finish(struct weir_node *node)
{
	struct weir_debounce *debounce = debounce_of(node);

	weir_held_finish(&debounce->settled);
	weir_slot_clear(&debounce->newest);
}
