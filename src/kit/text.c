/* Bytes from outside as values of text. See kit/text.h. */
#include "kit/text.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "core/block.h"

static weir_value repaired(const char *bytes, size_t length)
{
	struct weir_bytes_block *block = weir_bytes_new(weir_utf8_repaired_length(bytes, length));

	if (block == NULL)
		return weir_no_memory();
	weir_utf8_repair(block->bytes, bytes, length);
	return weir_bytes_value(WEIR_KIND_STR, block);
}

weir_value weir_text_value(
	weir_value chunk, const char *bytes, size_t length, enum weir_lines_kind kind, uint64_t number)
{
	enum weir_kind value_kind = kind == WEIR_LINES_BYTES ? WEIR_KIND_BIN : WEIR_KIND_STR;
	size_t chunk_length;
	const char *chunk_bytes = weir_as_bytes(chunk, &chunk_length);

	if (kind != WEIR_LINES_BYTES) {
		size_t valid = weir_utf8_valid_prefix(bytes, length);

		if (valid < length && kind == WEIR_LINES_REPAIRED)
			return repaired(bytes, length);
		if (valid < length)
			return weir_fail(WEIR_ESYNTAX, "line %" PRIu64 " is not UTF-8: 0x%02x at byte %zu of it",
				number, (unsigned char)bytes[valid], valid);
	}
	if (chunk_bytes != NULL && bytes >= chunk_bytes && bytes <= chunk_bytes + chunk_length)
		return weir_slice(chunk, value_kind, (size_t)(bytes - chunk_bytes), length);
	return value_kind == WEIR_KIND_STR ? weir_str(bytes, length) : weir_bin(bytes, length);
}
