/* A stage's source as an observable for one listener. See kit/relay.h. */
#include "kit/relay.h"

#include "base/allocator.h"
#include "core/subscription.h"

static void relay_unref(struct weir_relay *relay)
{
	if (--relay->references > 0)
		return;
	if (relay->has_first)
		weir_release(relay->first);
	if (relay->error != NULL)
		weir_error_unref(relay->error);
	weir_pool_return(relay, sizeof *relay);
}

/* The listener */

static struct weir_relay *relay_of(const struct weir_node *listener)
{
	return *(struct weir_relay *const *)listener->config;
}

static void end(struct weir_relay *relay)
{
	weir_error *error = relay->error;

	relay->error = NULL;
	if (error != NULL)
		weir_emit_error(relay->listener, error);
	else if (!relay->has_first)
		weir_emit_complete(relay->listener);
}

static void listener_start(struct weir_node *node)
{
	struct weir_relay *relay = relay_of(node);

	if (relay->was_joined) {
		weir_emit_failure(node, WEIR_ECLOSED, "it can be subscribed to once");
		return;
	}
	relay->was_joined = true;
	if (relay->stage == NULL && !relay->has_ended) {
		weir_emit_failure(node, WEIR_ECLOSED, "the stage whose source it is has ended");
		return;
	}
	relay->listener = node;
	if (relay->has_ended)
		end(relay);
}

static void listener_request(struct weir_node *node, uint64_t count)
{
	struct weir_relay *relay = relay_of(node);

	if (relay->has_first) {
		relay->has_first = false;
		weir_emit_next(node, relay->first);
		if (!weir_is_open(node))
			return;
		count -= count != WEIR_UNBOUNDED;
	}
	if (relay->has_ended) {
		end(relay);
	} else if (relay->stage != NULL) {
		struct weir_subscription *subscription = relay->stage->subscription;

		weir_enter(subscription);
		weir_request_upstream(relay->stage, count);
		weir_leave(subscription);
	}
}

static void listener_finish(struct weir_node *node)
{
	struct weir_relay *relay = relay_of(node);
	struct weir_node *stage = relay->stage;

	if (relay->listener != node)
		return;
	relay->listener = NULL;
	if (stage == NULL || relay->has_ended || !weir_is_open(stage))
		return;

	struct weir_subscription *subscription = stage->subscription;

	weir_enter(subscription);
	weir_cancel_upstream(stage);
	weir_leave(subscription);
}

static void listener_config_destroy(void *config)
{
	relay_unref(*(struct weir_relay **)config);
}

/* Nothing is counted: the source honours the demand. */
static const struct weir_node_class listener_class = {
	.name = "whole",
	.config_size = sizeof(struct weir_relay *),
	.start = listener_start,
	.request = listener_request,
	.finish = listener_finish,
	.config_destroy = listener_config_destroy,
};

/* The stage */

static void relay_stop(struct weir_resource *resource)
{
	struct weir_relay *relay = WEIR_CONTAINER_OF(resource, struct weir_relay, resource);
	struct weir_node *listener = relay->listener;

	relay->stage = NULL;
	if (listener != NULL && !relay->has_ended) {
		struct weir_subscription *subscription = listener->subscription;

		weir_enter(subscription);
		weir_emit_failure(listener, WEIR_ECLOSED, "the stage whose source it is has ended");
		weir_leave(subscription);
	}
	relay_unref(relay);
}

struct weir_relay *weir_relay_new(struct weir_node *stage, weir_value first)
{
	struct weir_relay *relay = weir_pool_take(sizeof *relay);

	if (relay == NULL) {
		weir_release(first);
		return NULL;
	}
	*relay = (struct weir_relay){ .references = 1, .stage = stage, .first = first, .has_first = true };
	weir_attach(stage, &relay->resource, relay_stop);
	return relay;
}

weir_observable *weir_relay_observable(struct weir_relay *relay)
{
	relay->references++;
	return weir_create_source(&listener_class, &relay);
}

void weir_relay_next(struct weir_relay *relay, weir_value value)
{
	if (relay->listener == NULL) {
		weir_drop(relay->stage, value);
		return;
	}

	struct weir_subscription *subscription = relay->listener->subscription;

	weir_enter(subscription);
	weir_emit_next(relay->listener, value);
	weir_leave(subscription);
}

static void finish_source(struct weir_relay *relay, weir_error *error)
{
	relay->has_ended = true;
	relay->error = error;
	if (relay->listener == NULL)
		return;

	struct weir_subscription *subscription = relay->listener->subscription;

	weir_enter(subscription);
	end(relay);
	weir_leave(subscription);
}

void weir_relay_error(struct weir_relay *relay, weir_error *error)
{
	finish_source(relay, error);
}

void weir_relay_complete(struct weir_relay *relay)
{
	finish_source(relay, NULL);
}
