/* The smallest or greatest value. See kit/extreme.h. */
#include "kit/extreme.h"

#include "kit/last.h"

void weir_extreme_next(struct weir_node *node, weir_value value)
{
	struct weir_last *self = WEIR_CONTAINER_OF(node, struct weir_last, node);
	const struct weir_extreme_config *config = node->config;
	weir_value kept = weir_last_take(self);
	int order = 0;

	if (self->has_value)
		order = config->compare != NULL ? config->compare(kept, value, config->context)
						: weir_compare(kept, value);
	/* Of equal ones the later is kept, as in RxJS. */
	bool stays = self->has_value && (config->sign < 0 ? order < 0 : order > 0);

	weir_release(stays ? value : kept);
	if (weir_is_open(node))
		weir_last_set(self, stays ? kept : value);
	else
		weir_release(stays ? kept : value);
}
