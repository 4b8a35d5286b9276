/* share: one run of the source for all who subscribe. See weir/sharing.h; the engine stands in kit/multicast.c. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/failed.h"
#include "kit/multicast.h"

static const struct weir_node_class share_class = {
	.name = "share",
	WEIR_MULTICAST_COUNTED_SLOTS,
};

weir_observable *weir_share(weir_observable *source, const weir_share_options *options)
{
	static const weir_share_options defaults = { 0 };
	const weir_share_options *given = options != NULL ? options : &defaults;
	weir_observable *rejected;
	weir_observable *shared;
	struct weir_multicast *multicast;

	if (source == NULL)
		return weir_reject(NULL, "share", "the source is NULL");
	if (given->stop_delay < 0)
		return weir_reject(source, "share", "the stop delay is %lld ns; it cannot be negative",
			(long long)given->stop_delay);
	rejected = weir_connector_reject(&given->connector, source, "share");
	if (rejected != NULL)
		return rejected;
	multicast = weir_multicast_new(source, &(struct weir_multicast_options){
						       .name = "share",
						       .connector = given->connector,
						       .keep_after_error = given->keep_after_error,
						       .keep_after_complete = given->keep_after_complete,
						       .keep_at_zero = given->keep_at_zero,
						       .stop_delay = given->stop_delay,
						       .reset_on_error = given->reset_on_error,
						       .reset_on_complete = given->reset_on_complete,
						       .reset_at_zero = given->reset_at_zero,
						       .context = given->context,
					       });
	if (multicast == NULL)
		return weir_failed(NULL, weir_fail(ENOMEM, "out of memory"));
	shared = weir_multicast_observable(multicast, &share_class);
	weir_multicast_disown(multicast);
	return shared;
}
