/* delay_subscription: subscribe to the source when a notifier has emitted or completed. See weir/timing.h. */
#include <weir/combining.h>
#include <weir/filtering.h>
#include <weir/operator.h>
#include <weir/timing.h>

weir_observable *weir_delay_subscription(weir_observable *source, weir_observable *notifier)
{
	if (notifier == NULL)
		return weir_reject(source, "delay_subscription", "the notifier is NULL");
	return weir_concat_with(weir_ignore_elements(weir_take(notifier, 1)), source);
}
