/* Reading a validated msgpack encoding. See core/packed.h; the format is github.com/msgpack/msgpack/blob/master/spec.md. */
#include "core/packed.h"

#include <string.h>

static uint64_t big_endian(const unsigned char *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t index = 0; index < count; index++)
		number = number << 8 | bytes[index];
	return number;
}

static int64_t sign_extend(uint64_t number, size_t byte_count)
{
	unsigned shift = 64 - 8 * (unsigned)byte_count;

	return (int64_t)(number << shift) >> shift;
}

static struct weir_packed_head scalar_head(weir_value scalar, size_t size)
{
	return (struct weir_packed_head){ .kind = weir_kind(scalar), .size = size, .scalar = scalar };
}

static struct weir_packed_head body_head(enum weir_kind kind, size_t size, uint64_t length)
{
	return (struct weir_packed_head){ .kind = kind, .size = size, .length = (size_t)length };
}

static struct weir_packed_head ext_head(const unsigned char *encoding, size_t length_size, size_t fixed_length)
{
	uint64_t length = length_size > 0 ? big_endian(encoding + 1, length_size) : fixed_length;
	struct weir_packed_head head = body_head(WEIR_KIND_EXT, 2 + length_size, length);

	head.ext_type = (signed char)encoding[1 + length_size];
	return head;
}

static double float_of(uint64_t bits, size_t byte_count)
{
	if (byte_count == 4) {
		uint32_t narrow = (uint32_t)bits;
		float number;

		memcpy(&number, &narrow, sizeof number);
		return (double)number;
	}

	double number;

	memcpy(&number, &bits, sizeof number);
	return number;
}

struct weir_packed_head weir_packed_read(const unsigned char *encoding)
{
	unsigned char first = encoding[0];

	if (first < 0x80)
		return scalar_head(weir_int(first), 1);
	if (first < 0x90)
		return body_head(WEIR_KIND_MAP, 1, first & 0x0f);
	if (first < 0xa0)
		return body_head(WEIR_KIND_ARRAY, 1, first & 0x0f);
	if (first < 0xc0)
		return body_head(WEIR_KIND_STR, 1, first & 0x1f);
	if (first >= 0xe0)
		return scalar_head(weir_int((signed char)first), 1);

	/* The width of the number behind the first byte: 1, 2, 4 or 8 bytes, by family. */
	switch (first) {
	case 0xc2:
	case 0xc3:
		return scalar_head(weir_bool(first & 1), 1);
	case 0xc4:
	case 0xc5:
	case 0xc6: {
		size_t width = (size_t)1 << (first - 0xc4);

		return body_head(WEIR_KIND_BIN, 1 + width, big_endian(encoding + 1, width));
	}
	case 0xc7:
	case 0xc8:
	case 0xc9:
		return ext_head(encoding, (size_t)1 << (first - 0xc7), 0);
	case 0xca:
	case 0xcb: {
		size_t width = (size_t)4 << (first - 0xca);

		return scalar_head(weir_double(float_of(big_endian(encoding + 1, width), width)), 1 + width);
	}
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf: {
		size_t width = (size_t)1 << (first - 0xcc);

		return scalar_head(weir_uint(big_endian(encoding + 1, width)), 1 + width);
	}
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3: {
		size_t width = (size_t)1 << (first - 0xd0);

		return scalar_head(weir_int(sign_extend(big_endian(encoding + 1, width), width)), 1 + width);
	}
	case 0xd4:
	case 0xd5:
	case 0xd6:
	case 0xd7:
	case 0xd8:
		return ext_head(encoding, 0, (size_t)1 << (first - 0xd4));
	case 0xd9:
	case 0xda:
	case 0xdb: {
		size_t width = (size_t)1 << (first - 0xd9);

		return body_head(WEIR_KIND_STR, 1 + width, big_endian(encoding + 1, width));
	}
	case 0xdc:
	case 0xdd: {
		size_t width = (size_t)2 << (first - 0xdc);

		return body_head(WEIR_KIND_ARRAY, 1 + width, big_endian(encoding + 1, width));
	}
	case 0xde:
	case 0xdf: {
		size_t width = (size_t)2 << (first - 0xde);

		return body_head(WEIR_KIND_MAP, 1 + width, big_endian(encoding + 1, width));
	}
	default:
		return scalar_head(weir_nil(), 1);
	}
}

const unsigned char *weir_packed_end(const unsigned char *encoding)
{
	uint64_t remaining = 1;

	while (remaining > 0) {
		struct weir_packed_head head = weir_packed_read(encoding);

		remaining--;
		encoding += head.size;
		if (head.kind == WEIR_KIND_ARRAY)
			remaining += head.length;
		else if (head.kind == WEIR_KIND_MAP)
			remaining += 2 * (uint64_t)head.length;
		else
			encoding += head.length;
	}
	return encoding;
}

weir_value weir_packed_view(const struct weir_bytes_block *block, size_t offset)
{
	struct weir_packed_head head = weir_packed_read((const unsigned char *)block->bytes + offset);

	if (head.kind < WEIR_KIND_STR)
		return head.scalar;
	return weir_value_make(head.kind, WEIR_FORM_PACKED, offset, block);
}

weir_value weir_packed_document(const void *encoding, size_t size)
{
	struct weir_packed_head head = weir_packed_read(encoding);

	if (head.kind < WEIR_KIND_STR)
		return head.scalar;

	struct weir_bytes_block *block = weir_bytes_new(size);

	if (block == NULL)
		return weir_no_memory();
	memcpy(block->bytes, encoding, size);
	block->block.spare = 1;
	return weir_value_make(head.kind, WEIR_FORM_PACKED, 0, block);
}
