/* Observables that run at once and speak by turns. See kit/lanes.h. */
#include "kit/lanes.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/subscription.h"

struct lane_sink {
	struct weir_node node;
	struct weir_lane *lane;
};

static struct weir_lane *lane_of(struct weir_node *sink)
{
	return WEIR_CONTAINER_OF(sink, struct lane_sink, node)->lane;
}

static struct weir_lanes *lanes_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_lanes, node);
}

static void fail_without_memory(struct weir_lanes *lanes)
{
	weir_emit_error(&lanes->node, weir_as_error(weir_no_memory()));
}

static void lane_free(struct weir_lane *lane)
{
	weir_list_remove(&lane->link);
	weir_list_remove(&lane->ready_link);
	weir_list_remove(&lane->hungry_link);
	for (size_t index = 0; index < lane->items.count; index++)
		weir_release(*(weir_value *)weir_ring_at(&lane->items, index));
	weir_ring_finish(&lane->items);
	weir_pool_return(lane, sizeof *lane);
}

static void lanes_stop(struct weir_resource *resource)
{
	struct weir_lanes *lanes = WEIR_CONTAINER_OF(resource, struct weir_lanes, resource);

	while (!weir_list_is_empty(&lanes->lanes)) {
		struct weir_lane *lane = weir_lane_of(lanes->lanes.next);
		struct weir_subscription *subscription = lane->subscription;

		weir_list_remove(&lane->link);
		if (subscription != NULL)
			weir_subscription_abandon(subscription);
		lane_free(lane);
	}
}

/* Its observable has ended and nothing waits in it. */
static void lane_close(struct weir_lane *lane)
{
	struct weir_lanes *lanes = lane->owner;

	lanes->count--;
	if (lanes->lanes_class->closed != NULL)
		lanes->lanes_class->closed(lanes, lane);
	/* The hook may have ended the node, which frees all lanes. */
	if (weir_is_open(&lanes->node))
		lane_free(lane);
}

static uint64_t loan(const struct weir_lane *lane)
{
	uint64_t demand = lane->owner->node.demand;
	uint64_t limit = demand < lane->owner->prefetch ? demand : lane->owner->prefetch;

	return limit > lane->items.count ? limit - lane->items.count : 0;
}

static void is_hungry(struct weir_lane *lane)
{
	if (lane->credit == 0 && lane->subscription != NULL && !weir_link_is_linked(&lane->hungry_link))
		weir_list_append(&lane->owner->hungry, &lane->hungry_link);
}

static void emit_from(struct weir_lane *lane)
{
	struct weir_lanes *lanes = lane->owner;
	weir_value value = weir_lane_head(lane);

	weir_ring_pop(&lane->items);
	weir_list_remove(&lane->ready_link);
	if (lane->items.count > 0)
		weir_list_append(&lanes->ready, &lane->ready_link);
	else
		lanes->ready_count--;
	is_hungry(lane);

	/* Otherwise what comes meanwhile may free it. */
	bool is_last = lane->has_ended && lane->items.count == 0;

	weir_emit_next(&lanes->node, value);
	if (is_last && weir_is_open(&lanes->node))
		lane_close(lane);
}

static void feed(struct weir_lanes *lanes)
{
	struct weir_lane *lane = WEIR_CONTAINER_OF(lanes->hungry.next, struct weir_lane, hungry_link);

	weir_list_remove(&lane->hungry_link);
	lane->credit = loan(lane);
	if (lane->credit > 0)
		weir_subscription_request(lane->subscription, lane->credit);
}

/* What is to be done next. False when there is nothing. */
static bool take_step(struct weir_lanes *lanes)
{
	struct weir_lane *lane = NULL;

	if (lanes->node.demand > 0 && lanes->ready_count > 0)
		lane = lanes->lanes_class->pick(lanes);
	if (lane != NULL)
		emit_from(lane);
	else if (!weir_list_is_empty(&lanes->hungry))
		feed(lanes);
	else
		return false;
	return weir_is_open(&lanes->node);
}

static void serve(struct weir_node *node)
{
	struct weir_lanes *lanes = lanes_of(node);

	if (lanes->holds || !weir_pump_enter(&lanes->pump))
		return;
	while (take_step(lanes))
		if (!weir_pump_continue(&lanes->pump, node, serve))
			return;
	weir_pump_leave(&lanes->pump);
	if (weir_is_open(node) && lanes->source_completed && lanes->waiting == 0 && lanes->count == 0)
		weir_emit_complete(node);
}

static void sink_next(struct weir_node *node, weir_value value)
{
	struct weir_lane *lane = lane_of(node);
	struct weir_lanes *lanes = lane->owner;
	weir_value *room;

	if (lane->credit == 0) {
		weir_drop(node, value);
		weir_emit_failure(&lanes->node, WEIR_EDEMAND,
			"an observable sent more items than were requested; put weir_on_overflow() behind it to "
			"buffer, drop or fail by choice");
		return;
	}
	room = weir_ring_push(&lane->items);
	if (room == NULL) {
		weir_release(value);
		fail_without_memory(lanes);
		return;
	}
	*room = value;
	lane->credit--;
	if (lane->items.count == 1) {
		weir_list_append(&lanes->ready, &lane->ready_link);
		lanes->ready_count++;
	}
	serve(&lanes->node);
}

/* Terminals hold the owner: what they lead to may close it. */
static void sink_error(struct weir_node *node, weir_error *error)
{
	struct weir_lanes *lanes = lane_of(node)->owner;
	struct weir_subscription *owner = lanes->node.subscription;

	weir_enter(owner);
	weir_emit_error(&lanes->node, error);
	weir_subscription_end(node->subscription);
	weir_leave(owner);
}

static void sink_complete(struct weir_node *node)
{
	struct weir_lane *lane = lane_of(node);
	struct weir_lanes *lanes = lane->owner;
	struct weir_subscription *owner = lanes->node.subscription;

	weir_enter(owner);
	lane->subscription = NULL;
	weir_list_remove(&lane->hungry_link);
	weir_subscription_end(node->subscription);
	if (weir_is_open(&lanes->node)) {
		lane->has_ended = true;
		if (lane->items.count == 0)
			lane_close(lane);
		if (weir_is_open(&lanes->node))
			serve(&lanes->node);
	}
	weir_leave(owner);
}

static const struct weir_node_class lane_sink = {
	.name = "inner",
	.size = sizeof(struct lane_sink),
	.next = sink_next,
	.error = sink_error,
	.complete = sink_complete,
};

void weir_lanes_init(
	struct weir_lanes *lanes, struct weir_node *node, const struct weir_lanes_class *lanes_class, uint64_t prefetch)
{
	lanes->lanes_class = lanes_class;
	lanes->prefetch = prefetch;
	weir_link_init(&lanes->lanes);
	weir_link_init(&lanes->ready);
	weir_link_init(&lanes->hungry);
	weir_attach(node, &lanes->resource, lanes_stop);
}

static struct weir_lane *lane_new(struct weir_lanes *lanes, struct weir_subscription *subscription, void *context)
{
	struct weir_lane *lane = weir_pool_take(sizeof *lane);

	if (lane == NULL)
		return NULL;
	*lane = (struct weir_lane){ .owner = lanes, .subscription = subscription, .context = context };
	weir_link_init(&lane->ready_link);
	weir_link_init(&lane->hungry_link);
	weir_ring_init(&lane->items, sizeof(weir_value));
	weir_list_append(&lanes->lanes, &lane->link);
	lanes->count++;
	return lane;
}

void weir_lanes_open(struct weir_lanes *lanes, weir_observable *observable, bool borrowed, void *context)
{
	struct weir_node *node = &lanes->node;

	if (observable == NULL) {
		weir_emit_failure(node, EINVAL, "a callback returned NULL instead of an observable");
		return;
	}
	/* The callback that made it may have ended the node. */
	if (!weir_is_open(node)) {
		if (!borrowed)
			weir_unref(observable);
		return;
	}

	struct weir_subscription *subscription =
		weir_subscription_create(observable, node->subscription->loop, &lane_sink, node);

	if (subscription == NULL) {
		if (!borrowed)
			weir_unref(observable);
		fail_without_memory(lanes);
		return;
	}
	subscription->borrows_observable = borrowed;

	struct weir_lane *lane = lane_new(lanes, subscription, context);

	if (lane == NULL) {
		weir_subscription_abandon(subscription);
		fail_without_memory(lanes);
		return;
	}
	WEIR_CONTAINER_OF(subscription->sink, struct lane_sink, node)->lane = lane;
	lane->credit = loan(lane);
	weir_enter(subscription);
	weir_subscription_start(subscription, lane->credit);
	weir_leave(subscription);
}

void weir_lanes_source_completed(struct weir_lanes *lanes)
{
	lanes->source_completed = true;
	serve(&lanes->node);
}

void weir_lanes_start_sources(
	struct weir_node *node, const struct weir_lanes_class *lanes_class, const struct weir_sources *sources)
{
	struct weir_lanes *lanes = lanes_of(node);

	weir_lanes_init(lanes, node, lanes_class, WEIR_LANES_PREFETCH);
	lanes->holds = lanes_class->needs_all;
	for (size_t index = 0; index < sources->count && weir_is_open(node); index++)
		weir_lanes_open(lanes, sources->items[index], true, NULL);
	lanes->holds = false;
	if (weir_is_open(node))
		weir_lanes_source_completed(lanes);
}

void weir_lanes_request(struct weir_node *node, uint64_t count)
{
	struct weir_lanes *lanes = lanes_of(node);

	(void)count;
	for (struct weir_link *link = lanes->lanes.next; link != &lanes->lanes; link = link->next)
		is_hungry(weir_lane_of(link));
	serve(node);
}
