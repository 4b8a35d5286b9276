/*
 * A running pipeline: one arena with the nodes of all stages, source first, the sink last.
 *
 * Frames. Every call that comes from outside into the nodes of a subscription (a timer, a request, a pushed item, the
 * start) stands between weir_enter() and weir_leave(). An arena is freed when its subscription is closed and nobody is
 * inside. What an inner subscription delivers to its owner needs no such bracket: an owner that is closed while an inner
 * one is on the stack waits for it (weir_subscription_abandon()), and terminals hold the owner.
 */
#ifndef WEIR_CORE_SUBSCRIPTION_H
#define WEIR_CORE_SUBSCRIPTION_H

#include <weir/operator.h>

#include "base/list.h"
#include "core/block.h"

struct weir_context_holder {
	struct weir_context_holder *next;
	void *context;
	void (*destroy)(void *context);
};

struct weir_observable {
	struct weir_block block; /* `spare`: of enum weir_recipe_traits */
	const struct weir_node_class *node_class;
	struct weir_observable *source;
	struct weir_context_holder *contexts;
	struct weir_subscription *warm; /* an ended arena whose links still stand; see weir_subscription_create() */
	uint32_t offset;		/* of the node, from the first node of the arena */
	uint32_t end;			/* where the next stage's node begins */
	uint32_t request_offset;	/* of the nearest node at or above this one that takes requests */
	uint32_t special_offset;	/* of the nearest node at or above this one that is not plain */
	char config[];
};

_Static_assert(offsetof(struct weir_observable, config) % _Alignof(weir_value) == 0, "values may be configuration");

enum weir_recipe_traits {
	WEIR_RECIPE_FINISHES = 1, /* some stage of the chain has `finish` */
	WEIR_RECIPE_HAS_HOME = 2, /* its source has `home` */
};

enum weir_node_flags {
	WEIR_NODE_CLOSED = 1, /* known to weir_is_open() */
	WEIR_NODE_STARTING = 2, /* in `start`: what was asked for in the beginning comes by `request` right after */
};

struct weir_subscription {
	uint32_t entered;
	uint32_t references; /* handles, plus one until the end */
	bool closed;
	bool has_resources;	 /* some node had a resource attached, ever */
	bool borrows_observable;
	bool is_intact;		 /* ended so that its links can serve again */
	bool is_across_threads;	 /* its recipe, or one that runs it, may be subscribed to on several */
	weir_loop *loop;
	weir_loop *origin; /* while it starts: where weir_subscribe() was called, if that is another loop */
	weir_observable *observable;
	struct weir_node *owner;	 /* the node whose inner subscription this is; NULL for a root */
	struct weir_subscription *held; /* an owner that must outlive this one's frames */
	struct weir_node *sink;
	struct weir_node *start_cursor;	 /* the next node to start; NULL when all have */
	struct weir_node *started;	 /* the last node that was started; the sink counts as started */
	struct weir_node *finish_cursor; /* the next node to finish */
	const struct weir_node *silenced; /* the last node that was closed */
	uint64_t pending_request;	 /* asked of nodes that have not started */
	size_t size;
	struct weir_link link;
};

/* A terminal's and an item's way out of a subscription: the class of the last node. */
struct weir_subscription *weir_subscription_create(weir_observable *observable, weir_loop *loop,
	const struct weir_node_class *sink_class, struct weir_node *owner);

/* It is a root: the loop cancels it when it is freed. */
void weir_subscription_enlist(struct weir_subscription *subscription);

/* Start from the sink to the source; `demand` is what the sink asks for first. The caller has entered. */
void weir_subscription_start(struct weir_subscription *subscription, uint64_t demand);

/* End it: finish all nodes, source first, the sink last. Nothing is emitted. Idempotent. */
void weir_subscription_close(struct weir_subscription *subscription);

/* As closing, from a sink that has just passed on the terminal, and cheaper then. */
void weir_subscription_end(struct weir_subscription *subscription);

/* Close an inner subscription; if it is on the stack, its owner's memory waits for it. */
void weir_subscription_abandon(struct weir_subscription *subscription);

/* Ask the whole pipeline for more. */
void weir_subscription_request(struct weir_subscription *subscription, uint64_t count);

/* Nobody is inside a closed subscription any more. */
void weir_subscription_bury(struct weir_subscription *subscription);

static inline void weir_enter(struct weir_subscription *subscription)
{
	subscription->entered++;
}

static inline void weir_leave(struct weir_subscription *subscription)
{
	if (WEIR_UNLIKELY(--subscription->entered == 0 && subscription->closed))
		weir_subscription_bury(subscription);
}

/* Downstream of a node that is not the sink. */
struct weir_node *weir_node_downstream(const struct weir_node *node);

/* The wish of a source that has `home`. */
weir_loop *weir_source_home(const weir_observable *observable);

/* The loop that the source of the pipeline wishes to run on, and all downstream of it; NULL: no wish. */
static inline weir_loop *weir_observable_home(const weir_observable *observable)
{
	return WEIR_UNLIKELY(observable->block.spare & WEIR_RECIPE_HAS_HOME) ? weir_source_home(observable) : NULL;
}

/* "sse > pluck > map", allocated; NULL without memory. The caller frees it with weir_deallocate(). */
char *weir_node_path(const struct weir_node *node);

/* The name of the stage above it. `name` is allocated and belongs to the recipe. */
struct weir_label_config {
	char *name;
};

extern const struct weir_node_class weir_label_class;

#endif
