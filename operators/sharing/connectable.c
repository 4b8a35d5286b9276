/* connectable: one run of the source for all who subscribe, when told to. See weir/sharing.h; the engine is kit/multicast.c. */
#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/multicast.h"

static const struct weir_node_class connectable_class = {
	.name = "connectable",
	WEIR_MULTICAST_LISTENER_SLOTS,
};

weir_connectable *weir_connectable_new(weir_observable *source, const weir_connectable_options *options)
{
	static const weir_connectable_options defaults = { 0 };
	const weir_connectable_options *given = options != NULL ? options : &defaults;
	struct weir_multicast_options own = {
		.name = "connectable",
		.connector = given->connector,
		.keep_after_error = given->keep_connector,
		.keep_after_complete = given->keep_connector,
		.keep_when_stopped = given->keep_connector,
	};
	weir_observable *rejected;

	if (source == NULL)
		source = weir_reject(NULL, "connectable", "the source is NULL");
	rejected = weir_connector_reject(&given->connector, source, "connectable");
	if (rejected != NULL) {
		/* What is wrong comes to whoever subscribes, when it is connected. */
		source = rejected;
		own.connector = (weir_connector){ 0 };
	}
	return weir_multicast_new(source, &own);
}

weir_observable *weir_connectable_observable(weir_connectable *connectable)
{
	if (connectable == NULL)
		return weir_reject(NULL, "connectable", "the connectable is NULL: there was no memory to make it");
	return weir_multicast_observable(connectable, &connectable_class);
}
