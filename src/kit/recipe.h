/* The recipe that a node was made by. */
#ifndef WEIR_KIT_RECIPE_H
#define WEIR_KIT_RECIPE_H

#include <weir/operator.h>

#include "core/subscription.h"

/* The observable up to and including this stage; borrowed. */
static inline weir_observable *weir_recipe_of(const struct weir_node *node)
{
	return (weir_observable *)(void *)((char *)node->config - offsetof(struct weir_observable, config));
}

#endif
