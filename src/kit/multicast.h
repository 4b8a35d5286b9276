/*
 * One run of a source for all who subscribe: the engine of share.
 *
 * Part of a recipe: its configuration holds it. The first listener makes a hub and connects the source to it; a reset
 * forgets both, so that the next listener starts anew, while those of the old hub still get what is theirs.
 *
 * *Demand.* The slowest listener decides: the source is asked for what all of them have asked for, and never for more
 * than WEIR_MULTICAST_AHEAD at a time unless all have asked for everything. Once it was asked for everything it cannot be
 * held back: a listener that asks by numbers may then be WEIR_MULTICAST_AHEAD values behind, and no more.
 */
#ifndef WEIR_KIT_MULTICAST_H
#define WEIR_KIT_MULTICAST_H

#include <weir/operator.h>

#include "kit/connection.h"
#include "kit/hub.h"

enum {
	WEIR_MULTICAST_AHEAD = 64,
};

struct weir_multicast_options {
	size_t keep; /* the newest values, for newcomers */
	weir_duration window; /* > 0: none that is as old as this */
	bool is_state; /* with keep 1: begins with `initial`, which is owned */
	bool emits_last; /* with keep 1: only the last value, and when the source completes */
	bool keep_after_error;
	bool keep_after_complete;
	bool keep_at_zero;
	weir_duration stop_delay; /* after the last listener has left */
	weir_value initial;
};

struct weir_multicast;

/* Consumes `source` and `options->initial`. Owned; NULL without memory. */
struct weir_multicast *weir_multicast_new(weir_observable *source, const struct weir_multicast_options *options);

/* The recipe is gone. */
void weir_multicast_destroy(struct weir_multicast *multicast);

/* In `start` of a listener (see the slots of kit/hub.h). */
void weir_multicast_join(struct weir_multicast *multicast, struct weir_listener *listener);

#endif
