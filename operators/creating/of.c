/* of: given values. See weir/creating.h. */
#include <weir/creating.h>

weir_observable *weir_of(const weir_value *values, size_t count)
{
	return count == 1 ? weir_just(values[0]) : weir_from_array(weir_make_array(values, count));
}
