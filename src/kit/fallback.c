/* Another observable in place of the source. See kit/fallback.h. */
#include "kit/fallback.h"

static const struct weir_inner_class other_class = {
	.complete = weir_inner_complete_owner,
};

void weir_fallback_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct weir_fallback, node)->other, node, &other_class);
}

void weir_fallback_request(struct weir_node *node, uint64_t count)
{
	struct weir_fallback *fallback = WEIR_CONTAINER_OF(node, struct weir_fallback, node);

	if (fallback->has_begun)
		weir_inner_request(&fallback->other, count);
	else
		weir_request_upstream(node, count);
}

void weir_fallback_to(struct weir_node *node, weir_observable *other)
{
	struct weir_fallback *fallback = WEIR_CONTAINER_OF(node, struct weir_fallback, node);

	weir_cancel_upstream(node);
	fallback->has_begun = true;
	weir_inner_switch_to(&fallback->other, other);
}
