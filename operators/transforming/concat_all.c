/* concat_all: run the observables that come one after the other. See weir/transforming.h. */
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/unwrap.h"

weir_observable *weir_concat_all(weir_observable *source)
{
	return weir_label(weir_concat_map(source, weir_unwrap, "concat_all"), "concat_all");
}
