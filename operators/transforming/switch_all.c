/* switch_all: mirror the newest of the observables that come. See weir/transforming.h. */
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/unwrap.h"

weir_observable *weir_switch_all(weir_observable *source)
{
	return weir_label(weir_switch_map(source, weir_unwrap, "switch_all"), "switch_all");
}
