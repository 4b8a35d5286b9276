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
	weir_connect_options options;
	weir_connectable *kept; /* with `keep_connector`; NULL without memory */
};

struct connect {
	struct weir_node node;
	struct weir_inner result;
	struct weir_resource leaving; /* stops before the result does */
	weir_connectable *connectable;
};

static const struct weir_inner_class connect_result = {
	.demand = WEIR_INNER_AS_OWNER,
	.complete = weir_inner_complete_owner,
};

static void connect_leaving(struct weir_resource *resource)
{
	weir_multicast_hold_back(WEIR_CONTAINER_OF(resource, struct connect, leaving)->connectable);
}

/* Owned; NULL without memory. */
static weir_connectable *connect_make(const struct connect_config *config)
{
	return weir_connectable_new(weir_ref(config->source),
		&(weir_connectable_options){ .connector = config->options.connector, .keep_connector = true });
}

/*
 * The source is subscribed to behind the result, also when that has ended by then: it may be shared, and run on. Consumes
 * `connectable`.
 */
static void connect_run(struct weir_node *node, weir_connectable *connectable)
{
	bool is_wanted = weir_is_open(node);
	int result = weir_multicast_connect(connectable, weir_node_loop(node), is_wanted);

	if (!is_wanted)
		weir_connectable_disconnect(connectable);
	else if (result == -ENOMEM && weir_is_open(node))
		weir_emit_failure(node, ENOMEM, "out of memory");
	weir_connectable_unref(connectable);
}

static void connect_start(struct weir_node *node)
{
	struct connect *self = WEIR_CONTAINER_OF(node, struct connect, node);
	const struct connect_config *config = node->config;
	weir_connectable *connectable = config->options.keep_connector
						? weir_multicast_fork(config->kept, weir_node_loop(node))
						: connect_make(config);
	weir_observable *shared, *result;

	if (connectable == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	self->connectable = weir_connectable_ref(connectable);
	weir_inner_init(&self->result, node, &connect_result);
	weir_attach(node, &self->leaving, connect_leaving);
	shared = weir_connectable_observable(config->kept != NULL ? config->kept : connectable);
	result = config->selector(shared, config->context);
	weir_unref(shared);

	weir_error *failure = weir_callback_failure(result);

	if (failure != NULL) {
		weir_connectable_unref(connectable);
		weir_emit_error(node, failure);
		return;
	}
	weir_inner_switch_to(&self->result, result);
	connect_run(node, connectable);
}

static void connect_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct connect, node)->result, count);
}

static void connect_finish(struct weir_node *node)
{
	weir_connectable *connectable = WEIR_CONTAINER_OF(node, struct connect, node)->connectable;

	weir_connectable_disconnect(connectable);
	weir_connectable_unref(connectable);
}

static void connect_config_destroy(void *config)
{
	weir_connectable_unref(((struct connect_config *)config)->kept);
}

static const struct weir_node_class connect_class = {
	.name = "connect",
	.size = sizeof(struct connect),
	.config_size = sizeof(struct connect_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = connect_start,
	.request = connect_request,
	.finish = connect_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct connect_config, source),
		WEIR_HOLDS_VALUE(struct connect_config, options.connector.initial) },
	.config_destroy = connect_config_destroy,
};

weir_observable *weir_connect(
	weir_observable *source, weir_selector selector, void *context, const weir_connect_options *options)
{
	static const weir_connect_options defaults = { 0 };
	const weir_connect_options *given = options != NULL ? options : &defaults;
	struct connect_config config = { selector, context, source, *given, NULL };
	weir_observable *rejected;

	if (source == NULL || selector == NULL)
		return weir_reject(source, "connect", "the %s is NULL", source == NULL ? "source" : "selector");
	rejected = weir_connector_reject(&given->connector, source, "connect");
	if (rejected != NULL)
		return rejected;
	weir_retain(config.options.connector.initial);
	if (given->keep_connector)
		config.kept = connect_make(&config);
	return weir_create_source(&connect_class, &config);
}
