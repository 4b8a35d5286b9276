/* reduce_indexed: a fold that is handed the index of each value. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/filtering.h>
#include <weir/observing.h>
#include <weir/transforming.h>

weir_observable *weir_reduce_indexed(
	weir_observable *source, weir_accumulator_indexed accumulator, void *context, weir_value seed)
{
	weir_observable *scanned = weir_scan_indexed(source, accumulator, context, weir_retain(seed));

	return weir_label(weir_last_or(scanned, seed), "reduce_indexed");
}

weir_observable *weir_reduce_first_indexed(weir_observable *source, weir_accumulator_indexed accumulator, void *context)
{
	return weir_label(weir_take_last(weir_scan_first_indexed(source, accumulator, context), 1), "reduce_indexed");
}
