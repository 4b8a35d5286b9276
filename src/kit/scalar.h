/* Observables of one known value or none, which flattening operators need not subscribe to. */
#ifndef WEIR_KIT_SCALAR_H
#define WEIR_KIT_SCALAR_H

#include <weir/operator.h>

#include "base/allocator.h"
#include "core/subscription.h"

/* An observable of one value. Consumes `value`. */
weir_observable *weir_scalar_new(weir_value value);

/* An observable without values. */
weir_observable *weir_scalar_empty(void);

enum weir_scalar {
	WEIR_SCALAR_NONE, /* it must be subscribed to */
	WEIR_SCALAR_VALUE, /* it would emit the value and complete */
	WEIR_SCALAR_EMPTY, /* it would complete */
};

extern const struct weir_node_class weir_just_class;
extern const struct weir_node_class weir_empty_class;

enum weir_scalar weir_scalar_take_slowly(weir_observable *observable, weir_value *ret_value);

static inline weir_value *weir_scalar_value(weir_observable *observable)
{
	return (weir_value *)(void *)observable->config;
}

/*
 * What `observable` is; unless NONE it is consumed, and its value, owned, stands in `ret_value`.
 *
 * Projections make one recipe of one value per item, and it is taken apart at once. The last one is kept as it was
 * built, for the next: `kept_block` of the thread's pool.
 */
static inline enum weir_scalar weir_scalar_take(weir_observable *observable, weir_value *ret_value)
{
	if (WEIR_LIKELY(observable->node_class == &weir_just_class && observable->block.references == 1 &&
			!observable->block.shared && observable->contexts == NULL && observable->warm == NULL &&
			weir_thread_pool.kept_block == NULL && weir_thread_pool.is_registered)) {
		*ret_value = *weir_scalar_value(observable);
		weir_thread_pool.kept_block = observable;
		return WEIR_SCALAR_VALUE;
	}
	return weir_scalar_take_slowly(observable, ret_value);
}

#endif
