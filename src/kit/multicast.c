/* One run of a source for all who subscribe. See kit/multicast.h. */
#include "kit/multicast.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/loop.h"
#include "kit/failed.h"

struct multicast_hub {
	struct weir_hub hub;
	struct weir_multicast *multicast; /* NULL: it was reset */
	size_t users; /* listeners that count */
	struct weir_link forks; /* then `multicast` itself is not connected */
	uint64_t fork_changes;
};

struct weir_multicast {
	uint32_t owners;
	uint32_t references; /* one of all owners together, others of calls that are running */
	weir_observable *source;
	struct weir_multicast_options options;
	struct multicast_hub *current; /* NULL: the next listener starts anew */
	struct weir_link link; /* of a fork, in its hub */
	struct weir_connection connection;
	bool runs_alone; /* also when nobody listens */
	bool is_held_back;
	weir_loop *loop; /* of the last connection; NULL before the first */
	struct weir_timer grace;
	struct weir_connection resetter; /* its first item resets */
};

static void multicast_unref(struct weir_multicast *multicast)
{
	if (--multicast->references > 0)
		return;
	weir_unref(multicast->source);
	weir_release(multicast->options.connector.initial);
	weir_deallocate(multicast);
}

static void keep_waiting(struct weir_multicast *multicast)
{
	if (multicast->loop != NULL)
		weir_timer_stop(&multicast->grace);
	weir_connection_stop(&multicast->resetter);
}

/* The next listener starts anew. */
static void reset(struct weir_multicast *multicast)
{
	struct multicast_hub *current = multicast->current;

	keep_waiting(multicast);
	weir_connection_stop(&multicast->connection);
	multicast->current = NULL;
	multicast->loop = NULL;
	if (current == NULL)
		return;
	if (weir_link_is_linked(&multicast->link)) {
		weir_list_remove(&multicast->link);
		current->fork_changes++;
	} else {
		current->multicast = NULL;
	}
	weir_hub_unref(&current->hub);
}

struct weir_multicast *weir_multicast_own(struct weir_multicast *multicast)
{
	multicast->owners++;
	return multicast;
}

void weir_multicast_disown(struct weir_multicast *multicast)
{
	if (--multicast->owners > 0)
		return;
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
	const struct weir_hub *hub = &multicast->current->hub;
	uint64_t room = weir_hub_room(hub);

	if (multicast->is_held_back)
		return 0;
	if (hub->options.emits_last || hub->flags & WEIR_HUB_CLOSING ||
		(hub->listener_count == 0 && multicast->runs_alone))
		return WEIR_UNBOUNDED;
	return room != WEIR_UNBOUNDED && room > WEIR_MULTICAST_AHEAD ? WEIR_MULTICAST_AHEAD : room;
}

static struct weir_multicast *fork_at(struct weir_link *link)
{
	return WEIR_CONTAINER_OF(link, struct weir_multicast, link);
}

/* What is asked for may come at once, and end forks: then from the beginning. */
static void ask_forks(struct multicast_hub *current)
{
	struct weir_link *link = current->forks.next;

	weir_hub_ref(&current->hub);
	while (link != &current->forks) {
		uint64_t changes = current->fork_changes;

		weir_connection_ask(&fork_at(link)->connection, wanted(fork_at(link)));
		link = changes == current->fork_changes ? link->next : current->forks.next;
	}
	weir_hub_unref(&current->hub);
}

static void hub_moved(struct weir_hub *hub)
{
	struct weir_multicast *multicast = hub_of(hub)->multicast;

	if (!weir_list_is_empty(&hub_of(hub)->forks))
		ask_forks(hub_of(hub));
	else if (multicast != NULL)
		weir_connection_ask(&multicast->connection, wanted(multicast));
}

static void hub_left(struct weir_hub *hub, struct weir_listener *listener)
{
	struct weir_multicast *multicast = hub_of(hub)->multicast;

	if (multicast != NULL)
		weir_connection_set_behind(&multicast->connection, &listener->node,
			hub->listener_count > 0
				? &WEIR_CONTAINER_OF(hub->listeners.next, struct weir_listener, link)->node
				: NULL);
}

static const struct weir_hub_class multicast_hub_class = {
	.destroy = hub_destroy,
	.moved = hub_moved,
	.left = hub_left,
};

/* A hub for the listeners from now on. Returns whether there was memory. */
static bool begin(struct weir_multicast *multicast, weir_loop *loop)
{
	const weir_connector *connector = &multicast->options.connector;
	struct weir_hub_options options = weir_connector_hub(connector, loop, WEIR_MULTICAST_AHEAD);
	struct multicast_hub *current = weir_pool_take(sizeof *current);

	if (current == NULL)
		return false;
	weir_hub_init(&current->hub, &multicast_hub_class, &options);
	current->multicast = multicast;
	current->users = 0;
	current->fork_changes = 0;
	weir_link_init(&current->forks);
	multicast->current = current;
	if (weir_connector_begin(connector, &current->hub) < 0) {
		reset(multicast);
		return false;
	}
	return true;
}

/* Resets that wait */

static struct weir_multicast *multicast_of_resetter(struct weir_connection *resetter)
{
	return WEIR_CONTAINER_OF(resetter, struct weir_multicast, resetter);
}

static void resetter_next(struct weir_connection *resetter, weir_value value)
{
	weir_release(value);
	reset(multicast_of_resetter(resetter));
}

static void resetter_error(struct weir_connection *resetter, weir_error *error)
{
	weir_loop_report_unhandled(multicast_of_resetter(resetter)->loop, error);
	weir_error_unref(error);
}

static void resetter_complete(struct weir_connection *resetter)
{
	(void)resetter;
}

static void resetter_stopped(struct weir_connection *resetter)
{
	reset(multicast_of_resetter(resetter));
}

static const struct weir_connection_class resetter_class = {
	.next = resetter_next,
	.error = resetter_error,
	.complete = resetter_complete,
	.stopped = resetter_stopped,
};

/* Consumes `resetter`. */
static void reset_on(struct weir_multicast *multicast, weir_observable *resetter)
{
	if (resetter == NULL)
		resetter = weir_reject(NULL, multicast->options.name, "what is to tell when to reset is NULL");
	if (weir_connection_start(&multicast->resetter, resetter, multicast->loop, NULL, 1) < 0)
		reset(multicast);
	weir_unref(resetter);
}

static void grace_expired(struct weir_timer *timer)
{
	reset(WEIR_CONTAINER_OF(timer, struct weir_multicast, grace));
}

/* The source */

static struct weir_multicast *multicast_of(struct weir_connection *connection)
{
	return WEIR_CONTAINER_OF(connection, struct weir_multicast, connection);
}

static void source_next(struct weir_connection *connection, weir_value value)
{
	struct weir_multicast *multicast = multicast_of(connection);
	struct multicast_hub *current = multicast->current;

	if (WEIR_UNLIKELY(current->hub.flags & WEIR_HUB_CLOSING)) {
		weir_loop_report_dropped(multicast->loop, multicast->options.name, value);
		weir_release(value);
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

static void source_error(struct weir_connection *connection, weir_error *error)
{
	struct weir_multicast *multicast = multicast_of(connection);
	const struct weir_multicast_options *options = &multicast->options;
	struct weir_hub *hub = &multicast->current->hub;
	weir_loop *loop = multicast->loop;

	/* A listener may start the source anew when it gets the end: a reset comes before that. */
	weir_hub_ref(hub);
	keep_waiting(multicast);
	if (options->reset_on_error != NULL)
		reset_on(multicast, options->reset_on_error(error, options->context));
	else if (!options->keep_after_error)
		reset(multicast);
	if (hub->listener_count == 0 && hub_of(hub)->multicast == NULL)
		weir_loop_report_dropped(loop, options->name, weir_error_value(error));
	weir_hub_error(hub, error);
	weir_hub_unref(hub);
}

static void source_complete(struct weir_connection *connection)
{
	struct weir_multicast *multicast = multicast_of(connection);
	const struct weir_multicast_options *options = &multicast->options;
	struct weir_hub *hub = &multicast->current->hub;

	weir_hub_ref(hub);
	keep_waiting(multicast);
	if (options->reset_on_complete != NULL)
		reset_on(multicast, options->reset_on_complete(options->context));
	else if (!options->keep_after_complete)
		reset(multicast);
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

bool weir_multicast_is_connected(const struct weir_multicast *multicast)
{
	return weir_connection_is_active(&multicast->connection);
}

/* To the current hub. @param behind  who stands behind it, or NULL */
static int connect_source(struct weir_multicast *multicast, weir_loop *loop, struct weir_node *behind)
{
	int result;

	keep_waiting(multicast);
	multicast->loop = loop;
	weir_timer_init_on(&multicast->grace, loop, grace_expired);
	result = weir_connection_start(&multicast->connection, multicast->source, loop, behind, wanted(multicast));
	if (result < 0)
		source_error(&multicast->connection, weir_as_error(weir_no_memory()));
	return result;
}

int weir_multicast_connect(struct weir_multicast *multicast, weir_loop *loop, bool runs_alone)
{
	const struct weir_listener *first = NULL;
	int result;

	if (multicast->current != NULL && multicast->current->hub.listener_count > 0)
		first = WEIR_CONTAINER_OF(multicast->current->hub.listeners.next, struct weir_listener, link);
	if (weir_multicast_is_connected(multicast) ? multicast->loop != loop
						   : first != NULL && weir_node_loop(&first->node) != loop)
		return -EINVAL;
	multicast->runs_alone = runs_alone;
	if (weir_multicast_is_connected(multicast)) {
		weir_connection_ask(&multicast->connection, wanted(multicast));
		return 0;
	}
	if (multicast->current == NULL && !begin(multicast, loop))
		return -ENOMEM;
	multicast->references++;
	result = connect_source(multicast, loop, NULL);
	multicast_unref(multicast);
	return result;
}

void weir_multicast_hold_back(struct weir_multicast *multicast)
{
	multicast->is_held_back = true;
}

void weir_multicast_disconnect(struct weir_multicast *multicast)
{
	if (!weir_multicast_is_connected(multicast))
		return;
	multicast->runs_alone = multicast->options.keep_at_zero;
	if (multicast->options.keep_when_stopped)
		weir_connection_stop(&multicast->connection);
	else
		reset(multicast);
}

/* Listeners */

static struct weir_multicast *multicast_of_node(const struct weir_node *node)
{
	return *(struct weir_multicast *const *)node->config;
}

/* Returns the hub, or NULL when the node has failed instead. */
static struct multicast_hub *hub_for(struct weir_multicast *multicast, struct weir_node *node)
{
	if (weir_multicast_is_connected(multicast) && multicast->loop != weir_node_loop(node)) {
		weir_emit_failure(node, EINVAL, "what is shared runs on another loop already");
		return NULL;
	}
	if (multicast->current == NULL && !begin(multicast, weir_node_loop(node))) {
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return NULL;
	}
	if (!(multicast->current->hub.flags & WEIR_HUB_CLOSING))
		keep_waiting(multicast);
	/* What is kept may outlive the loop it came on. */
	if (multicast->current->hub.listener_count == 0)
		multicast->current->hub.options.loop = weir_node_loop(node);
	return multicast->current;
}

void weir_multicast_join(struct weir_node *node)
{
	struct multicast_hub *current = hub_for(multicast_of_node(node), node);

	if (current != NULL)
		weir_hub_join(&current->hub, WEIR_CONTAINER_OF(node, struct weir_listener, node));
}

void weir_multicast_enter(struct weir_node *node)
{
	struct weir_multicast *multicast = multicast_of_node(node);
	struct multicast_hub *current = hub_for(multicast, node);

	if (current == NULL)
		return;
	multicast->references++;
	current->users++;
	weir_hub_join(&current->hub, WEIR_CONTAINER_OF(node, struct weir_listener, node));
	if (multicast->current == current && !(current->hub.flags & WEIR_HUB_CLOSING) && current->users > 0 &&
		!weir_multicast_is_connected(multicast)) {
		multicast->runs_alone = multicast->options.keep_at_zero;
		connect_source(multicast, weir_node_loop(node), node);
	}
	multicast_unref(multicast);
}

/* The last listener that counts has left before the end. */
static void reach_zero(struct weir_multicast *multicast)
{
	const struct weir_multicast_options *options = &multicast->options;

	if (options->keep_when_stopped)
		weir_multicast_disconnect(multicast);
	else if (options->keep_at_zero)
		return;
	else if (options->reset_at_zero != NULL && multicast->loop != NULL)
		reset_on(multicast, options->reset_at_zero(options->context));
	else if (options->stop_delay > 0 && weir_multicast_is_connected(multicast))
		weir_timer_start(&multicast->grace, options->stop_delay);
	else
		reset(multicast);
}

void weir_multicast_leave(struct weir_node *node)
{
	struct weir_hub *hub = WEIR_CONTAINER_OF(node, struct weir_listener, node)->hub;

	if (hub == NULL)
		return;
	weir_hub_ref(hub);
	weir_listener_finish(node);
	if (--hub_of(hub)->users == 0 && hub_of(hub)->multicast != NULL && !(hub->flags & WEIR_HUB_CLOSING))
		reach_zero(hub_of(hub)->multicast);
	weir_hub_unref(hub);
}

void weir_multicast_config_destroy(void *config)
{
	weir_multicast_disown(*(struct weir_multicast **)config);
}

weir_observable *weir_multicast_observable(
	struct weir_multicast *multicast, const struct weir_node_class *listener_class)
{
	weir_multicast_own(multicast);
	return weir_create_source(listener_class, &multicast);
}

struct weir_multicast *weir_multicast_new(weir_observable *source, const struct weir_multicast_options *options)
{
	struct weir_multicast *multicast = weir_allocate(sizeof *multicast);

	if (multicast == NULL) {
		weir_unref(source);
		return NULL;
	}
	*multicast = (struct weir_multicast){
		.owners = 1,
		.references = 1,
		.source = source,
		.options = *options,
		.connection = { .connection_class = &multicast_connection },
		.runs_alone = options->keep_at_zero,
		.resetter = { .connection_class = &resetter_class },
	};
	weir_link_init(&multicast->link);
	weir_retain(options->connector.initial);
	return multicast;
}

struct weir_multicast *weir_multicast_fork(struct weir_multicast *multicast, weir_loop *loop)
{
	struct weir_multicast *fork;

	if (multicast == NULL || (multicast->current == NULL && !begin(multicast, loop)))
		return NULL;
	fork = weir_multicast_new(weir_ref(multicast->source), &multicast->options);
	if (fork == NULL)
		return NULL;
	fork->current = multicast->current;
	weir_hub_ref(&fork->current->hub);
	weir_list_append(&fork->current->forks, &fork->link);
	fork->current->fork_changes++;
	return fork;
}
