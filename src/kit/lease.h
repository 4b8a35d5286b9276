/*
 * A value that one callback of the user's opens for a subscription and another one closes: the engine of using,
 * unfold_resource and map_with_resource.
 */
#ifndef WEIR_KIT_LEASE_H
#define WEIR_KIT_LEASE_H

#include <weir/operator.h>

struct weir_lease_callbacks {
	weir_value (*open)(void *context);
	void (*close)(weir_value resource, void *context); /* NULL: it is only released */
	void *context;
};

struct weir_lease {
	weir_value resource;
	bool is_open;
};

/*
 * In `start`. False when the node has ended: `open` has failed, or cancelled. A callback that is handed the resource may
 * cancel as well: weir_retain() it for the call.
 */
bool weir_lease_open(struct weir_lease *lease, struct weir_node *node, const struct weir_lease_callbacks *callbacks);

/* In `finish`; or before, and then no more. */
void weir_lease_close(struct weir_lease *lease, const struct weir_lease_callbacks *callbacks);

#endif
