/*
 * Parts of `next_batch` slots.
 *
 * Only stages without a callback per item take batches: a callback that ran for the whole batch before the first result
 * is passed on would be seen by its owner.
 */
#ifndef WEIR_KIT_BATCH_H
#define WEIR_KIT_BATCH_H

#include <weir/operator.h>

enum {
	WEIR_BATCH_MAX = 64,
};

static inline void weir_batch_release(const weir_value *values, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_release(values[index]);
}

/* A batch slot that is the `next` slot in a loop: what saves is the way to it. */
static inline void weir_batch_each(struct weir_node *node, const weir_value *values, size_t count,
	void (*next)(struct weir_node *node, weir_value value))
{
	for (size_t index = 0; index < count; index++) {
		if (WEIR_UNLIKELY(!weir_is_open(node))) {
			weir_batch_release(values + index, count - index);
			return;
		}
		next(node, values[index]);
	}
}

/* As weir_request_replacement() for several items. */
static inline void weir_batch_replace(struct weir_node *node, size_t count)
{
	if (count > 0 && node->request_target->demand != WEIR_UNBOUNDED)
		weir_request_upstream(node, count);
}

#endif
