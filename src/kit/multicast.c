/* One run of a source for all who subscribe. See kit/multicast.h. */
#include "kit/multicast.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/block.h"

struct multicast_hub {
	struct weir_hub hub;
	struct weir_multicast *multicast; /* NULL: it was reset */
};

struct weir_multicast {
	uint32_t references; /* of the recipe and of what is running */
	weir_observable *source;
	struct weir_multicast_options options;
	struct multicast_hub *current; /* NULL: the next listener starts anew */
	struct weir_connection connection;
	bool is_connected; /* the source was started, for the current hub */
	weir_loop *loop; /* while connected */
	struct weir_timer grace;
	bool has_last;
	weir_value last;
};

static void multicast_unref(struct weir_multicast *multicast)
{
	if (--multicast->references > 0)
		return;
	weir_unref(multicast->source);
	weir_release(multicast->options.initial);
	weir_release(multicast->last);
	weir_deallocate(multicast);
}

static void stop_grace(struct weir_multicast *multicast)
{
	if (multicast->loop != NULL)
		weir_timer_stop(&multicast->grace);
}

/* The next listener starts anew. */
static void reset(struct weir_multicast *multicast)
{
	struct multicast_hub *current = multicast->current;

	stop_grace(multicast);
	weir_connection_stop(&multicast->connection);
	multicast->current = NULL;
	multicast->is_connected = false;
	multicast->loop = NULL;
	multicast->has_last = false;
	weir_release(multicast->last);
	multicast->last = weir_nil();
	if (current == NULL)
		return;
	current->multicast = NULL;
	weir_hub_unref(&current->hub);
}

void weir_multicast_destroy(struct weir_multicast *multicast)
{
	reset(multicast);
	multicast_unref(multicast);
}

/* The hub */

static struct multicast_hub *hub_of(struct weir_hub *hub)
{
	return WEIR_CONTAINER_OF(hub, struct multicast_hub, hub);
}

static void hub_destroy(struct weir_hub *hub)
{
	weir_hub_finish(hub);
	weir_pool_return(hub_of(hub), sizeof(struct multicast_hub));
}

/* How many items of the source may be on their way. */
static uint64_t wanted(const struct weir_multicast *multicast)
{
	uint64_t room = multicast->options.emits_last ? WEIR_UNBOUNDED : weir_hub_room(&multicast->current->hub);

	return room != WEIR_UNBOUNDED && room > WEIR_MULTICAST_AHEAD ? WEIR_MULTICAST_AHEAD : room;
}

static void hub_moved(struct weir_hub *hub)
{
	struct weir_multicast *multicast = hub_of(hub)->multicast;

	if (multicast != NULL)
		weir_connection_ask(&multicast->connection, wanted(multicast));
}

static void grace_expired(struct weir_timer *timer)
{
	reset(WEIR_CONTAINER_OF(timer, struct weir_multicast, grace));
}

static void hub_left(struct weir_hub *hub, struct weir_listener *listener)
{
	struct weir_multicast *multicast = hub_of(hub)->multicast;

	if (multicast == NULL)
		return;
	weir_connection_set_behind(&multicast->connection, &listener->node,
		hub->listener_count > 0 ? &WEIR_CONTAINER_OF(hub->listeners.next, struct weir_listener, link)->node
					: NULL);
	if (hub->listener_count > 0 || hub->flags & WEIR_HUB_CLOSING || multicast->options.keep_at_zero)
		return;
	if (multicast->options.stop_delay > 0 && multicast->is_connected)
		weir_timer_start(&multicast->grace, multicast->options.stop_delay);
	else
		reset(multicast);
}

static const struct weir_hub_class multicast_hub_class = {
	.destroy = hub_destroy,
	.moved = hub_moved,
	.left = hub_left,
};

/* The source */

static struct weir_multicast *multicast_of(struct weir_connection *connection)
{
	return WEIR_CONTAINER_OF(connection, struct weir_multicast, connection);
}

static void source_next(struct weir_connection *connection, weir_value value)
{
	struct weir_multicast *multicast = multicast_of(connection);
	struct multicast_hub *current = multicast->current;

	if (multicast->options.emits_last) {
		weir_value before = multicast->last;

		multicast->last = value;
		multicast->has_last = true;
		weir_release(before);
		return;
	}
	if (connection->asked == WEIR_UNBOUNDED) {
		weir_hub_next(&current->hub, value);
		return;
	}
	multicast->references++;
	weir_hub_next(&current->hub, value);
	if (multicast->current == current)
		weir_connection_ask(connection, wanted(multicast));
	multicast_unref(multicast);
}

/* The source has ended. The hub, held, is the caller's to end: a listener may start the source anew in that. */
static struct weir_hub *ended(struct weir_multicast *multicast, bool is_kept)
{
	struct weir_hub *hub = &multicast->current->hub;

	weir_hub_ref(hub);
	stop_grace(multicast);
	if (!is_kept)
		reset(multicast);
	return hub;
}

static void source_error(struct weir_connection *connection, weir_error *error)
{
	struct weir_multicast *multicast = multicast_of(connection);
	struct weir_hub *hub = ended(multicast, multicast->options.keep_after_error);

	weir_hub_error(hub, error);
	weir_hub_unref(hub);
}

static void source_complete(struct weir_connection *connection)
{
	struct weir_multicast *multicast = multicast_of(connection);
	bool has_last = multicast->has_last;
	weir_value last = multicast->last;
	struct weir_hub *hub;

	multicast->has_last = false;
	multicast->last = weir_nil();
	hub = ended(multicast, multicast->options.keep_after_complete);
	if (has_last)
		weir_hub_complete_with(hub, last);
	else
		weir_hub_complete(hub);
	weir_hub_unref(hub);
}

static void source_stopped(struct weir_connection *connection)
{
	reset(multicast_of(connection));
}

static const struct weir_connection_class multicast_connection = {
	.next = source_next,
	.error = source_error,
	.complete = source_complete,
	.stopped = source_stopped,
};

struct weir_multicast *weir_multicast_new(weir_observable *source, const struct weir_multicast_options *options)
{
	struct weir_multicast *multicast = weir_allocate(sizeof *multicast);

	if (multicast == NULL) {
		weir_unref(source);
		weir_release(options->initial);
		return NULL;
	}
	*multicast = (struct weir_multicast){
		.references = 1,
		.source = source,
		.options = *options,
		.connection = { .connection_class = &multicast_connection },
		.last = weir_nil(),
	};
	return multicast;
}

/* A hub for the listeners from now on. Returns whether there was memory. */
static bool begin(struct weir_multicast *multicast, weir_loop *loop)
{
	const struct weir_multicast_options *options = &multicast->options;
	struct multicast_hub *current = weir_pool_take(sizeof *current);

	if (current == NULL)
		return false;
	weir_hub_init(&current->hub, &multicast_hub_class,
		&(struct weir_hub_options){
			.keep = options->keep,
			.window = options->window,
			.loop = loop,
			.slack = WEIR_MULTICAST_AHEAD,
			.is_state = options->is_state,
		});
	current->multicast = multicast;
	multicast->current = current;
	if (options->is_state && weir_hub_next(&current->hub, weir_retain(options->initial)) < 0) {
		reset(multicast);
		return false;
	}
	return true;
}

static void connect(struct weir_multicast *multicast, struct weir_node *node)
{
	multicast->is_connected = true;
	multicast->loop = weir_node_loop(node);
	weir_timer_init_on(&multicast->grace, multicast->loop, grace_expired);
	if (weir_connection_start(&multicast->connection, multicast->source, multicast->loop, node, wanted(multicast)) <
		0) {
		struct weir_hub *hub = ended(multicast, false);

		weir_hub_error(hub, weir_as_error(weir_no_memory()));
		weir_hub_unref(hub);
	}
}

void weir_multicast_join(struct weir_multicast *multicast, struct weir_listener *listener)
{
	struct weir_node *node = &listener->node;
	struct multicast_hub *current;

	if (weir_connection_is_active(&multicast->connection) && multicast->loop != weir_node_loop(node)) {
		weir_emit_failure(node, EINVAL, "what is shared runs on another loop already");
		return;
	}
	stop_grace(multicast);
	if (multicast->current == NULL && !begin(multicast, weir_node_loop(node))) {
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return;
	}
	multicast->references++;
	current = multicast->current;
	/* What is kept may outlive the loop it came on. */
	if (current->hub.listener_count == 0)
		current->hub.options.loop = weir_node_loop(node);
	weir_hub_join(&current->hub, listener);
	if (multicast->current == current && !multicast->is_connected && current->hub.listener_count > 0)
		connect(multicast, node);
	multicast_unref(multicast);
}
