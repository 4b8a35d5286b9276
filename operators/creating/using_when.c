/* using_when: a resource that takes time to get and to give back. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/observing.h>
#include <weir/operator.h>

#include "kit/cleanup.h"
#include "kit/inner.h"

struct using_when {
	struct weir_node node;
	struct weir_inner used;
	struct weir_cleanup *cleanup; /* that this waits for */
	weir_error *error; /* which comes after the clean-up */
	weir_value resource;
	bool has_resource; /* which is to be cleaned up */
};

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

/* The resource goes with its clean-up, which may outlive the node. Consumes `error`. */
static void using_when_clean_up(struct using_when *self, enum weir_end end, weir_error *error)
{
	struct weir_node *node = &self->node;
	const struct weir_using_when_options *options = node->config;
	weir_value resource = self->resource;
	weir_observable *cleanup;

	self->has_resource = false;
	if (end == WEIR_END_ERROR && options->on_error != NULL)
		cleanup = options->on_error(resource, error, options->context);
	else if (end == WEIR_END_CANCEL && options->on_cancel != NULL)
		cleanup = options->on_cancel(resource, options->context);
	else
		cleanup = options->on_complete(resource, options->context);
	if (weir_is_open(node))
		self->error = error;
	else if (error != NULL)
		weir_drop(node, weir_error_value(error));
	weir_cleanup_start(&self->cleanup, node, cleanup, using_when_over, resource);
}

static void using_when_on_used_completed(struct weir_inner *used)
{
	using_when_clean_up(WEIR_CONTAINER_OF(used, struct using_when, used), WEIR_END_COMPLETE, NULL);
}

static void using_when_on_used_failed(struct weir_inner *used, weir_error *error)
{
	using_when_clean_up(WEIR_CONTAINER_OF(used, struct using_when, used), WEIR_END_ERROR, error);
}

static const struct weir_inner_class using_when_used = {
	.completed = using_when_on_used_completed,
	.failed = using_when_on_used_failed,
};

static void using_when_start(struct weir_node *node)
{
	weir_inner_init(&WEIR_CONTAINER_OF(node, struct using_when, node)->used, node, &using_when_used);
	weir_request_upstream(node, 1);
}

/* The resource: the source is needed no more. */
static void using_when_next(struct weir_node *node, weir_value resource)
{
	struct using_when *self = WEIR_CONTAINER_OF(node, struct using_when, node);
	const struct weir_using_when_options *options = node->config;

	self->resource = resource;
	self->has_resource = true;
	weir_cancel_upstream(node);

	/* The callback borrows it, and may cancel. */
	weir_value held = weir_retain(resource);
	weir_observable *used = options->use(held, options->context);

	weir_release(held);
	if (used == NULL)
		used = weir_reject(NULL, "using_when", "the callback use returned NULL");
	weir_inner_switch_to(&self->used, used);
}

static void using_when_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct using_when, node)->used, count);
}

/* With a resource that nobody has begun to clean up, it is a cancel. */
static void using_when_finish(struct weir_node *node)
{
	struct using_when *self = WEIR_CONTAINER_OF(node, struct using_when, node);

	weir_cleanup_leave(self->cleanup);
	weir_error_unref(self->error);
	if (self->has_resource)
		using_when_clean_up(self, WEIR_END_CANCEL, NULL);
}

static const struct weir_node_class using_when_class = {
	.name = "using_when",
	.size = sizeof(struct using_when),
	.config_size = sizeof(struct weir_using_when_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = using_when_start,
	.next = using_when_next,
	.request = using_when_request,
	.finish = using_when_finish,
};

weir_observable *weir_using_when(weir_observable *source, const struct weir_using_when_options *options)
{
	if (options == NULL || options->use == NULL || options->on_complete == NULL)
		return weir_reject(source, "using_when", "the callback %s is NULL",
			options == NULL || options->use == NULL ? "use" : "on_complete");
	return weir_extend(source, &using_when_class, options);
}
