/* of: given values. See weir/creating.h; several are from_array. */
#include <weir/creating.h>

#include "kit/scalar.h"

weir_observable *weir_just(weir_value value)
{
	return weir_scalar_new(value);
}
