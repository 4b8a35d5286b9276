/*
 * Pieces of bytes in, items out that lie across or inside them, made when they are asked for: the engine of lines and
 * decode_msgpack.
 *
 * Embed `struct weir_cutter` as first member of the node's struct and point the class's slots at the functions below.
 * One piece is held at a time; the next is requested when it is used up. One item is cut ahead, so that an end is seen
 * without demand. What was received before an error or the completion of the source is emitted first.
 */
#ifndef WEIR_KIT_CUTTER_H
#define WEIR_KIT_CUTTER_H

#include <weir/operator.h>

#include "kit/pump.h"

struct weir_cutter;

/* What an operator adds. A failure is a value of kind error: it ends the stream when the items before it are emitted.
 */
struct weir_cutter_class {
	/*
	 * The next item of the piece, owned, or an error, with `offset` moved behind it. False: there is none, all of
	 * the piece was read (or the node was closed meanwhile).
	 */
	bool (*cut)(struct weir_cutter *cutter, weir_value *ret_item);
	/* The source has completed and the last piece is used up: the last item, owned, or an error; false: there is
	 * none. Called until it says so. */
	bool (*end)(struct weir_cutter *cutter, weir_value *ret_item);
};

struct weir_cutter {
	struct weir_node node;
	struct weir_pump pump;
	const struct weir_cutter_class *cutter_class;
	weir_value piece; /* bin or str; nil: used up */
	const char *bytes; /* of the piece */
	size_t length; /* of the piece */
	size_t offset; /* behind what was read of it */
	weir_value ahead; /* an item that nobody has asked for yet, or the failure that comes next; nil without
			     has_ahead */
	weir_error *error; /* of the source, waiting for the items before it */
	bool has_ahead;
	bool is_asked; /* the source, for the next piece */
	bool has_completed; /* the source */
};

/* In `start`. */
void weir_cutter_init(struct weir_cutter *cutter, const struct weir_cutter_class *cutter_class);

/* In `finish`: releases what the engine holds. */
void weir_cutter_finish(struct weir_cutter *cutter);

/* Slots. `.demand` is WEIR_DEMAND_COUNTED. */
void weir_cutter_next(struct weir_node *node, weir_value value);
void weir_cutter_error(struct weir_node *node, weir_error *error);
void weir_cutter_complete(struct weir_node *node);
void weir_cutter_request(struct weir_node *node, uint64_t count);

#endif
