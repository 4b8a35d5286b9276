/* What stands between a source and those who share it. See kit/connector.h. */
#include "kit/connector.h"

#include "kit/failed.h"

weir_observable *weir_connector_reject(const weir_connector *connector, weir_observable *source, const char *stage)
{
	if ((unsigned)connector->kind > WEIR_CONNECTOR_ASYNC)
		return weir_reject(source, stage, "%d is no kind of connector", (int)connector->kind);
	if (connector->window < 0)
		return weir_reject(
			source, stage, "the window is %lld ns; it cannot be negative", (long long)connector->window);
	if (connector->kind == WEIR_CONNECTOR_BEHAVIOR && weir_is_error(connector->initial))
		return weir_failed(source, weir_retain(connector->initial));
	return NULL;
}

struct weir_hub_options weir_connector_hub(const weir_connector *connector, weir_loop *loop, size_t slack)
{
	struct weir_hub_options options = { .loop = loop, .slack = slack };

	if (connector->kind == WEIR_CONNECTOR_REPLAY) {
		options.keep = connector->count > 0 ? connector->count : SIZE_MAX;
		options.window = connector->window;
	} else if (connector->kind != WEIR_CONNECTOR_SUBJECT) {
		options.keep = 1;
		options.is_state = connector->kind == WEIR_CONNECTOR_BEHAVIOR;
		options.emits_last = connector->kind == WEIR_CONNECTOR_ASYNC;
	}
	return options;
}

int weir_connector_begin(const weir_connector *connector, struct weir_hub *hub)
{
	return connector->kind == WEIR_CONNECTOR_BEHAVIOR ? weir_hub_next(hub, weir_retain(connector->initial)) : 0;
}
