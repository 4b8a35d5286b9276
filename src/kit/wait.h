/*
 * A wait that an item begins, and that a span of time ends or an observable made for the item: what debounce, throttle
 * and audit share with their forms in time.
 *
 * It belongs to a node and stops with it. It may end synchronously, inside weir_wait_begin(), and a new one may be
 * begun from inside its callbacks.
 */
#ifndef WEIR_KIT_WAIT_H
#define WEIR_KIT_WAIT_H

#include <weir/operator.h>

#include "kit/inner.h"

struct weir_wait_config {
	weir_duration span; /* without `project` */
	weir_project project; /* its first item ends the wait */
	void *context;
};

struct weir_wait;

struct weir_wait_class {
	/* The time has passed, or the notifier has emitted; it is stopped already. */
	void (*over)(struct weir_wait *wait);
	/* The notifier has completed without an item. May be absent. */
	void (*given_up)(struct weir_wait *wait);
};

struct weir_wait {
	const struct weir_wait_class *wait_class;
	const struct weir_wait_config *config;
	struct weir_node *node;
	weir_time end; /* of a span; the timer may run out before it, and is then started again */
	union {
		struct weir_timer timer; /* of a span */
		struct weir_inner notifier;
	};
};

/* In `start`. @param config  lives as long as the node */
void weir_wait_init(struct weir_wait *wait, struct weir_node *node, const struct weir_wait_class *wait_class,
	const struct weir_wait_config *config);

/*
 * Wait because of `value`, borrowed. What is waited for already is given up first: moving the end of a span costs a
 * store.
 */
void weir_wait_begin(struct weir_wait *wait, weir_value value);

/* A span that runs begins anew; a notifier goes on. */
void weir_wait_put_off(struct weir_wait *wait);

void weir_wait_stop(struct weir_wait *wait);

#endif
