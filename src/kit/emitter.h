/*
 * The handle by which a user's code emits into a subscription: the engine of create and from_callback. The functions
 * stand in weir/creating.h.
 *
 * The emitter outlives its node. The node's end and everything that happens on the loop's thread needs no lock; other
 * threads only ever post.
 */
#ifndef WEIR_KIT_EMITTER_H
#define WEIR_KIT_EMITTER_H

#include <weir/creating.h>
#include <weir/operator.h>

/* The state of a class that emits so; the class is of mode COUNTED. */
struct weir_emitter_node {
	struct weir_node node;
	weir_emitter *emitter;
};

/* In `start`. Returns the emitter, borrowed; NULL without memory: then the node has failed. */
weir_emitter *weir_emitter_attach(struct weir_node *node);

/* Around a call of the user's with the emitter: it lives until the call is over, even when the node ends meanwhile. */
void weir_emitter_enter(weir_emitter *emitter);
void weir_emitter_leave(weir_emitter *emitter);

/* Slots. */
void weir_emitter_node_request(struct weir_node *node, uint64_t count);
void weir_emitter_node_finish(struct weir_node *node);

#endif
