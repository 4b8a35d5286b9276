/*
 * A stage's source as an observable for one listener: what comes goes to it, what it asks for is asked of the source, and
 * when it leaves the source is released.
 *
 * The value the source begins with is already there when the relay is made. A relay is counted: its stage and its
 * recipes hold it, so a recipe may outlive the stage, and then its listener fails.
 */
#ifndef WEIR_KIT_RELAY_H
#define WEIR_KIT_RELAY_H

#include <weir/operator.h>

struct weir_relay {
	struct weir_resource resource; /* of the stage */
	uint32_t references;
	struct weir_node *stage; /* NULL: it has gone */
	struct weir_node *listener; /* NULL: none yet, or not any more */
	weir_value first;
	weir_error *error; /* with which the source has ended before somebody listened */
	bool has_first; /* it waits */
	bool was_joined;
	bool has_ended; /* the source */
};

/* It belongs to the stage and goes with it. Consumes `first`. NULL without memory. */
struct weir_relay *weir_relay_new(struct weir_node *stage, weir_value first);

/* Owned. */
weir_observable *weir_relay_observable(struct weir_relay *relay);

/* What comes from the stage's source, owned. */
void weir_relay_next(struct weir_relay *relay, weir_value value);
void weir_relay_error(struct weir_relay *relay, weir_error *error);
void weir_relay_complete(struct weir_relay *relay);

#endif
