/*
 * A pipeline's way from one loop to another: the engine of observe_on and subscribe_on.
 *
 * The source runs as a subscription of its own on the loop of the producer; its items come to the node, on the loop of
 * the consumer, through a ring that one thread writes and one reads. Both loops are held while it runs.
 *
 * - *Items* are published in batches: when some have gathered, and at the end of the producer's turn. The consumer is
 *   woken only when it had found the ring empty.
 * - *Demand* crosses as credit, a window at a time, and never more than the node has been asked for; the next part is
 *   granted when three quarters are used up. The producer is woken only when it had run out.
 * - *Terminals* come behind the items that were emitted before them.
 * - *Cancel* by the consumer is posted to the producer; until that has run, its stages may go on. Items on their way
 * are released with the ring, on whichever thread lets go of it last.
 * - *A loop that is freed* cancels the consumer's side as any subscription; the producer's side ends with WEIR_ECLOSED
 *   behind the items that were emitted before.
 */
#ifndef WEIR_KIT_HAND_OFF_H
#define WEIR_KIT_HAND_OFF_H

#include <weir/operator.h>

enum {
	/* Items that may be on their way. A sleeping thread needs some 10 µs to wake up: some thousand items. */
	WEIR_HAND_OFF_WINDOW = 4096,
	/* Items that are published together: one cache miss on either side. */
	WEIR_HAND_OFF_BATCH = 64,
};

struct weir_channel;

/* The consumer's end, embedded in a node's struct; stops with it. The class counts demand. */
struct weir_hand_off {
	struct weir_resource resource;
	struct weir_node *node;
	struct weir_channel *channel;
	bool is_draining;
};

/*
 * In `start`: run `source` on another loop, from where its items come to `node`.
 *
 * @param source  borrowed; made ready for several threads by weir_across_threads()
 * @param loop    where it is subscribed to; it may wish to run elsewhere (`home`)
 */
void weir_hand_off_init(
	struct weir_hand_off *hand_off, struct weir_node *node, weir_observable *source, weir_loop *loop);

/* In `request`. */
void weir_hand_off_request(struct weir_hand_off *hand_off);

#endif
