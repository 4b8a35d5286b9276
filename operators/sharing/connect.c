/* connect: what is made out of one run of the source, for each subscription. See weir/sharing.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/failed.h"
#include "kit/inner.h"
#include "kit/multicast.h"

struct connect_config {
	weir_selector selector;
	void *context;
	weir_observable *source;
	struct weir_multicast_options options;
	struct weir_multicast *kept; /* NULL: one for each subscription */
};

struct connect {
	struct weir_node node;
	struct weir_inner result;
	struct weir_resource leaving; /* stops before the result does */
	struct weir_multicast *multicast;
};

static const struct weir_node_class connect_shared_class = {
	.name = "connect",
	WEIR_MULTICAST_LISTENER_SLOTS,
};

static void connect_on_result_complete(struct weir_inner *inner)
{
	weir_emit_complete(inner->owner);
}

static const struct weir_inner_class connect_result = {
	.demand = WEIR_INNER_AS_OWNER,
	.complete = connect_on_result_complete,
};

static void connect_leaving(struct weir_resource *resource)
{
	weir_multicast_hold_back(WEIR_CONTAINER_OF(resource, struct connect, leaving)->multicast);
}

/* Owned; NULL without memory. */
static struct weir_multicast *connect_make(const struct connect_config *config)
{
	struct weir_multicast_options options = config->options;

	options.connector.initial = weir_retain(options.connector.initial);
	return weir_multicast_new(weir_ref(config->source), &options);
}

static void connect_start(struct weir_node *node)
{
	struct connect *self = WEIR_CONTAINER_OF(node, struct connect, node);
	const struct connect_config *config = node->config;
	weir_observable *shared;
	int result;

	self->multicast = config->kept != NULL ? weir_multicast_own(config->kept) : connect_make(config);
	if (self->multicast == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	weir_inner_init(&self->result, node, &connect_result);
	weir_attach(node, &self->leaving, connect_leaving);
	shared = weir_multicast_observable(self->multicast, &connect_shared_class);
	weir_inner_switch_to(&self->result, config->selector(shared, config->context));
	weir_unref(shared);
	if (!weir_is_open(node))
		return;
	result = weir_multicast_connect(self->multicast, weir_node_loop(node));
	if (result < 0 && weir_is_open(node))
		weir_emit_failure(node, -result, "the source could not be connected");
}

static void connect_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct connect, node)->result, count);
}

static void connect_finish(struct weir_node *node)
{
	struct weir_multicast *multicast = WEIR_CONTAINER_OF(node, struct connect, node)->multicast;

	if (multicast == NULL)
		return;
	weir_multicast_disconnect(multicast);
	weir_multicast_disown(multicast);
}

static void connect_config_destroy(void *config)
{
	struct connect_config *own = config;

	if (own->kept != NULL)
		weir_multicast_disown(own->kept);
	weir_release(own->options.connector.initial);
	weir_unref(own->source);
}

static const struct weir_node_class connect_class = {
	.name = "connect",
	.size = sizeof(struct connect),
	.config_size = sizeof(struct connect_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = connect_start,
	.request = connect_request,
	.finish = connect_finish,
	.config_destroy = connect_config_destroy,
};

weir_observable *weir_connect(
	weir_observable *source, weir_selector selector, void *context, const weir_connect_options *options)
{
	static const weir_connect_options defaults = { 0 };
	const weir_connect_options *given = options != NULL ? options : &defaults;
	struct connect_config config = {
		.selector = selector,
		.context = context,
		.source = source,
		.options = { .name = "connect",
			.keep_after_error = true,
			.keep_after_complete = true,
			.keep_when_stopped = true },
	};
	weir_observable *rejected;

	if (source == NULL || selector == NULL)
		return weir_reject(source, "connect", "the %s is NULL", source == NULL ? "source" : "selector");
	rejected = weir_connector_reject(&given->connector, source, "connect");
	if (rejected != NULL)
		return rejected;
	config.options.connector = given->connector;
	weir_retain(given->connector.initial);
	if (given->keep_connector) {
		config.kept = connect_make(&config);
		if (config.kept == NULL) {
			connect_config_destroy(&config);
			return weir_failed(NULL, weir_fail(ENOMEM, "out of memory"));
		}
	}
	return weir_create_source(&connect_class, &config);
}
