/* start_with: given values, and then the source. See weir/combining.h. */
#include <weir/combining.h>
#include <weir/creating.h>

weir_observable *weir_start_with(weir_observable *source, const weir_value *values, size_t count)
{
	return weir_concat_with(weir_of(values, count), source);
}
