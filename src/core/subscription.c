/* The protocol: linking, starting, demand, terminals and the one exit. See core/subscription.h. */
#include "core/subscription.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"
#include "core/error_private.h"
#include "core/loop.h"
#include "core/step.h"

static struct weir_node *first_node(struct weir_subscription *subscription)
{
	return (struct weir_node *)(subscription + 1);
}

static struct weir_node *node_at(struct weir_subscription *subscription, uint32_t offset)
{
	return (struct weir_node *)((char *)first_node(subscription) + offset);
}

/* Every node but the sink was made by a recipe, whose configuration the node points to. */
static const struct weir_observable *recipe_of(const struct weir_node *node)
{
	return (const struct weir_observable *)((const char *)node->config - offsetof(struct weir_observable, config));
}

/* The nearest node at or above the one of `recipe` that is not plain; NULL above the source. */
static struct weir_node *special_node(struct weir_subscription *subscription, const weir_observable *recipe)
{
	return recipe != NULL ? node_at(subscription, recipe->special_offset) : NULL;
}

static struct weir_node *upstream_of(const struct weir_node *node)
{
	struct weir_subscription *subscription = node->subscription;
	const weir_observable *source = node == subscription->sink ? subscription->observable : recipe_of(node)->source;

	return source != NULL ? node_at(subscription, source->offset) : NULL;
}

struct weir_node *weir_node_downstream(const struct weir_node *node)
{
	return node_at(node->subscription, recipe_of(node)->end);
}

/* Stands in for the way out of a closed node; the target is the node itself. */
static void discard_next(struct weir_node *node, weir_value value)
{
	weir_drop(node, value);
}

/* Stands in for the way out of a counting node; the target is the node itself. */
static void counted_next(struct weir_node *node, weir_value value)
{
	if (WEIR_UNLIKELY(node->demand == 0)) {
		weir_drop(node, value);
		weir_emit_failure(node, WEIR_EDEMAND,
			"an item arrived that nobody had requested, and this stage cannot wait; put weir_on_overflow() "
			"behind it to buffer, drop or fail by choice");
		return;
	}
	node->demand--;
	weir_node_next_slot(node->linked_target)(node->linked_target, value);
}

static void link_counted(struct weir_node *node)
{
	node->next = counted_next;
	node->next_target = node;
}

static void link_direct(struct weir_node *node)
{
	node->next = weir_node_next_slot(node->linked_target);
	node->next_target = node->linked_target;
}

static void close_node(struct weir_node *node)
{
	node->flags |= WEIR_NODE_CLOSED;
	node->demand = 0;
	node->next = discard_next;
	node->next_target = node;
}

bool weir_wants_batches(const struct weir_node *node)
{
	return weir_node_next_batch_slot(node->linked_target) != NULL && weir_is_open(node);
}

void weir_emit_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_next_batch_slot next_batch = weir_node_next_batch_slot(node->linked_target);
	bool counted = node->next == counted_next;

	if (WEIR_UNLIKELY(count == 0))
		return;
	if (next_batch != NULL && weir_is_open(node) && (!counted || count <= node->demand)) {
		if (counted)
			node->demand -= count;
		next_batch(node->linked_target, values, count);
		return;
	}
	/* One by one: the way out may change between two items. The rest of a batch in which it ends is nobody's loss. */
	bool was_open = weir_is_open(node);

	for (size_t index = 0; index < count; index++) {
		if (was_open && !weir_is_open(node))
			weir_release(values[index]);
		else
			weir_emit_next(node, values[index]);
	}
}

static void stop_resources(struct weir_node *node)
{
	while (node->resources != NULL) {
		struct weir_resource *resource = node->resources;

		node->resources = resource->next;
		resource->stop(resource);
	}
}

/* The node behind `node`, or an address behind all nodes. */
static struct weir_node *node_behind(const struct weir_node *node)
{
	return node == node->subscription->sink ? (struct weir_node *)UINTPTR_MAX : weir_node_downstream(node);
}

/* Silence every node up to and including `last`: nothing passes by a stage that has ended. */
static void close_through(struct weir_subscription *subscription, const struct weir_node *last)
{
	for (struct weir_node *node = subscription->finish_cursor; node <= last; node = node_behind(node))
		if (weir_is_open(node))
			close_node(node);
	subscription->silenced = last;
	/* What has not started never will. */
	if (subscription->start_cursor != NULL && subscription->start_cursor <= last)
		subscription->start_cursor = NULL;
}

/* Finish every node up to and including `last` that has been started and not been finished, source first. */
static void finish_through(struct weir_subscription *subscription, const struct weir_node *last)
{
	while (subscription->finish_cursor <= last) {
		struct weir_node *node = subscription->finish_cursor;

		/* First the cursor: what is called here may end the rest of the subscription. */
		subscription->finish_cursor = node_behind(node);
		stop_resources(node);
		if (node->node_class->finish != NULL && node >= subscription->started)
			node->node_class->finish(node);
	}
}

void weir_cancel_upstream(struct weir_node *node)
{
	struct weir_node *upstream = upstream_of(node);

	if (upstream == NULL)
		return;
	close_through(node->subscription, upstream);
	finish_through(node->subscription, upstream);
}

/*
 * The last node that a terminal of `node` to `target` ends: what a stage that it passes by runs beside its source (a timer,
 * a notifier) ends with that source, though the stage behind may go on. Without resources they have nothing to stop.
 */
static struct weir_node *last_ended(struct weir_node *node, const struct weir_node *target)
{
	return node->subscription->has_resources ? upstream_of(target) : node;
}

void weir_emit_complete(struct weir_node *node)
{
	struct weir_subscription *subscription = node->subscription;
	struct weir_node *target = node->complete_target;

	if (!weir_is_open(node))
		return;

	struct weir_node *last = last_ended(node, target);

	close_through(subscription, last);
	target->node_class->complete(target);
	if (!subscription->closed)
		finish_through(subscription, last);
}

void weir_emit_error(struct weir_node *node, weir_error *error)
{
	struct weir_subscription *subscription = node->subscription;

	if (!weir_is_open(node)) {
		weir_drop(node, weir_error_value(error));
		return;
	}

	struct weir_node *target = weir_node_downstream(node);

	while (target->node_class->error == NULL)
		target = weir_node_downstream(target);

	struct weir_node *last = last_ended(node, target);

	close_through(subscription, last);
	target->node_class->error(target, error);
	if (!subscription->closed)
		finish_through(subscription, last);
}

weir_error *weir_node_error(const struct weir_node *node, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);

	char *path = weir_node_path(node);

	if (path != NULL)
		weir_error_set_origin(error, path);
	weir_deallocate(path);
	return error;
}

void weir_emit_failure(struct weir_node *node, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);
	weir_emit_failed_value(node, weir_error_value(error));
}

void weir_emit_failed_value(struct weir_node *node, weir_value failure)
{
	char *path = weir_node_path(node);
	weir_error *error = weir_as_error(failure);

	if (path != NULL)
		error = weir_error_at(error, path);
	weir_deallocate(path);
	weir_emit_error(node, error);
}

void weir_emit_mapped_counted(struct weir_node *node, weir_value value, weir_mapper mapper, void *context)
{
	weir_value mapped = mapper(value, context);

	weir_release(value);
	weir_emit_result(node, mapped);
}

static void request_node(struct weir_node *target, uint64_t count)
{
	struct weir_subscription *subscription = target->subscription;

	if (!weir_is_open(target) || count == 0 || subscription->closed)
		return;
	if (subscription->start_cursor != NULL && target <= subscription->start_cursor) {
		subscription->pending_request = weir_demand_add(subscription->pending_request, count);
		return;
	}
	target->demand = weir_demand_add(target->demand, count);
	if (target->demand == WEIR_UNBOUNDED && target->next == counted_next)
		link_direct(target);
	if (target->node_class->request != NULL)
		target->node_class->request(target, count);
}

void weir_request_upstream(struct weir_node *node, uint64_t count)
{
	if (node->request_target != NULL)
		request_node(node->request_target, count);
}

void weir_request_one_more(struct weir_node *node)
{
	request_node(node->request_target, 1);
}

void weir_subscription_request(struct weir_subscription *subscription, uint64_t count)
{
	weir_enter(subscription);
	request_node(subscription->sink->request_target, count);
	weir_leave(subscription);
}

static bool node_takes_requests(const struct weir_node *node)
{
	return recipe_of(node)->request_offset == recipe_of(node)->offset;
}

static void run_starts(struct weir_subscription *subscription)
{
	while (subscription->start_cursor != NULL) {
		struct weir_node *node = subscription->start_cursor;
		const struct weir_node_class *node_class = node->node_class;
		uint64_t asked = 0;

		subscription->start_cursor = special_node(subscription, recipe_of(node)->source);
		subscription->started = node;
		if (node_takes_requests(node)) {
			asked = subscription->pending_request;
			subscription->pending_request =
				node_class->demand == WEIR_DEMAND_UNBOUNDED ? WEIR_UNBOUNDED : 0;
			node->demand = asked;
			if (asked == WEIR_UNBOUNDED && node->next == counted_next)
				link_direct(node);
		}
		if (node_class->start != NULL) {
			node->flags |= WEIR_NODE_STARTING;
			node_class->start(node);
			node->flags &= ~(uint32_t)WEIR_NODE_STARTING;
		}
		if (asked > 0 && node_class->request != NULL && weir_is_open(node))
			node_class->request(node, asked);
	}
}

void weir_start_upstream(struct weir_node *node)
{
	if (weir_is_open(node))
		run_starts(node->subscription);
}

void weir_subscription_start(struct weir_subscription *subscription, uint64_t demand)
{
	request_node(subscription->sink->request_target, demand);
	run_starts(subscription);
}

/* What a node is like before its start, its links aside. */
static void reset_node(struct weir_node *node)
{
	const struct weir_node_class *node_class = node->node_class;

	if (node_class->size > sizeof *node)
		memset(node + 1, 0, node_class->size - sizeof *node);
	node->demand = 0;
	node->resources = NULL;
	node->flags = 0;
	if (node_class->demand == WEIR_DEMAND_FORWARD)
		link_direct(node);
	else
		link_counted(node);
}

/* From the sink up, so that each node finds the next one below that takes its signal. */
static void link_nodes(struct weir_subscription *subscription, const struct weir_node_class *sink_class)
{
	struct weir_node *sink = subscription->sink;
	struct weir_node *next_target = sink;
	struct weir_node *complete_target = sink;

	*sink = (struct weir_node){
		.subscription = subscription,
		.request_target = node_at(subscription, subscription->observable->request_offset),
		.node_class = sink_class,
	};
	for (const weir_observable *recipe = subscription->observable; recipe != NULL; recipe = recipe->source) {
		const struct weir_node_class *node_class = recipe->node_class;
		struct weir_node *node = node_at(subscription, recipe->offset);

		node->config = recipe->config;
		node->subscription = subscription;
		node->linked_target = next_target;
		node->complete_target = complete_target;
		node->request_target =
			recipe->source != NULL ? node_at(subscription, recipe->source->request_offset) : NULL;
		node->node_class = node_class;
		node->run = weir_step_run(node, next_target);
		reset_node(node);
		if (node->run != 0 || node_class->next != NULL)
			next_target = node;
		if (node_class->complete != NULL)
			complete_target = node;
	}
}

/* An arena that ended from its source down, with nothing in between, needs only its special nodes reset. */
static struct weir_subscription *take_warm(weir_observable *observable, const struct weir_node_class *sink_class)
{
	struct weir_subscription *subscription = observable->warm;

	if (subscription == NULL || subscription->sink->node_class != sink_class)
		return NULL;
	observable->warm = NULL;
	subscription->sink->demand = 0;
	for (struct weir_node *node = special_node(subscription, observable); node != NULL;
		node = special_node(subscription, recipe_of(node)->source))
		reset_node(node);
	return subscription;
}

struct weir_subscription *weir_subscription_create(
	weir_observable *observable, weir_loop *loop, const struct weir_node_class *sink_class, struct weir_node *owner)
{
	/* What a recipe holds in its configuration may run on several threads when the recipe itself may. */
	bool is_across_threads = observable->block.shared || (owner != NULL && owner->subscription->is_across_threads);
	struct weir_subscription *subscription = is_across_threads ? NULL : take_warm(observable, sink_class);

	if (subscription == NULL) {
		size_t size = sizeof(struct weir_subscription) + observable->end + sink_class->size;

		subscription = weir_pool_take(size);
		if (subscription == NULL)
			return NULL;
		subscription->observable = observable;
		subscription->sink = node_at(subscription, observable->end);
		subscription->size = size;
		link_nodes(subscription, sink_class);
	}
	subscription->entered = 0;
	subscription->references = 1;
	subscription->closed = false;
	subscription->has_resources = false;
	subscription->borrows_observable = false;
	subscription->is_intact = false;
	subscription->is_across_threads = is_across_threads;
	subscription->loop = loop;
	subscription->origin = NULL;
	subscription->observable = observable;
	subscription->owner = owner;
	subscription->held = NULL;
	subscription->start_cursor = special_node(subscription, observable);
	subscription->started = subscription->sink;
	subscription->finish_cursor = first_node(subscription);
	subscription->silenced = NULL;
	subscription->pending_request = 0;
	weir_link_init(&subscription->link);
	return subscription;
}

void weir_subscription_enlist(struct weir_subscription *subscription)
{
	weir_list_append(&subscription->loop->subscriptions, &subscription->link);
	subscription->loop->subscription_count++;
}

static void unlink_root(struct weir_subscription *subscription)
{
	if (weir_link_is_linked(&subscription->link)) {
		weir_list_remove(&subscription->link);
		subscription->loop->subscription_count--;
	}
}

void weir_subscription_close(struct weir_subscription *subscription)
{
	if (subscription->closed)
		return;
	subscription->closed = true;
	weir_enter(subscription);
	close_through(subscription, subscription->sink);
	finish_through(subscription, subscription->sink);
	unlink_root(subscription);
	weir_leave(subscription);
}

void weir_subscription_end(struct weir_subscription *subscription)
{
	/*
	 * The terminal has come through: whoever emitted it is silent, and everything above. Stages that it passed by
	 * can only speak again through a resource, a `finish`, a call that nests inside another, or after a `start` or
	 * `request` of theirs that led to the terminal.
	 */
	if (subscription->closed || subscription->has_resources ||
		subscription->observable->block.spare & WEIR_RECIPE_FINISHES || subscription->entered > 1 ||
		special_node(subscription, subscription->observable) > subscription->silenced) {
		weir_subscription_abandon(subscription);
		return;
	}
	subscription->closed = true;
	subscription->is_intact = subscription->silenced == first_node(subscription);
	subscription->start_cursor = NULL;
	subscription->finish_cursor = node_behind(subscription->sink);
	if (subscription->sink->node_class->finish != NULL)
		subscription->sink->node_class->finish(subscription->sink);
	unlink_root(subscription);
}

void weir_subscription_abandon(struct weir_subscription *subscription)
{
	weir_enter(subscription);
	weir_subscription_close(subscription);
	/* On the stack it may be itself, or one of its inner subscriptions, which then holds it. */
	if (subscription->entered > 1 && subscription->held == NULL && subscription->owner != NULL) {
		subscription->held = subscription->owner->subscription;
		weir_enter(subscription->held);
	}
	weir_leave(subscription);
}

/* Keeps the arena with its recipe, if that lives on, on this thread alone, and has none yet. */
static bool keep_warm(struct weir_subscription *subscription)
{
	weir_observable *observable = subscription->observable;

	if (!WEIR_POOL_ENABLED || !subscription->is_intact || observable->warm != NULL ||
		subscription->is_across_threads || observable->block.immortal ||
		observable->block.references < (subscription->borrows_observable ? 1 : 2) ||
		__atomic_load_n(&subscription->references, __ATOMIC_ACQUIRE) != 1)
		return false;
	observable->warm = subscription;
	return true;
}

void weir_subscription_bury(struct weir_subscription *subscription)
{
	struct weir_subscription *held = subscription->held;
	weir_observable *observable = subscription->observable;
	bool borrows_observable = subscription->borrows_observable;

	subscription->held = NULL;
	if (!keep_warm(subscription)) {
		subscription->observable = NULL;
		weir_subscription_unref(subscription);
	}
	if (!borrows_observable)
		weir_unref(observable);
	if (held != NULL)
		weir_leave(held);
}

weir_subscription *weir_subscription_ref(weir_subscription *subscription)
{
	if (subscription != NULL)
		__atomic_fetch_add(&subscription->references, 1, __ATOMIC_RELAXED);
	return subscription;
}

void weir_subscription_unref(weir_subscription *subscription)
{
	if (subscription == NULL)
		return;
	/* The last owner needs no atomic subtraction: nobody else can come any more. */
	if (__atomic_load_n(&subscription->references, __ATOMIC_ACQUIRE) == 1 ||
		__atomic_fetch_sub(&subscription->references, 1, __ATOMIC_ACQ_REL) == 1)
		weir_pool_return(subscription, subscription->size);
}

bool weir_subscription_is_active(const weir_subscription *subscription)
{
	return subscription != NULL && !subscription->closed;
}

weir_loop *weir_subscription_loop(const weir_subscription *subscription)
{
	return subscription->loop;
}

void weir_attach(struct weir_node *node, struct weir_resource *resource, void (*stop)(struct weir_resource *))
{
	node->subscription->has_resources = true;
	resource->stop = stop;
	resource->next = node->resources;
	node->resources = resource;
}

weir_loop *weir_node_loop(const struct weir_node *node)
{
	return node->subscription->loop;
}

void weir_drop(const struct weir_node *node, weir_value value)
{
	weir_loop_report_dropped(node->subscription->loop, weir_node_name(node), value);
	weir_release(value);
}
