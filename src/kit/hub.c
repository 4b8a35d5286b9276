/* One origin, any number of listeners. See kit/hub.h. */
#include "kit/hub.h"

#include <errno.h>

#include "core/block.h"

static struct weir_listener *listener_at(const struct weir_link *link)
{
	return WEIR_CONTAINER_OF(link, struct weir_listener, link);
}

/* Whether listeners may be behind what was pushed. */
static bool lets_lag(const struct weir_hub *hub)
{
	return hub->options.slack > 0 || (hub->options.keep > 0 && !hub->options.is_state);
}

void weir_hub_init(struct weir_hub *hub, const struct weir_hub_class *hub_class, const struct weir_hub_options *options)
{
	*hub = (struct weir_hub){
		.references = 1, .hub_class = hub_class, .last = weir_nil(), .last_joins = UINT64_MAX
	};
	if (options != NULL)
		hub->options = *options;
	if (hub->options.keep > 0)
		hub->flags = WEIR_HUB_KEEPS;
	weir_link_init(&hub->listeners);
	weir_queue_init(&hub->waiting, WEIR_HUB_REENTRANT_MAX);
	weir_ring_init(&hub->values, sizeof(weir_value));
	weir_ring_init(&hub->times, sizeof(weir_time));
}

/* The number of the oldest value that is kept. */
static uint64_t first_kept(const struct weir_hub *hub)
{
	return hub->end - hub->values.count;
}

static void forget_oldest(struct weir_hub *hub)
{
	weir_value value = *(weir_value *)weir_ring_at(&hub->values, 0);

	weir_ring_pop(&hub->values);
	if (hub->times.count > 0)
		weir_ring_pop(&hub->times);
	weir_release(value);
}

void weir_hub_finish(struct weir_hub *hub)
{
	while (hub->values.count > 0)
		forget_oldest(hub);
	weir_ring_finish(&hub->values);
	weir_ring_finish(&hub->times);
	weir_queue_finish(&hub->waiting);
	weir_release(hub->last);
	weir_error_unref(hub->error);
}

void weir_hub_unref(struct weir_hub *hub)
{
	if (--hub->references > 0)
		return;
	if (hub->flags & WEIR_HUB_BUSY)
		hub->flags |= WEIR_HUB_ORPHANED;
	else
		hub->hub_class->destroy(hub);
}

/* What `moved` leads to may push: that is not to be queued. */
static void report_moved(struct weir_hub *hub)
{
	if (hub->hub_class->moved == NULL)
		return;
	if (hub->flags & WEIR_HUB_BUSY)
		hub->flags |= WEIR_HUB_MOVED;
	else
		hub->hub_class->moved(hub);
}

/* What is kept */

static int keep_value(struct weir_hub *hub, weir_value value)
{
	weir_time *time = NULL;
	weir_value *room;

	if (hub->options.window > 0) {
		time = weir_ring_push(&hub->times);
		if (time == NULL)
			return -ENOMEM;
		*time = weir_loop_now(hub->options.loop);
	}
	room = weir_ring_push(&hub->values);
	if (room == NULL) {
		if (time != NULL)
			weir_ring_pop_last(&hub->times);
		return -ENOMEM;
	}
	*room = value;
	hub->end++;
	hub->flags |= WEIR_HUB_KEEPS;
	return 0;
}

/* How many of the newest values are for those who join now. */
static size_t kept_for_newcomers(const struct weir_hub *hub)
{
	size_t count = hub->values.count < hub->options.keep ? hub->values.count : hub->options.keep;

	if (hub->options.window > 0) {
		weir_time now = weir_loop_now(hub->options.loop);

		while (count > 0) {
			weir_time pushed = *(weir_time *)weir_ring_at(&hub->times, hub->times.count - count);

			if (weir_time_after(pushed, hub->options.window) > now)
				break;
			count--;
		}
	}
	return count;
}

size_t weir_hub_lag(const struct weir_hub *hub)
{
	uint64_t longest = 0;

	if (hub->options.slack == 0)
		return 0;
	for (struct weir_link *link = hub->listeners.next; link != &hub->listeners; link = link->next)
		if (hub->end - listener_at(link)->position > longest)
			longest = hub->end - listener_at(link)->position;
	return longest < hub->options.slack ? longest : hub->options.slack;
}

static void forget_unneeded(struct weir_hub *hub)
{
	if (hub->values.count > 0) {
		size_t needed = kept_for_newcomers(hub);
		size_t others = weir_hub_lag(hub);

		while (hub->values.count > (needed > others ? needed : others))
			forget_oldest(hub);
	}
	if (hub->values.count == 0 && hub->options.keep == 0)
		hub->flags &= ~(uint32_t)WEIR_HUB_KEEPS;
}

weir_value weir_hub_newest(const struct weir_hub *hub)
{
	if (hub->values.count == 0)
		return weir_nil();
	return *(weir_value *)weir_ring_at(&hub->values, hub->values.count - 1);
}

/* Serving one listener. Whoever calls has set WEIR_HUB_BUSY. */

static bool is_listening(const struct weir_listener *listener)
{
	return weir_link_is_linked(&listener->link);
}

static void resume(struct weir_hub *hub);

static void leave(struct weir_listener *listener)
{
	struct weir_hub *hub = listener->hub;

	if (hub->cursor == &listener->link)
		hub->cursor = listener->link.next;
	weir_list_remove(&listener->link);
	hub->listener_count--;
	if (hub->options.slack > 0)
		forget_unneeded(hub);
	if (hub->hub_class->left != NULL)
		hub->hub_class->left(hub, listener);
	report_moved(hub);
	/* There may be no loop any more whose turn could be waited for, and nobody whom the rest could detain. */
	if ((hub->flags & WEIR_HUB_PAUSED) && hub->listener_count == 0)
		resume(hub);
}

static void end_listener(struct weir_listener *listener)
{
	weir_error *error = listener->hub->error;

	leave(listener);
	if (error != NULL)
		weir_emit_error(&listener->node, weir_error_ref(error));
	else
		weir_emit_complete(&listener->node);
}

static void fail_behind(struct weir_listener *listener)
{
	weir_emit_failure(&listener->node, WEIR_EDEMAND,
		"this listener asks too slowly: %llu values went by that it had not asked for; put weir_on_overflow() "
		"behind it "
		"to buffer, drop or fail by choice",
		(unsigned long long)(first_kept(listener->hub) - listener->position));
}

/* Emit what the listener is entitled to and has asked for, then the terminal if that was all. */
static void drain(struct weir_listener *listener)
{
	struct weir_subscription *subscription = listener->node.subscription;
	struct weir_hub *hub = listener->hub;

	if (listener->draining)
		return;
	weir_enter(subscription);
	listener->draining = true;
	while (is_listening(listener) && listener->position < hub->end) {
		uint64_t first = first_kept(hub);

		if (listener->position < first && listener->is_fresh && !lets_lag(hub))
			listener->position = first;
		if (listener->position < first) {
			fail_behind(listener);
			break;
		}
		if (listener->node.demand == 0)
			break;

		weir_value *value = weir_ring_at(&hub->values, listener->position - first);

		listener->position++;
		listener->is_fresh = false;
		weir_emit_next(&listener->node, weir_retain(*value));
	}
	listener->draining = false;
	if (((hub->flags & WEIR_HUB_ENDED) || listener->joined > hub->last_joins) && is_listening(listener) &&
		listener->position == hub->end)
		end_listener(listener);
	weir_leave(subscription);
}

/* Delivering */

/* The next listener of this delivery, or NULL. Afterwards the cursor stands behind it. */
static struct weir_listener *next_present(struct weir_hub *hub, uint64_t joins)
{
	struct weir_listener *listener = listener_at(hub->cursor);

	if (hub->cursor == &hub->listeners || listener->joined > joins)
		return NULL;
	hub->cursor = hub->cursor->next;
	return listener;
}

static void emit_to(struct weir_listener *listener, weir_value value)
{
	struct weir_subscription *subscription = listener->node.subscription;

	weir_enter(subscription);
	weir_emit_next(&listener->node, value);
	weir_leave(subscription);
}

static void deliver_unkept(struct weir_hub *hub, weir_value value)
{
	uint64_t joins = hub->joins;
	struct weir_listener *listener;

	hub->cursor = hub->listeners.next;
	listener = next_present(hub, joins);
	while (listener != NULL) {
		if (hub->cursor == &hub->listeners || listener_at(hub->cursor)->joined > joins) {
			emit_to(listener, value);
			return;
		}
		emit_to(listener, weir_retain(value));
		listener = next_present(hub, joins);
	}
	weir_release(value);
}

static int deliver_kept(struct weir_hub *hub, weir_value value)
{
	uint64_t joins = hub->joins;
	struct weir_listener *listener;

	if (keep_value(hub, value) < 0) {
		weir_release(value);
		hub->flags |= WEIR_HUB_CLOSING;
		weir_error_unref(hub->error);
		hub->error = weir_as_error(weir_no_memory());
		return -ENOMEM;
	}
	if (hub->options.window > 0 || hub->values.count > hub->options.keep)
		forget_unneeded(hub);
	hub->cursor = hub->listeners.next;
	while ((listener = next_present(hub, joins)) != NULL) {
		if (lets_lag(hub) || listener->is_fresh || listener->draining) {
			drain(listener);
			continue;
		}
		/* A state's listener takes each value as it comes; the core fails one that has not asked. */
		listener->position = hub->end;
		emit_to(listener, weir_retain(weir_hub_newest(hub)));
	}
	if (hub->options.slack > 0)
		forget_unneeded(hub);
	return 0;
}

/* Returns -ENOMEM when that is how the hub ends. */
static int deliver(struct weir_hub *hub, weir_value value)
{
	if (hub->options.keep > 0 || hub->options.slack > 0)
		return deliver_kept(hub, value);
	deliver_unkept(hub, value);
	return 0;
}

/* An error overtakes what only waits for demand. */
static void drop_waiting(struct weir_hub *hub)
{
	const struct weir_node *node = &listener_at(hub->listeners.next)->node;

	while (hub->values.count > 0) {
		weir_value value = *(weir_value *)weir_ring_at(&hub->values, 0);

		weir_ring_pop(&hub->values);
		if (hub->listener_count > 0)
			weir_drop(node, value);
		else
			weir_release(value);
	}
	for (struct weir_link *link = hub->listeners.next; link != &hub->listeners; link = link->next)
		listener_at(link)->position = hub->end;
}

static void deliver_end(struct weir_hub *hub)
{
	uint64_t joins;
	struct weir_listener *listener;

	if (hub->has_last && hub->error == NULL) {
		weir_value last = hub->last;

		hub->has_last = false;
		hub->last = weir_nil();
		hub->last_joins = hub->joins;
		deliver_kept(hub, last);
	}
	joins = hub->joins;
	hub->flags |= WEIR_HUB_ENDED;
	if (hub->error != NULL && hub->options.keep == 0)
		drop_waiting(hub);
	hub->cursor = hub->listeners.next;
	while ((listener = next_present(hub, joins)) != NULL) {
		struct weir_subscription *subscription = listener->node.subscription;

		/* Who is behind gets the end when it has caught up. */
		if (listener->draining || listener->position < hub->end)
			continue;
		weir_enter(subscription);
		end_listener(listener);
		weir_leave(subscription);
	}
}

static void pause_expired(struct weir_timer *timer)
{
	resume(WEIR_CONTAINER_OF(timer, struct weir_hub, again));
}

/* The rest is delivered in the loop's next turn. */
static void pause(struct weir_hub *hub)
{
	weir_timer_init_on(&hub->again, weir_node_loop(&listener_at(hub->listeners.next)->node), pause_expired);
	weir_timer_start(&hub->again, 0);
	weir_hub_ref(hub);
	hub->flags |= WEIR_HUB_PAUSED;
}

static void resume(struct weir_hub *hub)
{
	bool was_busy = hub->flags & WEIR_HUB_BUSY;

	weir_timer_stop(&hub->again);
	hub->flags = (hub->flags & ~(uint32_t)WEIR_HUB_PAUSED) | WEIR_HUB_BUSY;
	if (!was_busy)
		weir_hub_settle(hub);
	weir_hub_unref(hub);
}

void weir_hub_settle(struct weir_hub *hub)
{
	uint32_t budget = WEIR_HUB_BUDGET;

	while (!(hub->flags & WEIR_HUB_PAUSED)) {
		if (weir_queue_count(&hub->waiting) > 0) {
			if (budget == 0 && hub->listener_count > 0) {
				pause(hub);
				break;
			}
			budget -= budget > 0;
			deliver(hub, weir_queue_pop(&hub->waiting));
		} else if ((hub->flags & (WEIR_HUB_CLOSING | WEIR_HUB_ENDED)) == WEIR_HUB_CLOSING) {
			deliver_end(hub);
		} else {
			hub->flags &= ~(uint32_t)WEIR_HUB_QUEUED;
			break;
		}
	}
	hub->flags &= ~(uint32_t)WEIR_HUB_BUSY;
	if (hub->flags & WEIR_HUB_ORPHANED) {
		hub->hub_class->destroy(hub);
	} else if (hub->flags & WEIR_HUB_MOVED) {
		hub->flags &= ~(uint32_t)WEIR_HUB_MOVED;
		hub->hub_class->moved(hub);
	}
}

/* What finds no room may not be missing in silence: the hub fails behind what waits. */
static int push_waiting(struct weir_hub *hub, weir_value value)
{
	int result = weir_queue_push(&hub->waiting, value);

	hub->flags |= WEIR_HUB_QUEUED;
	if (result < 0) {
		weir_release(value);
		hub->flags |= WEIR_HUB_CLOSING;
		hub->error = weir_error_new(-result,
			"no room for a value pushed from inside the delivery of another, with %zu waiting",
			weir_queue_count(&hub->waiting));
	}
	return result;
}

int weir_hub_push(struct weir_hub *hub, weir_value value)
{
	if (hub->flags & WEIR_HUB_CLOSING) {
		weir_release(value);
		return -WEIR_ECLOSED;
	}
	if (hub->options.emits_last) {
		weir_value before = hub->last;

		hub->last = value;
		hub->has_last = true;
		weir_release(before);
		return 0;
	}
	if (hub->flags & (WEIR_HUB_BUSY | WEIR_HUB_PAUSED))
		return push_waiting(hub, value);
	hub->flags |= WEIR_HUB_BUSY;

	int result = deliver(hub, value);

	weir_hub_settle(hub);
	return result;
}

int weir_hub_next_batch(struct weir_hub *hub, const weir_value *values, size_t count)
{
	int result = 0;

	if (hub->flags == 0 && hub->listener_count == 1 && hub->options.slack == 0) {
		struct weir_listener *listener = listener_at(hub->listeners.next);
		struct weir_subscription *subscription = listener->node.subscription;

		hub->flags = WEIR_HUB_BUSY;
		weir_enter(subscription);
		weir_emit_batch(&listener->node, values, count);
		weir_leave(subscription);
		weir_hub_settle(hub);
		return 0;
	}
	weir_hub_ref(hub);
	for (size_t index = 0; index < count; index++) {
		int pushed = weir_hub_next(hub, values[index]);

		if (pushed < 0)
			result = pushed;
	}
	weir_hub_unref(hub);
	return result;
}

static int close_hub(struct weir_hub *hub, weir_error *error)
{
	if (hub->flags & WEIR_HUB_CLOSING) {
		weir_error_unref(error);
		return -WEIR_ECLOSED;
	}
	hub->flags |= WEIR_HUB_CLOSING;
	hub->error = error;
	if (hub->flags & (WEIR_HUB_BUSY | WEIR_HUB_PAUSED))
		return 0;
	hub->flags |= WEIR_HUB_BUSY;
	weir_hub_settle(hub);
	return 0;
}

int weir_hub_error(struct weir_hub *hub, weir_error *error)
{
	return close_hub(hub, error);
}

int weir_hub_complete(struct weir_hub *hub)
{
	return close_hub(hub, NULL);
}

void weir_hub_close(struct weir_hub *hub)
{
	weir_hub_ref(hub);
	weir_queue_finish(&hub->waiting);
	while (!weir_list_is_empty(&hub->listeners))
		leave(listener_at(hub->listeners.next));
	weir_release(hub->last);
	hub->last = weir_nil();
	hub->has_last = false;
	while (hub->values.count > 0)
		forget_oldest(hub);
	hub->flags |= WEIR_HUB_CLOSING | WEIR_HUB_ENDED;
	weir_error_unref(hub->error);
	hub->error = weir_error_new(WEIR_ECLOSED, "it was closed before this subscription");
	weir_hub_unref(hub);
}

/* Listeners */

static bool runs_elsewhere(const struct weir_hub *hub, const struct weir_node *node)
{
	if (hub->listener_count > 0)
		return weir_node_loop(&listener_at(hub->listeners.next)->node) != weir_node_loop(node);
	/* Nothing runs in one that has ended; what it keeps may still need its clock. */
	return (!(hub->flags & WEIR_HUB_ENDED) || hub->options.window > 0) && hub->options.loop != NULL &&
	       hub->options.loop != weir_node_loop(node);
}

/* Serve a listener outside of a delivery, or inside another one's. */
static void serve(struct weir_listener *listener)
{
	struct weir_hub *hub = listener->hub;
	bool was_busy = hub->flags & WEIR_HUB_BUSY;

	hub->flags |= WEIR_HUB_BUSY;
	drain(listener);
	if (hub->options.slack > 0)
		forget_unneeded(hub);
	report_moved(hub);
	if (!was_busy)
		weir_hub_settle(hub);
}

void weir_hub_join(struct weir_hub *hub, struct weir_listener *listener)
{
	weir_hub_ref(hub);
	listener->hub = hub;
	weir_link_init(&listener->link);
	if (runs_elsewhere(hub, &listener->node)) {
		weir_emit_failure(&listener->node, EINVAL,
			"it runs on another loop: subscribe there, and put weir_observe_on() behind it");
		return;
	}
	listener->is_fresh = true;
	listener->position = hub->end;
	if (!(hub->options.is_state && (hub->flags & WEIR_HUB_ENDED)))
		listener->position -= kept_for_newcomers(hub);
	listener->joined = ++hub->joins;
	weir_list_append(&hub->listeners, &listener->link);
	hub->listener_count++;
	if (hub->hub_class->joined != NULL)
		hub->hub_class->joined(hub);
	serve(listener);
}

void weir_listener_start(struct weir_node *node)
{
	weir_hub_join(*(struct weir_hub *const *)node->config, WEIR_CONTAINER_OF(node, struct weir_listener, node));
}

void weir_listener_request(struct weir_node *node, uint64_t count)
{
	struct weir_listener *listener = WEIR_CONTAINER_OF(node, struct weir_listener, node);

	(void)count;
	if (is_listening(listener) && !listener->draining)
		serve(listener);
}

void weir_listener_finish(struct weir_node *node)
{
	struct weir_listener *listener = WEIR_CONTAINER_OF(node, struct weir_listener, node);

	if (listener->hub == NULL)
		return;
	if (is_listening(listener))
		leave(listener);
	weir_hub_unref(listener->hub);
}

void weir_listener_config_destroy(void *config)
{
	weir_hub_unref(*(struct weir_hub **)config);
}

uint64_t weir_hub_room(const struct weir_hub *hub)
{
	uint64_t room = hub->listener_count > 0 ? WEIR_UNBOUNDED : 0;
	size_t waiting = weir_queue_count(&hub->waiting);

	for (struct weir_link *link = hub->listeners.next; link != &hub->listeners; link = link->next) {
		const struct weir_listener *listener = listener_at(link);
		uint64_t behind = hub->end - listener->position + waiting;
		uint64_t own = listener->node.demand;

		if (own != WEIR_UNBOUNDED)
			own = own > behind ? own - behind : 0;
		if (own < room)
			room = own;
	}
	return room;
}

weir_observable *weir_hub_observable(struct weir_hub *hub, const struct weir_node_class *listener_class)
{
	weir_hub_ref(hub);
	return weir_create_source(listener_class, &hub);
}

struct weir_hub *weir_hub_of(const weir_observable *observable, const struct weir_node_class *listener_class)
{
	while (observable->source != NULL)
		observable = observable->source;
	if (observable->node_class != listener_class)
		return NULL;
	return *(struct weir_hub *const *)(const void *)observable->config;
}
