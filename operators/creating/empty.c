/* empty: complete at once. See weir/creating.h. */
#include <weir/creating.h>

#include "kit/scalar.h"

weir_observable *weir_empty(void)
{
	return weir_scalar_empty();
}
