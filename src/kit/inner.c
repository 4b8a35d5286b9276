/* One held subscription. See kit/inner.h. */
#include "kit/inner.h"

#include <errno.h>

#include "core/block.h"
#include "core/subscription.h"
#include "kit/scalar.h"

enum {
	STARTS_PER_TURN = 1024,
};

struct inner_sink {
	struct weir_node node;
	struct weir_inner *inner;
};

static struct weir_inner *inner_of(struct weir_node *sink)
{
	return WEIR_CONTAINER_OF(sink, struct inner_sink, node)->inner;
}

static void forward_next(struct weir_node *node, weir_value value)
{
	weir_emit_next(inner_of(node)->owner, value);
}

static void forward_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_emit_batch(inner_of(node)->owner, values, count);
}

static void hand_next(struct weir_node *node, weir_value value)
{
	struct weir_inner *inner = inner_of(node);

	inner->inner_class->next(inner, value);
}

/* What `ended` stands for has been told; unless the owner's end has released it, that is done now. */
static void release_ended(struct weir_inner *inner, struct weir_subscription *ended, struct weir_subscription *before)
{
	inner->ending = before;
	weir_subscription_end(ended);
}

/* Terminals hold the owner: what they lead to may close it. */
static void sink_error(struct weir_node *node, weir_error *error)
{
	struct weir_inner *inner = inner_of(node);
	struct weir_subscription *owner = inner->owner->subscription;
	struct weir_subscription *before = inner->ending;

	weir_enter(owner);
	inner->subscription = NULL;
	if (inner->inner_class->failed != NULL) {
		weir_subscription_end(node->subscription);
		if (weir_is_open(inner->owner))
			inner->inner_class->failed(inner, error);
		else
			weir_drop(inner->owner, weir_error_value(error));
	} else {
		inner->ending = node->subscription;
		if (inner->inner_class->error != NULL)
			inner->inner_class->error(inner, error);
		else
			weir_emit_error(inner->owner, error);
		release_ended(inner, node->subscription, before);
	}
	weir_leave(owner);
}

static void sink_complete(struct weir_node *node)
{
	struct weir_inner *inner = inner_of(node);
	struct weir_subscription *owner = inner->owner->subscription;
	struct weir_subscription *before = inner->ending;

	weir_enter(owner);
	inner->subscription = NULL;
	inner->ending = node->subscription;
	if (inner->inner_class->complete != NULL)
		inner->inner_class->complete(inner);
	release_ended(inner, node->subscription, before);
	if (inner->inner_class->completed != NULL && weir_is_open(inner->owner))
		inner->inner_class->completed(inner);
	weir_leave(owner);
}

static const struct weir_node_class forwarding_sink = {
	.name = "inner",
	.size = sizeof(struct inner_sink),
	.next = forward_next,
	.next_batch = forward_next_batch,
	.error = sink_error,
	.complete = sink_complete,
};

static const struct weir_node_class forwarding_sink_one_by_one = {
	.name = "inner",
	.size = sizeof(struct inner_sink),
	.next = forward_next,
	.error = sink_error,
	.complete = sink_complete,
};

static const struct weir_node_class handing_sink = {
	.name = "inner",
	.size = sizeof(struct inner_sink),
	.next = hand_next,
	.error = sink_error,
	.complete = sink_complete,
};

void weir_inner_release_ended(struct weir_inner *inner)
{
	if (inner->ending != NULL)
		weir_subscription_abandon(inner->ending);
}

/* What is upstream of the owner's end is released before the owner, the one whose terminal that end is included. */
static void inner_resource_stop(struct weir_resource *resource)
{
	struct weir_inner *inner = WEIR_CONTAINER_OF(resource, struct weir_inner, resource);

	weir_inner_release_ended(inner);
	weir_inner_stop(inner);
}

void weir_inner_init(struct weir_inner *inner, struct weir_node *owner, const struct weir_inner_class *inner_class)
{
	*inner = (struct weir_inner){ .owner = owner, .inner_class = inner_class };
	weir_attach(owner, &inner->resource, inner_resource_stop);
}

static void drop_pending(struct weir_inner *inner)
{
	if (!inner->pending_is_borrowed)
		weir_unref(inner->pending);
	inner->pending = NULL;
}

void weir_inner_stop_active(struct weir_inner *inner)
{
	struct weir_subscription *subscription = inner->subscription;

	drop_pending(inner);
	inner->is_scalar = false;
	inner->subscription = NULL;
	if (subscription != NULL)
		weir_subscription_abandon(subscription);
}

static void scalar_came(struct weir_inner *inner, enum weir_scalar scalar, weir_value value)
{
	const struct weir_inner_class *inner_class = inner->inner_class;

	inner->is_scalar = true;
	if (scalar == WEIR_SCALAR_VALUE) {
		if (weir_is_error(value)) {
			inner->is_scalar = false;
			if (inner_class->failed != NULL)
				inner_class->failed(inner, weir_as_error(value));
			else if (inner_class->error != NULL)
				inner_class->error(inner, weir_as_error(value));
			else
				weir_emit_failed_value(inner->owner, value);
			return;
		}
		if (inner_class->next != NULL)
			inner_class->next(inner, value);
		else
			weir_emit_next(inner->owner, value);
	}
	/* The item may have led to its being stopped. */
	if (!inner->is_scalar)
		return;
	inner->is_scalar = false;
	if (inner_class->complete != NULL)
		inner_class->complete(inner);
	if (inner_class->completed != NULL && weir_is_open(inner->owner))
		inner_class->completed(inner);
}

/* False when it must be subscribed to: when it is no known value, or one that may not be emitted yet. */
static bool start_scalar(struct weir_inner *inner, weir_observable *observable)
{
	weir_value value = weir_nil();

	if (inner->inner_class->demand == WEIR_INNER_ON_REQUEST || inner->inner_class->demand == WEIR_INNER_THROUGH ||
		(inner->inner_class->demand == WEIR_INNER_AS_OWNER &&
			(inner->owner->demand == 0 || inner->owner->flags & WEIR_NODE_STARTING)))
		return false;

	enum weir_scalar scalar = weir_scalar_take(observable, &value);

	if (scalar == WEIR_SCALAR_NONE)
		return false;
	scalar_came(inner, scalar, value);
	return true;
}

static void start_pending(struct weir_inner *inner)
{
	struct weir_node *owner = inner->owner;
	const struct weir_node_class *sink_class = inner->inner_class->next != NULL  ? &handing_sink
						   : inner->inner_class->is_replaced ? &forwarding_sink_one_by_one
										     : &forwarding_sink;
	struct weir_subscription *subscription =
		weir_subscription_create(inner->pending, owner->subscription->loop, sink_class, owner);
	uint64_t demand = 0;

	if (owner->flags & WEIR_NODE_STARTING && inner->prepaid == 0 &&
		(inner->inner_class->demand == WEIR_INNER_AS_OWNER || inner->inner_class->demand == WEIR_INNER_THROUGH))
		inner->prepaid = owner->demand;
	if (subscription == NULL) {
		drop_pending(inner);
		weir_emit_error(owner, weir_as_error(weir_no_memory()));
		return;
	}
	subscription->borrows_observable = inner->pending_is_borrowed;
	inner->pending = NULL;
	inner->subscription = subscription;
	WEIR_CONTAINER_OF(subscription->sink, struct inner_sink, node)->inner = inner;
	if (inner->inner_class->demand == WEIR_INNER_UNBOUNDED)
		demand = WEIR_UNBOUNDED;
	else if (inner->inner_class->demand == WEIR_INNER_AS_OWNER)
		demand = owner->demand;
	else if (inner->inner_class->demand == WEIR_INNER_THROUGH)
		demand = inner->prepaid;
	weir_enter(subscription);
	weir_subscription_start(subscription, demand);
	weir_leave(subscription);
}

static void inner_again(struct weir_timer *timer);

/* Starts what is pending until nothing is. The owner is held: an inner one that ends at once may end the owner. */
static void run_starts(struct weir_inner *inner)
{
	struct weir_subscription *owner = inner->owner->subscription;

	weir_enter(owner);
	inner->starting = true;
	inner->budget = STARTS_PER_TURN;
	while (inner->pending != NULL && weir_is_open(inner->owner)) {
		if (inner->budget-- == 0) {
			if (!inner->has_timer) {
				weir_timer_init(&inner->again, inner->owner, inner_again);
				inner->has_timer = true;
			}
			weir_timer_start(&inner->again, 0);
			weir_leave(owner);
			return;
		}

		weir_observable *pending = inner->pending;

		if (!inner->pending_is_borrowed) {
			inner->pending = NULL;
			if (start_scalar(inner, pending))
				continue;
			inner->pending = pending;
		}
		start_pending(inner);
	}
	inner->starting = false;
	weir_leave(owner);
}

static void inner_again(struct weir_timer *timer)
{
	run_starts(WEIR_CONTAINER_OF(timer, struct weir_inner, again));
}

static void switch_to(struct weir_inner *inner, weir_observable *observable, bool borrowed)
{
	weir_inner_stop(inner);
	if (observable == NULL) {
		weir_emit_failure(inner->owner, EINVAL, "a callback returned NULL instead of an observable");
		return;
	}
	/* Stopping may have led to the owner's end, and then nothing would release what is pending. */
	if (!weir_is_open(inner->owner)) {
		if (!borrowed)
			weir_unref(observable);
		return;
	}
	/* A known value while none is on its way: it is over before the next one can be started. */
	if (!inner->starting && !borrowed) {
		inner->starting = true;

		bool was_scalar = start_scalar(inner, observable);

		inner->starting = false;
		if (was_scalar) {
			if (WEIR_UNLIKELY(inner->pending != NULL))
				run_starts(inner);
			return;
		}
	}
	inner->pending = observable;
	inner->pending_is_borrowed = borrowed;
	if (!inner->starting)
		run_starts(inner);
}

void weir_inner_switch_to(struct weir_inner *inner, weir_observable *observable)
{
	switch_to(inner, observable, false);
}

void weir_inner_switch_to_borrowed(struct weir_inner *inner, weir_observable *observable)
{
	switch_to(inner, observable, true);
}

void weir_inner_request(struct weir_inner *inner, uint64_t count)
{
	/* What is asked for while the owner starts comes on top of what its `request` will be called with. */
	uint64_t paid = inner->owner->flags & WEIR_NODE_STARTING ? 0 : inner->prepaid < count ? inner->prepaid : count;

	if (paid > 0 && inner->prepaid != WEIR_UNBOUNDED)
		inner->prepaid -= paid;
	count -= paid;
	if (inner->subscription != NULL && count > 0)
		weir_subscription_request(inner->subscription, count);
}

void weir_inner_complete_owner(struct weir_inner *inner)
{
	weir_emit_complete(inner->owner);
}
