/* Observables of one known value or none, which flattening operators need not subscribe to. */
#ifndef WEIR_KIT_SCALAR_H
#define WEIR_KIT_SCALAR_H

#include <weir/operator.h>

/* An observable of one value. Consumes `value`. */
weir_observable *weir_scalar_new(weir_value value);

/* An observable without values. */
weir_observable *weir_scalar_empty(void);

enum weir_scalar {
	WEIR_SCALAR_NONE,  /* it must be subscribed to */
	WEIR_SCALAR_VALUE, /* it would emit the value and complete */
	WEIR_SCALAR_EMPTY, /* it would complete */
};

/* What `observable` is; unless NONE it is consumed, and its value, owned, stands in `ret_value`. */
enum weir_scalar weir_scalar_take(weir_observable *observable, weir_value *ret_value);

#endif
