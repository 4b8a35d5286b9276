/* The projection of operators whose items are observables already. See kit/unwrap.h. */
#include "kit/unwrap.h"

weir_observable *weir_unwrap(weir_value value, void *stage)
{
	weir_observable *observable = weir_as_observable(value);
	char text[64];

	if (observable != NULL)
		return weir_ref(observable);
	weir_print(value, text, sizeof text);
	return weir_reject(NULL, stage, "the item %s is no observable", text);
}
