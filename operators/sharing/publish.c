/* publish: a connectable over one connector, of each kind. See weir/sharing.h. */
#include <weir/sharing.h>

static weir_connectable *publish(weir_observable *source, const weir_connector *connector)
{
	return weir_connectable_new(
		source, &(weir_connectable_options){ .connector = *connector, .keep_connector = true });
}

weir_connectable *weir_publish(weir_observable *source)
{
	return publish(source, &(weir_connector){ .kind = WEIR_CONNECTOR_SUBJECT });
}

weir_connectable *weir_publish_behavior(weir_observable *source, weir_value initial)
{
	weir_connectable *connectable =
		publish(source, &(weir_connector){ .kind = WEIR_CONNECTOR_BEHAVIOR, .initial = initial });

	weir_release(initial);
	return connectable;
}

weir_connectable *weir_publish_last(weir_observable *source)
{
	return publish(source, &(weir_connector){ .kind = WEIR_CONNECTOR_ASYNC });
}

weir_connectable *weir_publish_replay(weir_observable *source, size_t count, weir_duration window)
{
	return publish(source, &(weir_connector){ WEIR_CONNECTOR_REPLAY, count, window, weir_nil() });
}
