/* A clean-up that takes time. See kit/cleanup.h. */
#include "kit/cleanup.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/loop.h"
#include "core/subscription.h"
#include "kit/connection.h"

struct weir_cleanup {
	struct weir_connection connection;
	struct weir_node *node; /* who waits, or NULL */
	struct weir_cleanup **place; /* of that */
	weir_cleanup_over over;
	weir_loop *loop;
	weir_value resource;
};

static struct weir_cleanup *cleanup_of(struct weir_connection *connection)
{
	return WEIR_CONTAINER_OF(connection, struct weir_cleanup, connection);
}

static void tell(struct weir_node *node, weir_cleanup_over over, weir_loop *loop, weir_error *error)
{
	if (node != NULL) {
		struct weir_subscription *subscription = node->subscription;

		weir_enter(subscription);
		over(node, error);
		weir_leave(subscription);
	} else if (error != NULL) {
		weir_loop_report_unhandled(loop, error);
		weir_error_unref(error);
	}
}

/* Releases the clean-up, and tells who waits. */
static void finish(struct weir_cleanup *cleanup, weir_error *error)
{
	struct weir_cleanup ended = *cleanup;

	if (ended.node != NULL)
		*ended.place = NULL;
	weir_deallocate(cleanup);
	weir_release(ended.resource);
	tell(ended.node, ended.over, ended.loop, error);
}

static void on_next(struct weir_connection *connection, weir_value value)
{
	(void)connection;
	weir_release(value);
}

static void on_error(struct weir_connection *connection, weir_error *error)
{
	finish(cleanup_of(connection), error);
}

static void on_complete(struct weir_connection *connection)
{
	finish(cleanup_of(connection), NULL);
}

/* The loop is being freed. The node, if it is there, will end likewise. */
static void on_stopped(struct weir_connection *connection)
{
	struct weir_cleanup *cleanup = cleanup_of(connection);

	if (cleanup->node != NULL)
		*cleanup->place = NULL;
	weir_release(cleanup->resource);
	weir_deallocate(cleanup);
}

static const struct weir_connection_class cleanup_connection = {
	.next = on_next,
	.error = on_error,
	.complete = on_complete,
	.stopped = on_stopped,
};

void weir_cleanup_start(struct weir_cleanup **ret_cleanup, struct weir_node *node, weir_observable *observable,
	weir_cleanup_over over, weir_value resource)
{
	struct weir_node *waiting = weir_is_open(node) ? node : NULL;
	weir_loop *loop = weir_node_loop(node);
	struct weir_cleanup *cleanup = weir_allocate(sizeof *cleanup);

	if (observable == NULL)
		observable =
			weir_reject(NULL, weir_node_name(node), "a callback returned NULL instead of an observable");
	if (cleanup == NULL) {
		weir_unref(observable);
		weir_release(resource);
		tell(waiting, over, loop, weir_as_error(weir_no_memory()));
		return;
	}
	*cleanup = (struct weir_cleanup){
		.connection = { .connection_class = &cleanup_connection },
		.node = waiting,
		.place = ret_cleanup,
		.over = over,
		.loop = loop,
		.resource = resource,
	};
	if (waiting != NULL)
		*ret_cleanup = cleanup;
	if (weir_connection_start(&cleanup->connection, observable, loop, waiting, WEIR_UNBOUNDED) < 0)
		finish(cleanup, weir_as_error(weir_no_memory()));
	weir_unref(observable);
}

void weir_cleanup_leave(struct weir_cleanup *cleanup)
{
	if (cleanup == NULL)
		return;
	weir_connection_set_behind(&cleanup->connection, cleanup->node, NULL);
	cleanup->node = NULL;
}
