/*
 * msgpack values out of chunks of bytes that were cut anywhere.
 *
 * A value that lies inside one chunk is a view of it. What a chunk breaks off is kept, up to max_size, and checked on
 * from where it was left when more has come: each byte is looked at once, however small the chunks are.
 */
#ifndef WEIR_KIT_UNPACKER_H
#define WEIR_KIT_UNPACKER_H

#include "base/byte_buffer.h"
#include "core/packed_check.h"

struct weir_unpacker {
	struct weir_packed_check check;
	bool copies;
	bool rejects_duplicate_keys;
	struct weir_byte_buffer broken; /* the beginning of a value whose end has not come */
	uint64_t origin; /* where in the stream the value at hand begins */
};

/* All is zero. @return nil, or an error: of the options, or no memory */
weir_value weir_unpacker_init(struct weir_unpacker *unpacker, const struct weir_unpack_options *options);

/*
 * The next value of a chunk, a bin or str, from `*offset` on, which is moved; owned. Or the error after which there is
 * no other. False: the chunk is used up.
 */
bool weir_unpacker_take(struct weir_unpacker *unpacker, weir_value chunk, size_t *offset, weir_value *ret_value);

/* No further chunk comes: nil, or an error if a value is broken off. */
weir_value weir_unpacker_end(struct weir_unpacker *unpacker);

/* Releases what is held. */
void weir_unpacker_finish(struct weir_unpacker *unpacker);

#endif
