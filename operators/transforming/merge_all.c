/* merge_all: merge the items of the observables that come. See weir/transforming.h. */
#include <weir/observing.h>
#include <weir/transforming.h>

#include "kit/unwrap.h"

weir_observable *weir_merge_all(weir_observable *source, uint64_t concurrency)
{
	return weir_label(weir_merge_map(source, weir_unwrap, "merge_all", concurrency), "merge_all");
}
