/* Many inner subscriptions, merged. See kit/flatten.h. */
#include "kit/flatten.h"

#include <errno.h>

#include "core/block.h"
#include "core/subscription.h"
#include "kit/scalar.h"

struct flatten_inner {
	struct weir_node node;
	struct weir_flatten *flatten;
	struct weir_link link; /* in `inners` */
	struct weir_link hungry_link; /* in `hungry` */
	uint64_t credit;
};

static struct flatten_inner *inner_of(struct weir_node *sink)
{
	return WEIR_CONTAINER_OF(sink, struct flatten_inner, node);
}

static bool is_finished(const struct weir_flatten *flatten)
{
	return flatten->source_completed && flatten->active == 0 && flatten->waiting.count == 0 &&
	       flatten->queue.count == 0;
}

/* Consumes `value`, also without memory: then the stream fails. */
static void push(struct weir_flatten *flatten, struct weir_ring *ring, weir_value value)
{
	weir_value *room = weir_ring_push(ring);

	if (room == NULL) {
		weir_release(value);
		weir_emit_error(&flatten->node, weir_as_error(weir_no_memory()));
		return;
	}
	*room = value;
}

static weir_value pop(struct weir_ring *ring)
{
	weir_value value = *(weir_value *)weir_ring_at(ring, 0);

	weir_ring_pop(ring);
	return value;
}

static void serve(struct weir_flatten *flatten);

/* An item is out. What came from inside its emission has its turn now. */
static void emitted(struct weir_flatten *flatten)
{
	flatten->emitting = false;
	if (WEIR_UNLIKELY(flatten->missed))
		serve(flatten);
}

static void enqueue(struct weir_flatten *flatten, weir_value value)
{
	flatten->missed = true;
	push(flatten, &flatten->queue, value);
}

static void deliver(struct weir_flatten *flatten, weir_value value)
{
	if (flatten->flatten_class->item != NULL) {
		flatten->flatten_class->item(flatten, value);
		if (!weir_is_open(&flatten->node)) {
			weir_release(value);
			return;
		}
	}
	if (WEIR_UNLIKELY(flatten->flatten_class->feeds_back)) {
		push(flatten, &flatten->waiting, value);
	} else if (WEIR_LIKELY(flatten->node.demand > 0 && flatten->queue.count == 0 && !flatten->emitting)) {
		flatten->emitting = true;
		weir_emit_next(&flatten->node, value);
		emitted(flatten);
	} else {
		enqueue(flatten, value);
	}
}

/* What downstream waits for, as far as one inner observable may run ahead. */
static uint64_t loan(const struct weir_flatten *flatten)
{
	uint64_t demand = flatten->node.demand;

	if (flatten->flatten_class->feeds_back)
		return demand > 0;
	return demand == WEIR_UNBOUNDED || demand < WEIR_FLATTEN_CREDIT ? demand : WEIR_FLATTEN_CREDIT;
}

/* With feedback the youngest is fed first. */
static void is_hungry(struct flatten_inner *inner)
{
	struct weir_flatten *flatten = inner->flatten;

	weir_list_append(
		flatten->flatten_class->feeds_back ? flatten->hungry.next : &flatten->hungry, &inner->hungry_link);
}

static void sink_next(struct weir_node *node, weir_value value)
{
	struct flatten_inner *inner = inner_of(node);
	struct weir_flatten *flatten = inner->flatten;

	if (WEIR_LIKELY(inner->credit == WEIR_UNBOUNDED)) {
		deliver(flatten, value);
		return;
	}
	if (--inner->credit > 0) {
		deliver(flatten, value);
		return;
	}
	is_hungry(inner);
	deliver(flatten, value);
	serve(flatten);
}

static void sink_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct weir_flatten *flatten = inner_of(node)->flatten;

	if (inner_of(node)->credit == WEIR_UNBOUNDED && flatten->queue.count == 0 && !flatten->emitting &&
		flatten->flatten_class->item == NULL) {
		flatten->emitting = true;
		weir_emit_batch(&flatten->node, values, count);
		emitted(flatten);
		return;
	}
	for (size_t index = 0; index < count; index++) {
		if (weir_is_open(node))
			sink_next(node, values[index]);
		else
			weir_release(values[index]);
	}
}

static void tell_ended(struct flatten_inner *inner, weir_error *error)
{
	struct weir_flatten *flatten = inner->flatten;
	struct weir_subscription *owner = flatten->node.subscription;

	weir_enter(owner);
	weir_list_remove(&inner->hungry_link);
	flatten->active--;
	flatten->flatten_class->ended(flatten, error);
	/* Linked until now, so that it was released before the stage if that has ended. */
	weir_list_remove(&inner->link);
	weir_subscription_end(inner->node.subscription);
	weir_leave(owner);
}

/* The stack stays flat: synchronous inners that follow one another are started by the first call. */
static void start_waiting(struct weir_flatten *flatten)
{
	if (flatten->starting)
		return;
	flatten->starting = true;
	while (flatten->waiting.count > 0 && flatten->active < flatten->limit && weir_is_open(&flatten->node)) {
		weir_flatten_add(flatten, pop(&flatten->waiting));
	}
	flatten->starting = false;
}

static void complete(struct weir_flatten *flatten)
{
	if (flatten->flatten_class->all_ended != NULL)
		flatten->flatten_class->all_ended(flatten);
	else
		weir_emit_complete(&flatten->node);
}

/* Nothing more will come. The end comes behind the item that is on its way. */
static void complete_when_out(struct weir_flatten *flatten)
{
	if (WEIR_UNLIKELY(flatten->emitting))
		flatten->missed = true;
	else
		complete(flatten);
}

static void place_is_free(struct weir_flatten *flatten)
{
	if (flatten->flatten_class->feeds_back) {
		serve(flatten);
		return;
	}
	start_waiting(flatten);
	if (is_finished(flatten))
		complete_when_out(flatten);
	else if (flatten->limit != WEIR_UNBOUNDED && !flatten->source_completed && flatten->waiting.count == 0 &&
		 flatten->active + flatten->asked < flatten->limit) {
		flatten->asked++;
		weir_request_upstream(&flatten->node, 1);
	}
}

/* The class has taken its error, or it has completed. */
static void inner_ended(struct flatten_inner *inner)
{
	struct weir_flatten *flatten = inner->flatten;
	struct weir_subscription *owner = flatten->node.subscription;

	weir_enter(owner);
	weir_subscription_end(inner->node.subscription);
	weir_list_remove(&inner->link);
	weir_list_remove(&inner->hungry_link);
	flatten->active--;
	if (weir_is_open(&flatten->node))
		place_is_free(flatten);
	weir_leave(owner);
}

/* Feedback: the error of an inner observable whose items wait for nothing but their turn comes when they are out. */
static bool waits_for_turns(const struct weir_flatten *flatten)
{
	return flatten->failed == NULL && flatten->waiting.count > 0 && flatten->active < flatten->limit &&
	       flatten->node.demand > 0;
}

static void fail_late(struct weir_flatten *flatten)
{
	struct weir_subscription *subscription = flatten->failed->node.subscription;
	weir_error *error = flatten->error;

	flatten->failed = NULL;
	flatten->error = NULL;
	weir_enter(subscription);
	weir_emit_error(&flatten->node, error);
	weir_subscription_end(subscription);
	weir_leave(subscription);
}

static void sink_error(struct weir_node *node, weir_error *error)
{
	struct weir_flatten *flatten = inner_of(node)->flatten;
	struct weir_subscription *owner = flatten->node.subscription;

	if (flatten->flatten_class->feeds_back && waits_for_turns(flatten)) {
		flatten->failed = inner_of(node);
		flatten->error = error;
		weir_list_remove(&flatten->failed->hungry_link);
		is_hungry(flatten->failed);
		serve(flatten);
		return;
	}

	if (flatten->flatten_class->ended != NULL) {
		tell_ended(inner_of(node), error);
		return;
	}
	weir_enter(owner);
	if (flatten->flatten_class->failed != NULL) {
		flatten->flatten_class->failed(flatten, error);
		inner_ended(inner_of(node));
	} else {
		weir_emit_error(&flatten->node, error);
		weir_subscription_end(node->subscription);
	}
	weir_leave(owner);
}

static void sink_complete(struct weir_node *node)
{
	struct flatten_inner *inner = inner_of(node);

	if (inner->flatten->flatten_class->ended != NULL)
		tell_ended(inner, NULL);
	else
		inner_ended(inner);
}

static const struct weir_node_class flatten_sink = {
	.name = "inner",
	.size = sizeof(struct flatten_inner),
	.next = sink_next,
	.next_batch = sink_next_batch,
	.error = sink_error,
	.complete = sink_complete,
};

static void abandon_inners(struct weir_flatten *flatten)
{
	while (!weir_list_is_empty(&flatten->inners)) {
		struct flatten_inner *inner = WEIR_CONTAINER_OF(flatten->inners.next, struct flatten_inner, link);

		weir_list_remove(&inner->link);
		weir_list_remove(&inner->hungry_link);
		weir_subscription_abandon(inner->node.subscription);
	}
}

static void flatten_stop(struct weir_resource *resource)
{
	struct weir_flatten *flatten = WEIR_CONTAINER_OF(resource, struct weir_flatten, resource);

	abandon_inners(flatten);
	if (flatten->error != NULL)
		weir_release(weir_error_value(flatten->error));
	for (size_t index = 0; index < flatten->waiting.count; index++)
		weir_release(*(weir_value *)weir_ring_at(&flatten->waiting, index));
	for (size_t index = 0; index < flatten->queue.count; index++)
		weir_release(*(weir_value *)weir_ring_at(&flatten->queue, index));
	weir_ring_finish(&flatten->waiting);
	weir_ring_finish(&flatten->queue);
}

void weir_flatten_init(struct weir_flatten *flatten, struct weir_node *node,
	const struct weir_flatten_class *flatten_class, uint64_t limit, bool has_source)
{
	flatten->flatten_class = flatten_class;
	flatten->limit = limit;
	flatten->is_plain = flatten_class->item == NULL && !flatten_class->feeds_back;
	weir_link_init(&flatten->inners);
	weir_link_init(&flatten->hungry);
	weir_ring_init(&flatten->waiting, sizeof(weir_value));
	weir_ring_init(&flatten->queue, sizeof(weir_value));
	weir_attach(node, &flatten->resource, flatten_stop);
	if (has_source && !flatten_class->feeds_back) {
		flatten->asked = limit;
		weir_request_upstream(node, limit);
	}
}

/* An inner observable that need not be run: its item, if it has one, and its place is free again. */
static void scalar_came(struct weir_flatten *flatten, enum weir_scalar scalar, weir_value value)
{
	if (scalar == WEIR_SCALAR_VALUE) {
		if (WEIR_UNLIKELY(weir_is_error(value))) {
			weir_emit_failed_value(&flatten->node, value);
			return;
		}
		/* Where nothing else runs, nothing can come while it is emitted. */
		if (WEIR_LIKELY(flatten->active == 0 && flatten->is_plain && !flatten->emitting && !flatten->starting))
			weir_emit_next(&flatten->node, value);
		else
			deliver(flatten, value);
	}
	/* Without a limit nothing waits for a place, and while the source speaks it has not completed. */
	if ((flatten->limit != WEIR_UNBOUNDED || flatten->source_completed) && weir_is_open(&flatten->node))
		place_is_free(flatten);
}

void weir_flatten_run(struct weir_flatten *flatten, weir_observable *observable, bool borrowed)
{
	struct weir_node *node = &flatten->node;
	weir_value value;

	if (WEIR_UNLIKELY(observable == NULL)) {
		weir_emit_failure(node, EINVAL, "a callback returned NULL instead of an observable");
		return;
	}
	/* Where nobody waits for the item, the observable must take a place until somebody does. */
	if (!borrowed && ((node->demand > 0 && flatten->queue.count == 0) || flatten->flatten_class->feeds_back)) {
		enum weir_scalar scalar = weir_scalar_take(observable, &value);

		if (scalar != WEIR_SCALAR_NONE) {
			scalar_came(flatten, scalar, value);
			return;
		}
	}

	struct weir_subscription *subscription =
		weir_subscription_create(observable, node->subscription->loop, &flatten_sink, node);

	if (subscription == NULL) {
		if (!borrowed)
			weir_unref(observable);
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return;
	}

	struct flatten_inner *inner = inner_of(subscription->sink);

	subscription->borrows_observable = borrowed;
	inner->flatten = flatten;
	inner->credit = loan(flatten);
	weir_link_init(&inner->hungry_link);
	weir_list_append(&flatten->inners, &inner->link);
	if (inner->credit == 0)
		is_hungry(inner);
	flatten->active++;
	weir_enter(subscription);
	weir_subscription_start(subscription, inner->credit);
	weir_leave(subscription);
}

void weir_flatten_add(struct weir_flatten *flatten, weir_value value)
{
	if (flatten->active >= flatten->limit) {
		push(flatten, &flatten->waiting, value);
		return;
	}

	weir_observable *observable = flatten->flatten_class->project(flatten, value);

	weir_release(value);
	weir_flatten_run(flatten, observable, flatten->flatten_class->is_borrowed);
}

void weir_flatten_next(struct weir_node *node, weir_value value)
{
	struct weir_flatten *flatten = WEIR_CONTAINER_OF(node, struct weir_flatten, node);

	if (WEIR_UNLIKELY(flatten->flatten_class->feeds_back)) {
		flatten->asked = 0;
		push(flatten, &flatten->waiting, value);
		serve(flatten);
		return;
	}
	if (flatten->limit != WEIR_UNBOUNDED) {
		flatten->asked--;
		weir_flatten_add(flatten, value);
		return;
	}

	weir_observable *observable = flatten->flatten_class->project(flatten, value);

	weir_release(value);
	weir_flatten_run(flatten, observable, flatten->flatten_class->is_borrowed);
}

void weir_flatten_source_completed(struct weir_flatten *flatten)
{
	flatten->source_completed = true;
	/* A value whose turn it is may still bring an observable: take_turns() looks at the end. */
	if (!flatten->turns.running && is_finished(flatten))
		complete_when_out(flatten);
}

void weir_flatten_end(struct weir_flatten *flatten)
{
	if (flatten->queue.count > 0 || flatten->emitting) {
		flatten->missed = true;
		abandon_inners(flatten);
		flatten->active = 0;
		flatten->source_completed = true;
	} else {
		weir_emit_complete(&flatten->node);
	}
}

void weir_flatten_complete(struct weir_node *node)
{
	weir_flatten_source_completed(WEIR_CONTAINER_OF(node, struct weir_flatten, node));
}

static void feed_hungry(struct weir_flatten *flatten)
{
	struct weir_link fed;

	/* Only those that are hungry now: one that is fed may be hungry again at once. */
	weir_link_init(&fed);
	while (!weir_list_is_empty(&flatten->hungry)) {
		struct weir_link *link = flatten->hungry.next;

		weir_list_remove(link);
		weir_list_append(&fed, link);
	}
	while (!weir_list_is_empty(&fed)) {
		struct flatten_inner *inner = WEIR_CONTAINER_OF(fed.next, struct flatten_inner, hungry_link);
		uint64_t credit = loan(flatten);

		weir_list_remove(&inner->hungry_link);
		if (!weir_is_open(&flatten->node))
			continue;
		if (credit == 0) {
			weir_list_append(&flatten->hungry, &inner->hungry_link);
			continue;
		}
		inner->credit = credit;
		weir_subscription_request(inner->node.subscription, credit);
	}
}

/* Feedback: the turn of a value that waits. */
static void take_turn(struct weir_flatten *flatten)
{
	weir_value value = pop(&flatten->waiting);

	weir_emit_next(&flatten->node, weir_retain(value));
	if (weir_is_open(&flatten->node)) {
		weir_observable *observable = flatten->flatten_class->project(flatten, value);

		weir_flatten_run(flatten, observable, flatten->flatten_class->is_borrowed);
	}
	weir_release(value);
}

/* Feedback: some step that demand allows. False when there is none. */
static bool take_step(struct weir_flatten *flatten)
{
	if (flatten->waiting.count > 0 && flatten->active < flatten->limit) {
		take_turn(flatten);
	} else if (!weir_list_is_empty(&flatten->hungry)) {
		struct flatten_inner *inner =
			WEIR_CONTAINER_OF(flatten->hungry.next, struct flatten_inner, hungry_link);

		weir_list_remove(&inner->hungry_link);
		if (inner == flatten->failed) {
			fail_late(flatten);
			return true;
		}
		inner->credit = 1;
		weir_subscription_request(inner->node.subscription, 1);
	} else if (!flatten->source_completed && flatten->asked == 0 && flatten->waiting.count < WEIR_FLATTEN_CREDIT) {
		flatten->asked = 1;
		weir_request_upstream(&flatten->node, 1);
	} else {
		return false;
	}
	return true;
}

static void take_turns(struct weir_node *node)
{
	struct weir_flatten *flatten = WEIR_CONTAINER_OF(node, struct weir_flatten, node);

	if (!weir_pump_enter(&flatten->turns))
		return;
	while (node->demand > 0) {
		if (!weir_pump_continue(&flatten->turns, node, take_turns))
			return;
		if (!take_step(flatten))
			break;
	}
	weir_pump_leave(&flatten->turns);
	if (weir_is_open(node) && flatten->failed != NULL)
		fail_late(flatten);
	else if (weir_is_open(node) && is_finished(flatten))
		weir_emit_complete(node);
}

/* Each item may bring more demand: until there is none, or nothing to give. */
static void serve(struct weir_flatten *flatten)
{
	struct weir_node *node = &flatten->node;

	if (flatten->flatten_class->feeds_back) {
		take_turns(node);
		return;
	}
	if (flatten->serving || flatten->emitting) {
		flatten->missed = true;
		return;
	}
	flatten->serving = true;
	while (node->demand > 0 && (flatten->queue.count > 0 || !weir_list_is_empty(&flatten->hungry))) {
		flatten->emitting = true;
		while (flatten->queue.count > 0 && node->demand > 0)
			weir_emit_next(node, pop(&flatten->queue));
		flatten->emitting = false;
		if (node->demand > 0)
			feed_hungry(flatten);
	}
	flatten->serving = false;
	flatten->missed = false;
	if (weir_is_open(node) && is_finished(flatten))
		complete(flatten);
}

void weir_flatten_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	serve(WEIR_CONTAINER_OF(node, struct weir_flatten, node));
}
