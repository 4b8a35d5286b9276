/* msgpack bytes to values: one check, then views. See weir/codec.h; the check is core/packed_check.h. */
#include <errno.h>

#include <weir/codec.h>

#include "core/block.h"
#include "core/packed.h"
#include "core/packed_check.h"

/* Nil and the size of the value that begins at `bytes`, or an error value. Keys are not looked at. */
static weir_value measure(const unsigned char *bytes, size_t length, const struct weir_unpack_options *options,
	bool is_alone, size_t *ret_size)
{
	uint64_t left[WEIR_MAX_DEPTH + 1];
	struct weir_packed_check check;
	weir_value error = weir_packed_check_set_options(&check, options);

	if (weir_is_error(error))
		return error;
	check.left = left;
	weir_packed_check_begin(&check);
	if (weir_packed_check_run(&check, bytes, length, true, 0, &error) == WEIR_PACKED_BAD)
		return error;
	if (is_alone && check.at < length)
		return weir_fail(WEIR_ESYNTAX, "the document ends at byte %zu of %zu, and 0x%02x follows", check.at,
			length, bytes[check.at]);
	*ret_size = check.at;
	return weir_nil();
}

/* Consumes `document`. */
static weir_value finish(weir_value document, const struct weir_unpack_options *options, size_t size, size_t *ret_used)
{
	if (options != NULL && options->rejects_duplicate_keys)
		document = weir_packed_check_keys(document, 0);
	if (ret_used != NULL && !weir_is_error(document))
		*ret_used = size;
	return document;
}

weir_value weir_unpack(const void *bytes, size_t length, const struct weir_unpack_options *options, size_t *ret_used)
{
	size_t size;
	weir_value error = measure(bytes, length, options, ret_used == NULL, &size);

	if (weir_is_error(error))
		return error;
	return finish(weir_packed_document(bytes, size), options, size, ret_used);
}

weir_value weir_unpack_value(
	weir_value bytes, size_t offset, const struct weir_unpack_options *options, size_t *ret_used)
{
	size_t length;
	const char *start = weir_as_bytes(bytes, &length);
	size_t size;

	if (start == NULL || weir_kind(bytes) == WEIR_KIND_EXT)
		return weir_fail(EINVAL, "msgpack is decoded from a bin or str, not from kind %s",
			weir_kind_name(weir_kind(bytes)));
	if (offset > length)
		return weir_fail(EINVAL, "offset %zu is behind the end of %zu bytes", offset, length);
	if (!(bytes.tag & WEIR_TAG_COUNTED) || (options != NULL && options->copies))
		return weir_unpack(start + offset, length - offset, options, ret_used);

	weir_value error =
		measure((const unsigned char *)start + offset, length - offset, options, ret_used == NULL, &size);
	const struct weir_bytes_block *block = bytes.as.pointer;

	if (weir_is_error(error))
		return error;
	return finish(
		weir_retain(weir_packed_view(block, (size_t)(start + offset - block->bytes))), options, size, ret_used);
}
