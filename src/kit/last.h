/*
 * The result of a stage that speaks once: it waits until it is demanded, and then the stage completes.
 *
 * Embed `struct weir_last` as first member of the node's struct and point the class's slots at the functions below (or
 * call them); `.demand` is WEIR_DEMAND_COUNTED or WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_LAST_H
#define WEIR_KIT_LAST_H

#include <weir/operator.h>

struct weir_last {
	struct weir_node node;
	weir_value value; /* the result so far, owned */
	bool has_value;
	bool decided; /* only the demand is missing */
	bool has_pulled;
};

/* Replace the result so far. Consumes `value`. */
static inline void weir_last_set(struct weir_last *last, weir_value value)
{
	weir_value old = last->value;

	last->value = value;
	last->has_value = true;
	weir_release(old);
}

/* The result so far, taken out, owned: while a callback borrows it, `finish` must not release it. */
static inline weir_value weir_last_take(struct weir_last *last)
{
	weir_value value = last->value;

	last->value = weir_nil();
	return value;
}

/*
 * `value` is the result: emitted when demanded, then the stage completes; until then upstream is cancelled if it still
 * runs. Consumes `value`; of kind error: fails with it at once.
 */
void weir_last_decide(struct weir_last *last, weir_value value);

/* The slot of a stage whose result is the one so far; without any it completes. */
void weir_last_complete(struct weir_node *node);

void weir_last_request(struct weir_node *node, uint64_t count);

/* As weir_last_request() for a stage that passes items on until it decides. */
void weir_last_pass(struct weir_node *node, uint64_t count);

/*
 * As weir_last_request() for a stage that may decide early: the first request asks upstream for one value. For each
 * value that decides nothing the stage asks for a replacement, so upstream makes none too many.
 */
void weir_last_pull(struct weir_node *node, uint64_t count);

void weir_last_finish(struct weir_node *node);

#endif
