/* What observe_on and subscribe_on share. See kit/door.h. */
#include "kit/door.h"

#include "core/loop.h"
#include "core/subscription.h"

weir_observable *weir_door_create(
	const struct weir_node_class *node_class, weir_observable *source, weir_observable *later, weir_loop *loop)
{
	weir_across_threads(source);
	return weir_create_source(node_class, &(struct weir_door_config){ source, later, weir_loop_ref(loop) });
}

weir_loop *weir_door_origin(const struct weir_node *node)
{
	weir_loop *origin = node->subscription->origin;

	return origin != NULL ? origin : weir_node_loop(node);
}

static const struct weir_inner_class door_later = {
	.complete = weir_inner_complete_owner,
};

void weir_door_open(struct weir_node *node, weir_loop *loop)
{
	struct weir_door *self = WEIR_CONTAINER_OF(node, struct weir_door, node);
	const struct weir_door_config *config = node->config;

	if (loop != weir_node_loop(node)) {
		weir_hand_off_init(&self->hand_off, node, config->source, loop);
		return;
	}
	weir_inner_init(&self->later, node, &door_later);
	weir_inner_switch_to_borrowed(&self->later, config->later);
}

void weir_door_request(struct weir_node *node, uint64_t count)
{
	struct weir_door *self = WEIR_CONTAINER_OF(node, struct weir_door, node);

	if (self->hand_off.channel != NULL)
		weir_hand_off_request(&self->hand_off);
	else
		weir_inner_request(&self->later, count);
}

void weir_door_config_destroy(void *config)
{
	struct weir_door_config *self = config;

	weir_loop_unref(self->loop);
}
