/*
 * One source whose items go to observables that are emitted themselves: the engine of group_by and of windows.
 *
 * A branch is a hub that is emitted as an item of the outer pipeline and then pushed into. Values for a branch that nobody
 * listens to are reported as dropped, unless `waiting` of them may wait for its first listener, or it has a connector that
 * keeps them.
 *
 * *Lifetime.* The source runs for as long as the outer pipeline or any listener of a branch is there: who takes the first
 * three groups keeps them when the outer pipeline has gone. So it is a connection, not a part of the outer pipeline.
 *
 * *Demand.* Branches wait, in order, until the outer pipeline asks for them; too many that do are an error. The source is asked for at most
 * WEIR_BRANCHES_AHEAD items more than the listeners have taken, and for none while nobody listens and no branch is asked
 * for. What waits in a branch that nobody has listened to yet does not hold the source back: or where branches are
 * consumed by turns (merge_map with a limit), those that run could starve behind those that wait.
 */
#ifndef WEIR_KIT_BRANCHES_H
#define WEIR_KIT_BRANCHES_H

#include <weir/operator.h>

#include "kit/connection.h"
#include "kit/connector.h"
#include "kit/hub.h"
#include "kit/table.h"

enum {
	WEIR_BRANCHES_AHEAD = 256,
	/* Branches that wait for the outer pipeline to ask for them, unless any number of values may. */
	WEIR_BRANCHES_PENDING_MAX = 65536,
};

struct weir_branches;

/* A branch. Held by its recipes and listeners, and while it is open. */
struct weir_branch {
	struct weir_hub hub;
	struct weir_branches *branches; /* held */
	struct weir_link link; /* among the open ones, in order of opening */
	struct weir_link pending; /* among those that have not been emitted */
	struct weir_table_entry entry; /* of one that was opened for a key */
	struct weir_connection closer; /* ends it */
	size_t ahead; /* values that wait and were counted in `branches->ahead` */
	bool was_joined;
	bool is_keyed;
};

struct weir_branches_class {
	size_t size; /* of the struct that begins with struct weir_branches */
	/* The class of a branch's listeners; see kit/hub.h. Its name is the operator's. */
	const struct weir_node_class *listener_class;
	/* An item of the source, owned. */
	void (*next)(struct weir_branches *branches, weir_value value);
	/* The source has completed; all branches do next. May be absent. */
	void (*complete)(struct weir_branches *branches);
	/* What is emitted for a branch, owned; of kind error, the outer pipeline fails. Absent: its observable. */
	weir_value (*item)(struct weir_branch *branch);
	/* The operator's state is no longer needed. May be absent. */
	void (*finish)(struct weir_branches *branches);
};

/* Private but for `node`, `config` and reading, outside of branches.c. */
struct weir_branches {
	const struct weir_branches_class *branches_class;
	uint32_t references;
	struct weir_node *node; /* of the outer pipeline; NULL when it has left */
	const void *config; /* the node's */
	weir_observable *recipe; /* which holds it; NULL once the source has ended */
	weir_loop *loop;
	struct weir_connection connection;
	struct weir_link open; /* branches, in order of opening */
	struct weir_table keyed; /* the open ones that have a key */
	struct weir_link *cursor; /* whom weir_branches_next() serves next */
	struct weir_link pending;
	size_t pending_count;
	uint64_t wanted; /* items of the source that the operator needs to open a branch; WEIR_UNBOUNDED: any number */
	const weir_connector *connector; /* what branches keep for those who join later; NULL: nothing */
	size_t waiting; /* values that may wait in a branch for its first listener */
	size_t ahead; /* values that wait in branches that have been listened to */
	size_t listened; /* branches with a listener now */
	bool has_ended; /* the source */
	bool is_emitting;
	bool is_running; /* the operator, which needs the configuration */
};

/* The state of the outer node; its class is of mode COUNTED. */
struct weir_branches_node {
	struct weir_node node;
	struct weir_branches *branches;
};

/* In `start`: the engine's part of it. The operator's is zeroed. NULL without memory: the node has failed. */
struct weir_branches *weir_branches_new(
	struct weir_node *node, const struct weir_branches_class *branches_class, size_t waiting);

/* Run the source, borrowed: the last thing in `start`, whatever happened before. */
void weir_branches_connect(struct weir_branches *branches, weir_observable *source);

/*
 * A new branch, open, not emitted yet. Held for the caller (weir_hub_unref()). NULL without memory (then everything has
 * failed) and when the outer pipeline has left.
 */
struct weir_branch *weir_branches_open(struct weir_branches *branches);

/* The same for a key, consumed, whose weir_hash() is `hash`, and of which none is open. */
struct weir_branch *weir_branches_open_for(struct weir_branches *branches, weir_value key, uint64_t hash);

/* The open branch of a key, or NULL. */
static inline struct weir_branch *weir_branches_find(
	const struct weir_branches *branches, weir_value key, uint64_t hash)
{
	struct weir_table_entry *entry = weir_table_find(&branches->keyed, key, hash);

	return entry != NULL ? WEIR_CONTAINER_OF(entry, struct weir_branch, entry) : NULL;
}

/* The key of an observable that was emitted as a branch, borrowed; nil for another one. */
weir_value weir_branch_key(const weir_observable *observable, const struct weir_node_class *listener_class);

/* Emit a branch, now or when it is asked for. */
void weir_branches_emit(struct weir_branches *branches, struct weir_branch *branch);

static inline bool weir_branch_is_open(const struct weir_branch *branch)
{
	return weir_link_is_linked(&branch->link);
}

/* Push into a branch. Consumes `value`. */
void weir_branch_next(struct weir_branch *branch, weir_value value);

/* Push into every open branch, oldest first. Consumes `value`. */
void weir_branches_next(struct weir_branches *branches, weir_value value);

/* End a branch, which is open no longer then. Consumes `error`; NULL: complete. */
void weir_branch_end(struct weir_branch *branch, weir_error *error);

/*
 * End a branch when `closer`, consumed, which a callback made, emits or completes; its error is the branch's, the
 * callback's that of all. Not before the branch was emitted.
 */
void weir_branch_close_by(struct weir_branch *branch, weir_observable *closer);

/* The branch as an observable. Owned. */
weir_observable *weir_branch_observable(struct weir_branch *branch);

/* Fail with what a user's callback reported: all branches, then the outer pipeline. Consumes `failure`. */
void weir_branches_fail(struct weir_branches *branches, weir_value failure);

/* An item that has no branch. Consumes `value`. */
void weir_branches_drop(struct weir_branches *branches, weir_value value);

/* Slots of the outer node. */
void weir_branches_request(struct weir_node *node, uint64_t count);
void weir_branches_finish(struct weir_node *node);

#endif
