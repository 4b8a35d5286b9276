/*
 * Items whose key differs from that of the one passed on before: the engine of distinct_until_changed and
 * distinct_until_key_changed.
 *
 * Point the class's slots at the functions below. `_plain` and the batches are for classes without a configuration: the
 * key is the value itself, compared by weir_equal().
 */
#ifndef WEIR_KIT_CHANGED_H
#define WEIR_KIT_CHANGED_H

#include <weir/operator.h>

struct weir_changed_config {
	weir_mapper key; /* NULL: `member` */
	weir_value member; /* what is compared of maps; nil: the value itself */
	weir_equality equal; /* NULL: weir_equal() */
	void *context;
};

struct weir_changed {
	struct weir_node node;
	weir_value key; /* of the last value passed on */
	bool has_key;
};

weir_value weir_changed_step(struct weir_node *node, weir_value value);
void weir_changed_next_plain(struct weir_node *node, weir_value value);
void weir_changed_next_batch(struct weir_node *node, const weir_value *values, size_t count);
void weir_changed_finish(struct weir_node *node);

#endif
