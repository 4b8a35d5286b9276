/* The smallest or greatest value: what min and max share. */
#ifndef WEIR_KIT_EXTREME_H
#define WEIR_KIT_EXTREME_H

#include <weir/operator.h>

struct weir_extreme_config {
	weir_comparator compare; /* NULL: weir_compare() */
	void *context;
	int sign; /* of compare(kept, value) when the kept one stays: -1 for the minimum, 1 for the maximum */
};

/* Slot: keeps the value in the `struct weir_last` that is the node's struct. */
void weir_extreme_next(struct weir_node *node, weir_value value);

#endif
