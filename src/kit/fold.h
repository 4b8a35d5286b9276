/* Folds: what scan and reduce share, with a seed or without. Their steps are the core's. */
#ifndef WEIR_KIT_FOLD_H
#define WEIR_KIT_FOLD_H

#include <weir/operator.h>

#include "core/step.h"

/*
 * A recipe that folds: the constructors' common part.
 *
 * @param source  consumed
 * @param config  copied; its seed is consumed, and one of kind error is what the recipe fails with
 */
weir_observable *weir_fold_extend(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_fold_config *config);

/* The class's slot. */
#endif
