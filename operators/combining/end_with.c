/* end_with: the source, and then given values. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/creating.h>

weir_observable *weir_end_with(weir_observable *source, const weir_value *values, size_t count)
{
	return weir_concat_with(source, weir_of(values, count));
}
