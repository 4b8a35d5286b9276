/* just: one value. See weir/creating.h. */
#include <weir/creating.h>

#include "kit/scalar.h"

weir_observable *weir_just(weir_value value)
{
	return weir_scalar_new(value);
}
