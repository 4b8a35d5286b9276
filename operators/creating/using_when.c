/* using_when: a resource that takes time to get and to give back. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/cleanup.h"
#include "kit/inner.h"

struct using_when_config {
	weir_observable *source;
	struct weir_using_when_options options;
};

struct using_when {
	struct weir_node node;
	struct weir_inner acquired;
	struct weir_inner used;
	struct weir_cleanup *cleanup; /* that this waits for */
	weir_error *error; /* which comes after the clean-up */
	weir_value resource;
	bool has_resource; /* which is to be cleaned up */
};

static const struct weir_using_when_options *using_when_options(const struct weir_node *node)
{
	return &((const struct using_when_config *)node->config)->options;
}

static void using_when_over(struct weir_node *node, weir_error *failure)
{
	struct using_when *self = WEIR_CONTAINER_OF(node, struct using_when, node);
	weir_error *error = self->error;

	self->error = NULL;
	if (failure != NULL && error != NULL)
		weir_emit_error(node, weir_error_composite((weir_error *const[]){ error, failure }, 2,
					      "the clean-up after an error failed, too"));
	else if (failure != NULL || error != NULL)
		weir_emit_error(node, failure != NULL ? failure : error);
	else
		weir_emit_complete(node);
}

/* The resource goes with its clean-up, which may outlive the node. */
static weir_value using_when_give_up(struct using_when *self)
{
	self->has_resource = false;
	return self->resource;
}

static void using_when_on_used_completed(struct weir_inner *used)
{
	struct using_when *self = WEIR_CONTAINER_OF(used, struct using_when, used);
	const struct weir_using_when_options *options = using_when_options(used->owner);
	weir_value resource = using_when_give_up(self);
	weir_observable *cleanup = options->on_complete(resource, options->context);

	weir_cleanup_start(
		&self->cleanup, used->owner, cleanup, weir_is_open(used->owner) ? using_when_over : NULL, resource);
}

static void using_when_on_used_failed(struct weir_inner *used, weir_error *error)
{
	struct using_when *self = WEIR_CONTAINER_OF(used, struct using_when, used);
	const struct weir_using_when_options *options = using_when_options(used->owner);
	weir_value resource = using_when_give_up(self);
	weir_observable *cleanup = options->on_error != NULL ? options->on_error(resource, error, options->context)
							     : options->on_complete(resource, options->context);
	bool is_open = weir_is_open(used->owner);

	if (is_open)
		self->error = error;
	else
		weir_drop(used->owner, weir_error_value(error));
	weir_cleanup_start(&self->cleanup, used->owner, cleanup, is_open ? using_when_over : NULL, resource);
}

static const struct weir_inner_class using_when_used = {
	.completed = using_when_on_used_completed,
	.failed = using_when_on_used_failed,
};

static void using_when_on_resource(struct weir_inner *acquired, weir_value resource)
{
	struct using_when *self = WEIR_CONTAINER_OF(acquired, struct using_when, acquired);
	const struct weir_using_when_options *options = using_when_options(acquired->owner);

	self->resource = resource;
	self->has_resource = true;
	weir_inner_stop(acquired);

	/* The callback borrows it, and may cancel. */
	weir_value held = weir_retain(resource);
	weir_observable *used = options->use(held, options->context);

	weir_release(held);
	if (used == NULL)
		used = weir_reject(NULL, "using_when", "the callback use returned NULL");
	weir_inner_switch_to(&self->used, used);
}

/* Only a source without an item comes to its completion. */
static void using_when_on_no_resource(struct weir_inner *acquired)
{
	weir_emit_complete(acquired->owner);
}

static const struct weir_inner_class using_when_acquired = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = using_when_on_resource,
	.complete = using_when_on_no_resource,
};

static void using_when_start(struct weir_node *node)
{
	struct using_when *self = WEIR_CONTAINER_OF(node, struct using_when, node);
	const struct using_when_config *config = node->config;

	weir_inner_init(&self->used, node, &using_when_used);
	weir_inner_init(&self->acquired, node, &using_when_acquired);
	weir_inner_switch_to_borrowed(&self->acquired, config->source);
}

static void using_when_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct using_when, node)->used, count);
}

/* With a resource that nobody has begun to clean up, it is a cancel. */
static void using_when_finish(struct weir_node *node)
{
	struct using_when *self = WEIR_CONTAINER_OF(node, struct using_when, node);
	const struct weir_using_when_options *options = using_when_options(node);

	weir_cleanup_leave(self->cleanup);
	weir_error_unref(self->error);
	if (!self->has_resource)
		return;

	weir_value resource = using_when_give_up(self);
	weir_observable *(*clean_up)(weir_value, void *) =
		options->on_cancel != NULL ? options->on_cancel : options->on_complete;

	weir_cleanup_start(&self->cleanup, node, clean_up(resource, options->context), NULL, resource);
}

static void using_when_config_destroy(void *config)
{
	weir_unref(((struct using_when_config *)config)->source);
}

static const struct weir_node_class using_when_class = {
	.name = "using_when",
	.size = sizeof(struct using_when),
	.config_size = sizeof(struct using_when_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = using_when_start,
	.request = using_when_request,
	.finish = using_when_finish,
	.config_destroy = using_when_config_destroy,
};

weir_observable *weir_using_when(weir_observable *source, const struct weir_using_when_options *options)
{
	if (source != NULL && options != NULL && options->use != NULL && options->on_complete != NULL)
		return weir_create_source(&using_when_class, &(struct using_when_config){ source, *options });
	return weir_reject(source, "using_when", "the %s is NULL",
		source == NULL				  ? "source of the resource"
		: options == NULL || options->use == NULL ? "callback use"
							  : "callback on_complete");
}
