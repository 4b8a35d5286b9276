/* Reading a msgpack encoding that was validated before: nothing here checks bounds. */
#ifndef WEIR_CORE_PACKED_H
#define WEIR_CORE_PACKED_H

#include "core/block.h"

/* What the first bytes of an encoding say. */
struct weir_packed_head {
	enum weir_kind kind;
	size_t size;   /* of the head; the body follows */
	size_t length; /* bytes of a str, bin, ext body; items of an array; members of a map */
	int ext_type;
	weir_value scalar; /* of nil, bool and numbers, which have no body */
};

struct weir_packed_head weir_packed_read(const unsigned char *encoding);

/* Where the encoding ends. */
const unsigned char *weir_packed_end(const unsigned char *encoding);

/* A borrowed view of the encoding at `offset` of the block. */
weir_value weir_packed_view(const struct weir_bytes_block *block, size_t offset);

/* A document of its own: a copy of an encoding of `size` bytes that was checked. Owned; an error without memory. */
weir_value weir_packed_document(const void *encoding, size_t size);

static inline const unsigned char *weir_packed_encoding(weir_value value)
{
	const struct weir_bytes_block *block = value.as.pointer;

	return (const unsigned char *)block->bytes + weir_value_detail(value);
}

#endif
