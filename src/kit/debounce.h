/*
 * The item that is followed by a wait without another one: the engine of debounce and debounce_time.
 *
 * The configuration is a struct weir_wait_config. Point the class's slots at the functions below; `.demand` is
 * WEIR_DEMAND_UNBOUNDED.
 */
#ifndef WEIR_KIT_DEBOUNCE_H
#define WEIR_KIT_DEBOUNCE_H

#include <weir/operator.h>

#include "kit/held.h"
#include "kit/wait.h"

struct weir_debounce {
	struct weir_node node;
	struct weir_wait wait;
	struct weir_slot newest;
	struct weir_held settled;
};

void weir_debounce_start(struct weir_node *node);
void weir_debounce_next(struct weir_node *node, weir_value value);
void weir_debounce_complete(struct weir_node *node);
void weir_debounce_request(struct weir_node *node, uint64_t count);
void weir_debounce_finish(struct weir_node *node);

#endif
