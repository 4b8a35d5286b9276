/* take_within: what comes within a span of time, then complete. See weir/timing.h. */
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/timing.h>

weir_observable *weir_take_within(weir_observable *source, weir_duration span)
{
	return weir_take_until(source, weir_timer(span));
}
