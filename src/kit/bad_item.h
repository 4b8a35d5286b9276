/* What a decoding operator does about an item that cannot be decoded. See weir_bad_items in weir/codec.h. */
#ifndef WEIR_KIT_BAD_ITEM_H
#define WEIR_KIT_BAD_ITEM_H

#include <weir/codec.h>
#include <weir/operator.h>

/*
 * Consumes `input` and `error`, a value of kind error. An input that is itself an error (no memory for it) ends the
 * stream.
 *
 * @return true: `ret_value`, owned, takes the item's place; of kind error, it ends the stream. False: the item is left
 *         out. The user was told; ask weir_is_open()
 */
bool weir_bad_item(struct weir_node *node, const struct weir_bad_items *bad_items, weir_value input, weir_value error,
	weir_value *ret_value);

#endif
