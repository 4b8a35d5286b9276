/* Folds. See kit/fold.h. */
#include "kit/fold.h"

#include "kit/failed.h"

weir_observable *weir_fold_extend(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_fold_config *config)
{
	if (weir_is_error(config->seed))
		return weir_failed(source, config->seed);
	if (config->accumulator == NULL) {
		weir_release(config->seed);
		return weir_reject(source, node_class->name, "the accumulator is NULL");
	}
	return weir_extend(source, node_class, config);
}
