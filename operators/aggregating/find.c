/* find: the first value that satisfies a predicate, or nil. See weir/aggregating.h. */
#include <weir/aggregating.h>
#include <weir/filtering.h>

weir_observable *weir_find(weir_observable *source, weir_predicate predicate, void *context)
{
	return weir_first_or(weir_filter(source, predicate, context), weir_nil());
}
