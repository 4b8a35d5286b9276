/* A source that runs on behalf of many. See kit/connection.h. */
#include "kit/connection.h"

#include <errno.h>

#include "core/subscription.h"

struct connection_sink {
	struct weir_node node;
	struct weir_connection *connection; /* NULL when it has ended or was stopped */
};

static struct connection_sink *sink_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct connection_sink, node);
}

static void sink_next(struct weir_node *node, weir_value value)
{
	struct weir_connection *connection = sink_of(node)->connection;

	if (connection->asked != WEIR_UNBOUNDED)
		connection->asked--;
	connection->connection_class->next(connection, value);
}

/* Who stands behind it is named in paths, but owns nothing: it may be gone before the source is. */
static struct weir_connection *end(struct weir_node *node)
{
	struct weir_connection *connection = sink_of(node)->connection;

	node->subscription->owner = NULL;
	sink_of(node)->connection = NULL;
	if (connection != NULL)
		connection->subscription = NULL;
	return connection;
}

static void sink_error(struct weir_node *node, weir_error *error)
{
	struct weir_connection *connection = end(node);

	connection->ending = node->subscription;
	connection->connection_class->error(connection, error);
	weir_subscription_end(node->subscription);
}

static void sink_complete(struct weir_node *node)
{
	struct weir_connection *connection = end(node);

	connection->ending = node->subscription;
	connection->connection_class->complete(connection);
	weir_subscription_end(node->subscription);
}

static void sink_finish(struct weir_node *node)
{
	struct weir_connection *connection = end(node);

	if (connection != NULL)
		connection->connection_class->stopped(connection);
}

static const struct weir_node_class connection_sink = {
	.name = "connection",
	.size = sizeof(struct connection_sink),
	.next = sink_next,
	.error = sink_error,
	.complete = sink_complete,
	.finish = sink_finish,
};

int weir_connection_start(struct weir_connection *connection, weir_observable *source, weir_loop *loop,
	struct weir_node *behind, uint64_t demand)
{
	struct weir_subscription *subscription = weir_subscription_create(source, loop, &connection_sink, behind);

	if (subscription == NULL)
		return -ENOMEM;
	weir_ref(source);
	sink_of(subscription->sink)->connection = connection;
	connection->subscription = subscription;
	connection->asked = demand;
	weir_subscription_enlist(subscription);
	weir_enter(subscription);
	weir_subscription_start(subscription, demand);
	weir_leave(subscription);
	return 0;
}

void weir_connection_release(struct weir_connection *connection)
{
	struct weir_subscription *ending = connection->ending;

	connection->ending = NULL;
	if (ending != NULL)
		weir_subscription_abandon(ending);
}

struct weir_connection *weir_connection_around(const struct weir_node *node)
{
	return sink_of(node->subscription->sink)->connection;
}

void weir_connection_set_behind(struct weir_connection *connection, struct weir_node *before, struct weir_node *behind)
{
	if (connection->subscription != NULL && connection->subscription->owner == before)
		connection->subscription->owner = behind;
}

void weir_connection_ask(struct weir_connection *connection, uint64_t demand)
{
	uint64_t more = demand == WEIR_UNBOUNDED ? demand : demand - connection->asked;

	if (connection->subscription == NULL || demand <= connection->asked)
		return;
	connection->asked = demand;
	weir_subscription_request(connection->subscription, more);
}

void weir_connection_stop(struct weir_connection *connection)
{
	struct weir_subscription *subscription = connection->subscription;

	if (subscription == NULL)
		return;
	end(subscription->sink);
	weir_subscription_close(subscription);
}
