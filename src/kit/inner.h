/*
 * One held subscription: the engine of switch, exhaust, concat, retry, repeat, fallback and notifiers.
 *
 * It belongs to a node and stops with it. A new one may be started from inside any of its callbacks, however often it
 * ends synchronously: starts are looped, not nested, and after a budget of them the loop gets its turn.
 */
#ifndef WEIR_KIT_INNER_H
#define WEIR_KIT_INNER_H

#include <weir/operator.h>

struct weir_inner;

enum weir_inner_demand {
	/* What the owner's downstream is waiting for: node->demand. The owner's class counts, and its `request` calls
	 * weir_inner_request(), also with what was asked for in the beginning: what runs since `start` has that already. */
	WEIR_INNER_AS_OWNER,
	/* What the owner is asked for, which it does not count: for one that is started in `start`. Its `request` calls
	 * weir_inner_request(), likewise. */
	WEIR_INNER_THROUGH,
	WEIR_INNER_UNBOUNDED, /* everything: notifiers */
	WEIR_INNER_ON_REQUEST, /* nothing until weir_inner_request() */
};

/* What the owner does with the inner signals. Absent slots: `next` and `error` go downstream, `complete` is ignored. */
struct weir_inner_class {
	enum weir_inner_demand demand;
	/* It may be stopped or replaced while it emits: then a batch of its items must not go downstream as one. */
	bool is_replaced;
	void (*next)(struct weir_inner *inner, weir_value value);
	void (*error)(struct weir_inner *inner, weir_error *error);
	/* The inner observable has completed; its stages are still to be released. It is inactive already. */
	void (*complete)(struct weir_inner *inner);
	/* As `complete`, but after the stages were released: where the next one is to start only then. */
	void (*completed)(struct weir_inner *inner);
	/* Instead of `error`, after the stages were released: the next one is to start only then. Consumes `error`. */
	void (*failed)(struct weir_inner *inner, weir_error *error);
};

/* Private but for `owner`. */
struct weir_inner {
	struct weir_resource resource;
	struct weir_node *owner;
	const struct weir_inner_class *inner_class;
	struct weir_subscription *subscription;
	struct weir_subscription *ending; /* its terminal is being told, its stages are still to be released */
	weir_observable *pending; /* to be started by the loop that is starting one now */
	uint64_t prepaid; /* given to what was started in the owner's `start`: the first requests are for that */
	bool pending_is_borrowed;
	bool is_scalar; /* what runs is a known value, on its way */
	bool starting;
	bool has_timer;
	uint16_t budget;
	struct weir_timer again;
};

/* In `start` of the owner. */
void weir_inner_init(struct weir_inner *inner, struct weir_node *owner, const struct weir_inner_class *inner_class);

/* Stop what is running and run this one. Consumes `observable`; NULL ends the owner with an error `EINVAL`. */
void weir_inner_switch_to(struct weir_inner *inner, weir_observable *observable);

/* The same with an observable that the owner's configuration holds. */
void weir_inner_switch_to_borrowed(struct weir_inner *inner, weir_observable *observable);

void weir_inner_request(struct weir_inner *inner, uint64_t count);

/* In `error` or `complete`: release the stages of the one that has ended now, before going on. Again it does nothing. */
void weir_inner_release_ended(struct weir_inner *inner);

/* For `complete` of a class: so does the owner. */
void weir_inner_complete_owner(struct weir_inner *inner);

/* Whether one is running or about to. */
static inline bool weir_inner_is_active(const struct weir_inner *inner)
{
	return inner->subscription != NULL || inner->pending != NULL || inner->is_scalar;
}

void weir_inner_stop_active(struct weir_inner *inner);

static inline void weir_inner_stop(struct weir_inner *inner)
{
	if (weir_inner_is_active(inner))
		weir_inner_stop_active(inner);
}

#endif
