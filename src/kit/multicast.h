/*
 * One run of a source for all who subscribe: the engine of share, connectable, ref_count and connect.
 *
 * Its owners are recipes and handles. Listeners join the current hub; the source is connected to it by the first listener
 * that counts (share, ref_count), or by weir_multicast_connect(). A reset forgets both, so that the next listener
 * starts anew, while those of the old hub still get what is theirs. When nobody owns it any more the source is cancelled.
 *
 * *Demand.* The slowest listener decides: the source is asked for what all of them have asked for, and never for more
 * than WEIR_MULTICAST_AHEAD at a time unless all have asked for everything. Once it was asked for everything it cannot be
 * held back: a listener that asks by numbers may then be WEIR_MULTICAST_AHEAD values behind, and no more. A source that
 * runs although nobody listens is asked for everything.
 */
#ifndef WEIR_KIT_MULTICAST_H
#define WEIR_KIT_MULTICAST_H

#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/connection.h"
#include "kit/connector.h"
#include "kit/hub.h"

enum {
	WEIR_MULTICAST_AHEAD = 64,
};

/* All-zero: reset at the end and when the last listener that counts has left. */
struct weir_multicast_options {
	const char *name; /* static: the operator's */
	weir_connector connector; /* `initial` is borrowed */
	bool keep_after_error;
	bool keep_after_complete;
	bool keep_at_zero; /* the source runs on */
	bool keep_when_stopped; /* disconnecting ends the run, but not what listeners stand in */
	weir_duration stop_delay; /* after the last listener has left */
	/* Instead of at once, a reset comes with the first item of what these return. */
	weir_error_handler reset_on_error;
	weir_factory reset_on_complete;
	weir_factory reset_at_zero;
	void *context;
};

/* Consumes `source`. Returns its first owner's handle; NULL without memory. */
struct weir_multicast *weir_multicast_new(weir_observable *source, const struct weir_multicast_options *options);

/*
 * Another run of the source for the listeners of `multicast`, which keeps its hub and is not connected itself. NULL for
 * NULL and without memory.
 */
struct weir_multicast *weir_multicast_fork(struct weir_multicast *multicast, weir_loop *loop);

struct weir_multicast *weir_multicast_own(struct weir_multicast *multicast);

void weir_multicast_disown(struct weir_multicast *multicast);

/*
 * Run the source, if it does not run. Returns 0; -EINVAL when the listeners run on another loop; -ENOMEM.
 *
 * @param runs_alone  it is asked for everything while nobody listens; else for nothing
 */
int weir_multicast_connect(struct weir_multicast *multicast, weir_loop *loop, bool runs_alone);

/* Stop the source, if it runs. */
void weir_multicast_disconnect(struct weir_multicast *multicast);

/* It is about to be disconnected for good: it is asked for nothing more because somebody leaves. */
void weir_multicast_hold_back(struct weir_multicast *multicast);

bool weir_multicast_is_connected(const struct weir_multicast *multicast);

/* A recipe of `listener_class`, which has one of the two sets of slots below. It owns the multicast, too. */
weir_observable *weir_multicast_observable(
	struct weir_multicast *multicast, const struct weir_node_class *listener_class);

void weir_multicast_config_destroy(void *config);

/* Listeners that wait for somebody to connect. */
void weir_multicast_join(struct weir_node *node);

#define WEIR_MULTICAST_LISTENER_SLOTS \
	.size = sizeof(struct weir_listener), .config_size = sizeof(struct weir_multicast *), \
	.demand = WEIR_DEMAND_COUNTED, .start = weir_multicast_join, .request = weir_listener_request, \
	.finish = weir_listener_finish, .config_destroy = weir_multicast_config_destroy

/* Listeners that count: the first connects, the last disconnects or resets. */
void weir_multicast_enter(struct weir_node *node);
void weir_multicast_leave(struct weir_node *node);

#define WEIR_MULTICAST_COUNTED_SLOTS \
	.size = sizeof(struct weir_listener), .config_size = sizeof(struct weir_multicast *), \
	.demand = WEIR_DEMAND_COUNTED, .start = weir_multicast_enter, .request = weir_listener_request, \
	.finish = weir_multicast_leave, .config_destroy = weir_multicast_config_destroy

#endif
