/* Operators of FORMAT.md §11, Multicasting, and connectables. */
#include "vectors.h"

/* `conn`: nil is a plain subject. */
weir_connector connector_of(weir_value form)
{
	weir_value kind = weir_at(form, 0), first = weir_at(form, 1), window = weir_at(form, 2);
	weir_connector connector = { .kind = WEIR_CONNECTOR_SUBJECT };

	if (weir_is_string(kind, "BehaviorSubject")) {
		connector.kind = WEIR_CONNECTOR_BEHAVIOR;
		connector.initial = first;
	} else if (weir_is_string(kind, "ReplaySubject")) {
		connector.kind = WEIR_CONNECTOR_REPLAY;
		connector.count = weir_is_nil(first) ? SIZE_MAX : (size_t)weir_as_int(first);
		connector.window = weir_is_nil(window) ? 0 : frames(window);
	} else if (weir_is_string(kind, "AsyncSubject")) {
		connector.kind = WEIR_CONNECTOR_ASYNC;
	}
	return connector;
}

/* share: each reset is absent (true), true, false, or a projection. */

struct resets {
	struct projection *on_error, *on_complete, *at_zero;
};

static weir_observable *reset_on_error(const weir_error *error, void *context)
{
	return call_error_handler(error, ((struct resets *)context)->on_error);
}

static weir_observable *reset_on_complete(void *context)
{
	return project(((struct resets *)context)->on_complete, weir_nil(), NULL);
}

static weir_observable *reset_at_zero(void *context)
{
	return project(((struct resets *)context)->at_zero, weir_nil(), NULL);
}

/* Returns the projection of a reset, or NULL; then `ret_keep` says which of true and false it is. */
static struct projection *reset_of(const struct stage *stage, const char *name, bool *ret_keep)
{
	weir_value form = weir_get(argument(stage, 2), name);
	bool is_projection = !weir_is_nil(form) && weir_kind(form) != WEIR_KIND_BOOL;

	*ret_keep = weir_kind(form) == WEIR_KIND_BOOL && !weir_as_bool(form);
	return is_projection ? projection_of(stage->scope, form) : NULL;
}

static weir_observable *build_share(const struct stage *stage)
{
	struct resets *resets = run_allocate(stage->run, sizeof *resets);
	weir_share_options options = { .connector = connector_of(weir_get(argument(stage, 2), "connector")) };

	resets->on_error = reset_of(stage, "resetOnError", &options.keep_after_error);
	resets->on_complete = reset_of(stage, "resetOnComplete", &options.keep_after_complete);
	resets->at_zero = reset_of(stage, "resetOnRefCountZero", &options.keep_at_zero);
	options.reset_on_error = resets->on_error != NULL ? reset_on_error : NULL;
	options.reset_on_complete = resets->on_complete != NULL ? reset_on_complete : NULL;
	options.reset_at_zero = resets->at_zero != NULL ? reset_at_zero : NULL;
	options.context = resets;
	return weir_share(source(stage), &options);
}

static weir_observable *build_share_replay(const struct stage *stage)
{
	weir_value form = argument(stage, 2);
	weir_value count = weir_get(form, "bufferSize"), window = weir_get(form, "windowTime");

	return weir_share_replay(source(stage),
		&(weir_share_replay_options){ .count = weir_is_nil(count) ? 0 : (size_t)weir_as_int(count),
			.window = weir_is_nil(window) ? 0 : frames(window),
			.ref_count = weir_as_bool(weir_get(form, "refCount")) });
}

/* Connectables: handles of ours, observables here. */

struct connection {
	struct connection *next;
	weir_observable *observable; /* kept by the run, and keeps the handle */
	weir_connectable *connectable;
};

/* Consumes the handle. */
static weir_observable *connectable_built(const struct stage *stage, weir_connectable *connectable)
{
	struct connection *connection = run_allocate(stage->run, sizeof *connection);

	connection->connectable = connectable;
	connection->observable = run_keep_observable(stage->run, weir_connectable_observable(connectable));
	connection->next = stage->run->connections;
	stage->run->connections = connection;
	weir_connectable_unref(connectable);
	return weir_ref(connection->observable);
}

weir_connectable *connectable_of(struct run *run, const weir_observable *observable)
{
	for (struct connection *connection = run->connections; connection != NULL; connection = connection->next)
		if (connection->observable == observable)
			return connection->connectable;
	run_fail(run, "this is no connectable");
	return NULL;
}

static weir_observable *select_shared(weir_observable *shared, void *context)
{
	return project(context, weir_nil(), shared);
}

static weir_observable *build_selected(
	const struct stage *stage, size_t index, weir_connector connector, bool is_one_for_all)
{
	return weir_connect(source(stage), select_shared, projection(stage, index),
		&(weir_connect_options){ .connector = connector, .keep_connector = is_one_for_all });
}

static weir_observable *build_connect(const struct stage *stage)
{
	return build_selected(stage, 2, connector_of(argument(stage, 3)), false);
}

static weir_observable *build_publish(const struct stage *stage)
{
	if (!weir_is_nil(argument(stage, 2)))
		return build_selected(stage, 2, (weir_connector){ 0 }, false);
	return connectable_built(stage, weir_publish(source(stage)));
}

static weir_observable *build_publish_behavior(const struct stage *stage)
{
	return connectable_built(stage, weir_publish_behavior(source(stage), weir_retain(argument(stage, 2))));
}

static weir_observable *build_publish_last(const struct stage *stage)
{
	return connectable_built(stage, weir_publish_last(source(stage)));
}

static weir_observable *build_publish_replay(const struct stage *stage)
{
	weir_value count = argument(stage, 2), window = argument(stage, 3);
	weir_connector connector = { .kind = WEIR_CONNECTOR_REPLAY };

	connector.count = weir_is_nil(count) ? 0 : (size_t)weir_as_int(count);
	connector.window = weir_is_nil(window) ? 0 : frames(window);
	if (!weir_is_nil(argument(stage, 4)))
		return build_selected(stage, 4, connector, true);
	return connectable_built(stage, weir_publish_replay(source(stage), connector.count, connector.window));
}

static weir_observable *build_multicast(const struct stage *stage)
{
	weir_connector connector = connector_of(argument(stage, 2));
	bool is_instance = weir_is_string(argument(stage, 3), "instance");

	if (!weir_is_nil(argument(stage, 4)))
		return build_selected(stage, 4, connector, is_instance);
	return connectable_built(
		stage, weir_connectable_new(source(stage),
			       &(weir_connectable_options){ .connector = connector, .keep_connector = is_instance }));
}

static weir_observable *build_connectable(const struct stage *stage)
{
	weir_value form = argument(stage, 2);
	weir_value resets = weir_get(form, "resetOnDisconnect");

	return connectable_built(
		stage, weir_connectable_new(source(stage),
			       &(weir_connectable_options){ .connector = connector_of(weir_get(form, "connector")),
				       .keep_connector = !weir_is_nil(resets) && !weir_as_bool(resets) }));
}

static weir_observable *build_ref_count(const struct stage *stage)
{
	weir_observable *observable = source(stage);
	weir_observable *counted = weir_ref_count(connectable_of(stage->run, observable));

	weir_unref(observable);
	return counted;
}

const struct operator_row sharing_operators[] = {
	{ "connect", build_connect, .asks_by_count = true },
	{ "connectable", build_connectable, .asks_by_count = true },
	{ "multicast", build_multicast, .asks_by_count = true },
	{ "publish", build_publish, .asks_by_count = true },
	{ "publishBehavior", build_publish_behavior, .asks_by_count = true },
	{ "publishLast", build_publish_last, .asks_by_count = true },
	{ "publishReplay", build_publish_replay, .asks_by_count = true },
	{ "refCount", build_ref_count },
	{ "share", build_share, .asks_by_count = true },
	{ "shareReplay", build_share_replay, .asks_by_count = true },
	{ 0 },
};
