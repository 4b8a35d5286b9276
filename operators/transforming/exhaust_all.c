/* exhaust_all: mirror an observable, ignoring those that come meanwhile. See weir/transforming.h. */
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/unwrap.h"

weir_observable *weir_exhaust_all(weir_observable *source)
{
	return weir_label(weir_exhaust_map(source, weir_unwrap, "exhaust_all"), "exhaust_all");
}
