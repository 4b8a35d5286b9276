/* Items of a stage that wait for a limiter's leave, in order. Stops with its node. */
#ifndef WEIR_KIT_TURNSTILE_H
#define WEIR_KIT_TURNSTILE_H

#include "kit/limiter.h"

struct weir_turnstile_item;

struct weir_turnstile {
	struct weir_resource resource;
	struct weir_node *node;
	struct weir_limiter *limiter;
	/* An item that has waited may go; owned. */
	void (*passed)(struct weir_turnstile *turnstile, weir_value value);
	struct weir_turnstile_item *first;
	struct weir_turnstile_item *last;
};

/* In `start`. @param limiter  borrowed for the node's life */
void weir_turnstile_init(struct weir_turnstile *turnstile, struct weir_node *node, struct weir_limiter *limiter,
	void (*passed)(struct weir_turnstile *turnstile, weir_value value));

/*
 * Ask for leave for `value`. Returns 1: it may go now, and is the caller's again; 0: consumed, it waits; < 0: as
 * weir_permit_ask(), or -ENOMEM, and it is the caller's again.
 */
int weir_turnstile_enter(struct weir_turnstile *turnstile, weir_value value, uint64_t cost);

static inline bool weir_turnstile_is_empty(const struct weir_turnstile *turnstile)
{
	return turnstile->first == NULL;
}

#endif
