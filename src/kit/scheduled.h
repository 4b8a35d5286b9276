/*
 * Signals that wait, each with a timer of its own, started when the signal came: so among all that falls due at one time
 * each has the place of its arrival.
 */
#ifndef WEIR_KIT_SCHEDULED_H
#define WEIR_KIT_SCHEDULED_H

#include <weir/operator.h>

#include "base/list.h"

struct weir_scheduled {
	struct weir_resource resource;
	struct weir_node *node;
	struct weir_link signals;
	void (*due)(struct weir_node *node, weir_value signal);
};

/* In `start`. @param due  gets what was put, owned, when it is due */
void weir_scheduled_init(struct weir_scheduled *scheduled, struct weir_node *node,
	void (*due)(struct weir_node *node, weir_value signal));

/* Consumes `signal`. Without memory the node fails. */
void weir_scheduled_put(struct weir_scheduled *scheduled, weir_value signal, weir_duration delay);

#endif
