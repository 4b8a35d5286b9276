/* msgpack values out of chunks. See kit/unpacker.h. */
#include "kit/unpacker.h"

#include <inttypes.h>

#include "base/allocator.h"
#include "core/packed.h"

enum {
	/* What the buffer of broken values may keep in memory from one to the next. */
	KEPT_CAPACITY = 64 << 10,
};

weir_value weir_unpacker_init(struct weir_unpacker *unpacker, const struct weir_unpack_options *options)
{
	weir_value error = weir_packed_check_set_options(&unpacker->check, options);

	if (weir_is_error(error))
		return error;
	unpacker->check.left = weir_allocate((unpacker->check.max_depth + 1) * sizeof *unpacker->check.left);
	if (unpacker->check.left == NULL)
		return weir_no_memory();
	unpacker->copies = options != NULL && options->copies;
	unpacker->rejects_duplicate_keys = options != NULL && options->rejects_duplicate_keys;
	weir_packed_check_begin(&unpacker->check);
	return weir_nil();
}

/* The value of `size` bytes at hand has been taken: `document`, owned. */
static weir_value taken(struct weir_unpacker *unpacker, weir_value document, size_t size)
{
	if (unpacker->rejects_duplicate_keys)
		document = weir_packed_check_keys(document, unpacker->origin);
	unpacker->origin += size;
	weir_packed_check_begin(&unpacker->check);
	return document;
}

/* From the chunk alone. */
static bool take_whole(struct weir_unpacker *unpacker, weir_value chunk, size_t *offset, const char *bytes,
	size_t length, weir_value *ret_value)
{
	const struct weir_bytes_block *block = chunk.as.pointer;
	bool copies = unpacker->copies || !(chunk.tag & WEIR_TAG_COUNTED);
	enum weir_packed_verdict verdict = weir_packed_check_run(
		&unpacker->check, (const unsigned char *)bytes, length, false, unpacker->origin, ret_value);
	size_t size = unpacker->check.at;

	if (verdict == WEIR_PACKED_BAD)
		return true;
	if (verdict == WEIR_PACKED_INCOMPLETE) {
		*offset += length;
		*ret_value = weir_no_memory();
		return weir_byte_buffer_append(&unpacker->broken, bytes, length) < 0;
	}
	*offset += size;
	*ret_value = taken(unpacker,
		copies ? weir_packed_document(bytes, size)
		       : weir_retain(weir_packed_view(block, (size_t)(bytes - block->bytes))),
		size);
	return true;
}

/* The rest of a value whose beginning is kept. */
static bool take_broken(
	struct weir_unpacker *unpacker, size_t *offset, const char *bytes, size_t length, weir_value *ret_value)
{
	size_t kept = unpacker->broken.length;
	size_t room = unpacker->check.max_size - kept;
	enum weir_packed_verdict verdict;
	size_t size;

	if (weir_byte_buffer_append(&unpacker->broken, bytes, length < room ? length : room) < 0) {
		*ret_value = weir_no_memory();
		return true;
	}
	verdict = weir_packed_check_run(&unpacker->check, (const unsigned char *)unpacker->broken.bytes,
		unpacker->broken.length, false, unpacker->origin, ret_value);
	if (verdict == WEIR_PACKED_BAD)
		return true;
	if (verdict == WEIR_PACKED_INCOMPLETE) {
		*offset += length;
		return false;
	}
	size = unpacker->check.at;
	*offset += size - kept;
	*ret_value = taken(unpacker, weir_packed_document(unpacker->broken.bytes, size), size);
	unpacker->broken.length = 0;
	if (unpacker->broken.capacity > KEPT_CAPACITY)
		weir_byte_buffer_finish(&unpacker->broken);
	return true;
}

bool weir_unpacker_take(struct weir_unpacker *unpacker, weir_value chunk, size_t *offset, weir_value *ret_value)
{
	size_t length;
	const char *bytes = weir_as_bytes(chunk, &length);

	if (*offset >= length)
		return false;
	bytes += *offset;
	length -= *offset;
	return unpacker->broken.length > 0 ? take_broken(unpacker, offset, bytes, length, ret_value)
					   : take_whole(unpacker, chunk, offset, bytes, length, ret_value);
}

weir_value weir_unpacker_end(struct weir_unpacker *unpacker)
{
	if (unpacker->broken.length == 0)
		return weir_nil();
	return weir_fail(WEIR_ETRUNCATED,
		"the input ends inside the value that begins at byte %" PRIu64 ", after %zu bytes of it",
		unpacker->origin, unpacker->broken.length);
}

void weir_unpacker_finish(struct weir_unpacker *unpacker)
{
	weir_byte_buffer_finish(&unpacker->broken);
	weir_deallocate(unpacker->check.left);
	unpacker->check.left = NULL;
}
