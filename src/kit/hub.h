/*
 * One origin, any number of listeners that come and go at any time: the engine of subjects, share, groups and windows.
 *
 * A listener is a source node inside its subscriber's arena; it links itself into the hub when it starts and leaves
 * when it finishes. A notification goes to the listeners that are there when it begins, in order of joining: who leaves
 * meanwhile gets nothing more, who joins meanwhile gets the next one. What is pushed from inside a delivery waits in a
 * queue until that delivery is over, so all listeners see one order. Nothing is copied, locked or allocated per item.
 *
 * *Demand.* Each listener's demand is its own. A hub that keeps nothing emits whatever comes: an item that a listener
 * has not asked for ends that listener with WEIR_EDEMAND, and no other. A hub with `keep` or `slack` holds values in
 * one ring that all listeners read at their own pace; one that falls out of it ends likewise.
 *
 * *Fairness.* A hub that is pushed into from inside its own deliveries yields to the loop after a budget of them; what
 * is pushed until its next turn waits, too.
 *
 * *Lifetime.* A hub is counted: its owner, its recipes and its listeners hold it. It belongs to one thread and, while
 * anybody listens, to one loop.
 */
#ifndef WEIR_KIT_HUB_H
#define WEIR_KIT_HUB_H

#include <weir/operator.h>

#include "base/list.h"
#include "base/ring.h"
#include "core/subscription.h"
#include "kit/queue.h"

enum {
	/* Values that may be pushed from inside one delivery: a loop that feeds itself ends there. */
	WEIR_HUB_REENTRANT_MAX = 65536,
	/* Values pushed from inside deliveries that are delivered before the loop gets its turn. */
	WEIR_HUB_BUDGET = 8192,
};

struct weir_hub;
struct weir_listener;

struct weir_hub_class {
	/* The last reference is gone: weir_hub_finish() and free. */
	void (*destroy)(struct weir_hub *hub);
	/* A listener asked for more, took what was kept, joined or left; not from inside a delivery. May be absent. */
	void (*moved)(struct weir_hub *hub);
	/* A listener has come; nothing was given to it yet. May be absent. */
	void (*joined)(struct weir_hub *hub);
	/* A listener is no longer there, for whatever reason; its node is still. May be absent. */
	void (*left)(struct weir_hub *hub, struct weir_listener *listener);
};

struct weir_hub_options {
	size_t keep; /* the newest values, for those who join later; SIZE_MAX: all */
	weir_duration window; /* > 0: none that is as old as this */
	weir_loop *loop; /* where listeners run, if that is settled; with a window: whose clock */
	size_t slack; /* values that wait for listeners that have not asked for them yet */
	bool is_state; /* what is kept is the current value: nobody gets it once the hub has ended */
	bool emits_last; /* with keep 1: only the last value, and when the hub completes */
};

enum weir_hub_flags {
	WEIR_HUB_BUSY = 1, /* a delivery is running */
	WEIR_HUB_KEEPS = 2, /* something is kept, or must be */
	WEIR_HUB_QUEUED = 4, /* something was pushed meanwhile */
	WEIR_HUB_CLOSING = 8, /* nothing more is taken */
	WEIR_HUB_ENDED = 16, /* and the terminal goes out, or has */
	WEIR_HUB_ORPHANED = 32, /* no reference is left; freed when the delivery is over */
	WEIR_HUB_MOVED = 64, /* `moved` is to be called when it is over */
	WEIR_HUB_PAUSED = 128, /* what was pushed waits for the loop's next turn */
};

/* Private but for reading, outside of hub.c. */
struct weir_hub {
	uint32_t flags;
	uint32_t references;
	size_t listener_count;
	struct weir_link listeners; /* in order of joining */
	struct weir_link *cursor; /* whom the delivery at hand serves next */
	uint64_t joins;
	const struct weir_hub_class *hub_class;
	struct weir_hub_options options;
	struct weir_queue waiting; /* pushed from inside a delivery */
	struct weir_ring values; /* weir_value: what is kept */
	struct weir_ring times; /* weir_time, with a window: when each was pushed */
	uint64_t end; /* number of the next value to be kept */
	weir_error *error; /* how it ends: NULL for completion */
	bool has_last; /* of a hub that emits it */
	weir_value last;
	uint64_t last_joins; /* who joined later than this got the last value by joining, and the end with it */
	struct weir_timer again; /* while paused */
};

/* The node of a listener. */
struct weir_listener {
	struct weir_node node;
	struct weir_hub *hub; /* held from joining to finish */
	struct weir_link link;
	uint64_t joined; /* number of this joining */
	uint64_t position; /* number of the value to be taken next */
	bool draining;
	bool is_fresh; /* has got nothing yet */
};

/* The owner has the one reference. */
void weir_hub_init(
	struct weir_hub *hub, const struct weir_hub_class *hub_class, const struct weir_hub_options *options);

/* Release what the hub holds, in its `destroy`. */
void weir_hub_finish(struct weir_hub *hub);

static inline void weir_hub_ref(struct weir_hub *hub)
{
	hub->references++;
}

void weir_hub_unref(struct weir_hub *hub);

/* The general case of weir_hub_next(). */
int weir_hub_push(struct weir_hub *hub, weir_value value);

/* Deliver what was pushed meanwhile, then leave the delivery. The hub may be gone afterwards. */
void weir_hub_settle(struct weir_hub *hub);

/*
 * Push a value, consumed. Returns 0; -WEIR_ECLOSED after the end; -WEIR_EOVERFLOW (from inside a delivery) or -ENOMEM,
 * with which the hub then fails.
 * The hub may be gone afterwards, unless the caller holds it.
 */
static inline int weir_hub_next(struct weir_hub *hub, weir_value value)
{
	struct weir_listener *listener = WEIR_CONTAINER_OF(hub->listeners.next, struct weir_listener, link);

	if (WEIR_UNLIKELY(hub->flags != 0 || hub->listener_count != 1 || listener->node.demand == 0))
		return weir_hub_push(hub, value);

	struct weir_subscription *subscription = listener->node.subscription;

	hub->flags = WEIR_HUB_BUSY;
	weir_enter(subscription);
	weir_emit_next(&listener->node, value);
	weir_leave(subscription);
	if (WEIR_LIKELY(hub->flags == WEIR_HUB_BUSY))
		hub->flags = 0;
	else
		weir_hub_settle(hub);
	return 0;
}

/* Push several values, each consumed. A listener that joins meanwhile may miss the rest of them. */
int weir_hub_next_batch(struct weir_hub *hub, const weir_value *values, size_t count);

/* End it. Returns 0, or -WEIR_ECLOSED when it has ended before. `error` is consumed. */
int weir_hub_error(struct weir_hub *hub, weir_error *error);
int weir_hub_complete(struct weir_hub *hub);

/* Let go of all listeners without a word; who comes later gets the error WEIR_ECLOSED. */
void weir_hub_close(struct weir_hub *hub);

/* Let a listener in, in its node's `start`. It gets what is kept as far as it has asked, or the terminal. */
void weir_hub_join(struct weir_hub *hub, struct weir_listener *listener);

/* How many further values every listener can take; 0 without listeners. */
uint64_t weir_hub_room(const struct weir_hub *hub);

/* How many values the slowest listener has not taken, of those that wait for it. */
size_t weir_hub_lag(const struct weir_hub *hub);

/* The newest value that is kept, borrowed; nil when there is none. */
weir_value weir_hub_newest(const struct weir_hub *hub);

/*
 * Slots of listener classes. The configuration begins with a `struct weir_hub *`, which the recipe holds, where `start`
 * and `config_destroy` are used; `.size` is that of struct weir_listener, `.demand` WEIR_DEMAND_COUNTED.
 */
void weir_listener_start(struct weir_node *node);
void weir_listener_request(struct weir_node *node, uint64_t count);
void weir_listener_finish(struct weir_node *node);
void weir_listener_config_destroy(void *config);

#define WEIR_LISTENER_SLOTS \
	.size = sizeof(struct weir_listener), .config_size = sizeof(struct weir_hub *), .demand = WEIR_DEMAND_COUNTED, \
	.start = weir_listener_start, .request = weir_listener_request, .finish = weir_listener_finish, \
	.config_destroy = weir_listener_config_destroy

/* An observable of the hub: a recipe of `listener_class`, whose configuration is the hub. Owned. */
weir_observable *weir_hub_observable(struct weir_hub *hub, const struct weir_node_class *listener_class);

/* The hub at the source of `observable` when that is of `listener_class`, borrowed; else NULL. */
struct weir_hub *weir_hub_of(const weir_observable *observable, const struct weir_node_class *listener_class);

#endif
