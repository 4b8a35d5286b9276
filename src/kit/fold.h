/* The step of a fold: what scan and reduce share, with a seed or without. */
#ifndef WEIR_KIT_FOLD_H
#define WEIR_KIT_FOLD_H

#include <weir/operator.h>

struct weir_fold_config {
	weir_accumulator accumulator;
	void *context;
	weir_value seed;
	bool has_seed;
};

/*
 * A recipe that folds: the constructors' common part.
 *
 * @param source  consumed
 * @param config  copied; its seed is consumed, and one of kind error is what the recipe fails with
 */
weir_observable *weir_fold_extend(
	weir_observable *source, const struct weir_node_class *node_class, const struct weir_fold_config *config);

/* The class's slot. */
void weir_fold_config_destroy(void *config);

/*
 * The accumulated value after `value`, owned; of kind error when the accumulator has failed. Consumes `value` and what is
 * `held`, which the caller replaces by the result if the node is still open.
 *
 * The accumulator may cancel while it borrows the held value: until it returns, `finish` must not find it there. What is
 * not counted needs no such care. Without a seed the first value (`has_held` is false) is the accumulated value itself.
 */
static inline weir_value weir_fold_step(
	const struct weir_fold_config *config, weir_value *held, bool has_held, weir_value value)
{
	weir_value before = *held;

	if (WEIR_UNLIKELY(!has_held))
		return value;
	if (WEIR_LIKELY(!((before.tag | value.tag) & WEIR_TAG_COUNTED)))
		return config->accumulator(before, value, config->context);
	*held = weir_nil();

	weir_value next = config->accumulator(before, value, config->context);

	weir_release(before);
	weir_release(value);
	return next;
}

#endif
