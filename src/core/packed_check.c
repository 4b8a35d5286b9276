/* Checking a msgpack encoding before anything reads it. See core/packed_check.h. */
#include "core/packed_check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "base/utf8.h"
#include "core/packed.h"

enum format_kind {
	FORMAT_SCALAR,
	FORMAT_STR,
	FORMAT_BIN,
	FORMAT_EXT,
	FORMAT_ARRAY,
	FORMAT_MAP,
	FORMAT_NONE,
};

/* How encodings begin whose first byte is 0xc0 to 0xdf. */
static const struct format {
	uint8_t kind;
	uint8_t length_size; /* of the number behind the first byte that says the length */
	uint8_t fixed; /* bytes of the body that come anyway; the type of an ext is one */
} formats[32] = {
	[0x00] = { FORMAT_SCALAR, 0, 0 },
	[0x01] = { FORMAT_NONE, 0, 0 },
	[0x02] = { FORMAT_SCALAR, 0, 0 },
	[0x03] = { FORMAT_SCALAR, 0, 0 },
	[0x04] = { FORMAT_BIN, 1, 0 },
	[0x05] = { FORMAT_BIN, 2, 0 },
	[0x06] = { FORMAT_BIN, 4, 0 },
	[0x07] = { FORMAT_EXT, 1, 1 },
	[0x08] = { FORMAT_EXT, 2, 1 },
	[0x09] = { FORMAT_EXT, 4, 1 },
	[0x0a] = { FORMAT_SCALAR, 0, 4 },
	[0x0b] = { FORMAT_SCALAR, 0, 8 },
	[0x0c] = { FORMAT_SCALAR, 0, 1 },
	[0x0d] = { FORMAT_SCALAR, 0, 2 },
	[0x0e] = { FORMAT_SCALAR, 0, 4 },
	[0x0f] = { FORMAT_SCALAR, 0, 8 },
	[0x10] = { FORMAT_SCALAR, 0, 1 },
	[0x11] = { FORMAT_SCALAR, 0, 2 },
	[0x12] = { FORMAT_SCALAR, 0, 4 },
	[0x13] = { FORMAT_SCALAR, 0, 8 },
	[0x14] = { FORMAT_EXT, 0, 2 },
	[0x15] = { FORMAT_EXT, 0, 3 },
	[0x16] = { FORMAT_EXT, 0, 5 },
	[0x17] = { FORMAT_EXT, 0, 9 },
	[0x18] = { FORMAT_EXT, 0, 17 },
	[0x19] = { FORMAT_STR, 1, 0 },
	[0x1a] = { FORMAT_STR, 2, 0 },
	[0x1b] = { FORMAT_STR, 4, 0 },
	[0x1c] = { FORMAT_ARRAY, 2, 0 },
	[0x1d] = { FORMAT_ARRAY, 4, 0 },
	[0x1e] = { FORMAT_MAP, 2, 0 },
	[0x1f] = { FORMAT_MAP, 4, 0 },
};

/* What the first bytes say. Of a container `body` is the number of values in it. */
struct head {
	enum format_kind kind;
	size_t size;
	uint64_t body;
};

/* A character that is cut off at the end of a piece waits for the next one: shorter than the longest character. */
enum {
	LONGEST_CHARACTER = 4,
};

static struct format format_of(unsigned char first)
{
	if (first < 0x80 || first >= 0xe0)
		return (struct format){ FORMAT_SCALAR, 0, 0 };
	if (first < 0x90)
		return (struct format){ FORMAT_MAP, 0, first & 0x0f };
	if (first < 0xa0)
		return (struct format){ FORMAT_ARRAY, 0, first & 0x0f };
	if (first < 0xc0)
		return (struct format){ FORMAT_STR, 0, first & 0x1f };
	return formats[first - 0xc0];
}

/* The bytes that say the length are there. */
static struct head head_of(const unsigned char *bytes, struct format format)
{
	struct head head = { format.kind, 1u + format.length_size, 0 };

	for (size_t index = 1; index < head.size; index++)
		head.body = head.body << 8 | bytes[index];
	head.body += format.fixed;
	if (format.kind == FORMAT_MAP)
		head.body *= 2;
	return head;
}

/* "a str of 17 bytes" */
static void describe(char *buffer, size_t size, struct head head)
{
	static const char *const names[] = { "number", "str", "bin", "ext", "array", "map" };
	const char *article = head.kind == FORMAT_EXT || head.kind == FORMAT_ARRAY ? "an" : "a";
	uint64_t count = head.kind == FORMAT_MAP ? head.body / 2 : head.kind == FORMAT_EXT ? head.body - 1 : head.body;

	snprintf(buffer, size, "%s %s of %" PRIu64 " %s", article, names[head.kind], count,
		head.kind == FORMAT_ARRAY ? "items"
		: head.kind == FORMAT_MAP ? "members"
					  : "bytes");
}

weir_value weir_packed_check_set_options(struct weir_packed_check *check, const struct weir_unpack_options *options)
{
	static const struct weir_unpack_options defaults;

	if (options == NULL)
		options = &defaults;
	if (options->max_depth > WEIR_MAX_DEPTH)
		return weir_fail(EINVAL, "max_depth is at most %d, not %u", WEIR_MAX_DEPTH, options->max_depth);
	check->max_size = options->max_size > 0 ? options->max_size : WEIR_DEFAULT_MAX_SIZE;
	check->max_depth = options->max_depth > 0 ? options->max_depth : WEIR_DEFAULT_MAX_DEPTH;
	check->accepts_invalid_utf8 = options->accepts_invalid_utf8;
	return weir_nil();
}

void weir_packed_check_begin(struct weir_packed_check *check)
{
	check->left[0] = 1;
	check->depth = 0;
	check->at = 0;
	check->owed = 1;
	check->body_left = 0;
}

/* What begins at `at` needs more bytes than there will be, be it for itself or for what must follow. */
static weir_value no_room(
	const struct weir_packed_check *check, struct head head, size_t at, size_t length, bool is_all, uint64_t origin)
{
	char what[64];

	describe(what, sizeof what, head);
	if (is_all && length <= check->max_size)
		return weir_fail(WEIR_ETRUNCATED, "%s begins at byte %" PRIu64 ", and the input ends %zu bytes later",
			what, origin + at, length - at);
	return weir_fail(WEIR_ELIMIT,
		"%s begins at byte %" PRIu64 ", and makes the document longer than max_size, %zu bytes", what,
		origin + at, check->max_size);
}

static weir_value ends_too_early(const struct weir_packed_check *check, size_t length, bool is_all, uint64_t origin)
{
	if (length == 0)
		return weir_fail(WEIR_ETRUNCATED, "the input is empty");
	if (is_all && length <= check->max_size)
		return weir_fail(WEIR_ETRUNCATED,
			"the input ends inside the document that begins at byte %" PRIu64 ", after %zu bytes of it",
			origin, length);
	return weir_fail(WEIR_ELIMIT, "the document that begins at byte %" PRIu64 " is longer than max_size, %zu bytes",
		origin, check->max_size);
}

/* Whether text is UTF-8 at a glance, as most is. */
static inline bool is_ascii(const unsigned char *bytes, size_t length)
{
	uint64_t all = 0;

	for (; length >= sizeof all; length -= sizeof all, bytes += sizeof all) {
		uint64_t word;

		memcpy(&word, bytes, sizeof word);
		all |= word;
	}
	while (length-- > 0)
		all |= *bytes++;
	return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* The body that `body_left` says goes on at `at`. */
static enum weir_packed_verdict check_body(struct weir_packed_check *check, const unsigned char *bytes, size_t length,
	uint64_t origin, weir_value *ret_error)
{
	size_t there = length - check->at;
	size_t passed;

	if (there > check->body_left)
		there = check->body_left;
	passed = there;
	if (check->body_is_text) {
		passed = weir_utf8_valid_prefix((const char *)bytes + check->at, there);
		if (passed < there && (there == check->body_left || there - passed >= LONGEST_CHARACTER)) {
			*ret_error = weir_fail(WEIR_ESYNTAX,
				"the str that begins at byte %" PRIu64 " is not UTF-8: 0x%02x at byte %" PRIu64,
				origin + check->body_begins, bytes[check->at + passed], origin + check->at + passed);
			return WEIR_PACKED_BAD;
		}
	}
	check->at += passed;
	check->body_left -= passed;
	return check->body_left == 0 ? WEIR_PACKED_WHOLE : WEIR_PACKED_INCOMPLETE;
}

enum weir_packed_verdict weir_packed_check_run(struct weir_packed_check *check, const unsigned char *bytes,
	size_t length, bool is_all, uint64_t origin, weir_value *ret_error)
{
	const size_t room = is_all && length < check->max_size ? length : check->max_size;
	/* What lies beyond the limit makes no difference, so that it makes none how much of it has come. */
	const size_t seen = length < room ? length : room;
	enum weir_packed_verdict verdict = WEIR_PACKED_WHOLE;

	if (check->body_left > 0)
		verdict = check_body(check, bytes, length, origin, ret_error);

	size_t at = check->at;
	uint64_t owed = check->owed;
	uint64_t *left = check->left + check->depth;

	while (owed > 0 && verdict == WEIR_PACKED_WHOLE) {
		while (*left == 0)
			left--;
		if (at < seen && (bytes[at] < 0x80 || bytes[at] >= 0xe0)) {
			--*left;
			owed--;
			at++;
			continue;
		}

		struct format format = at < seen ? format_of(bytes[at]) : (struct format){ FORMAT_SCALAR, 0, 0 };

		if (format.length_size >= seen - at) {
			if (format.length_size >= room - at) {
				*ret_error = ends_too_early(check, length, is_all, origin);
				return WEIR_PACKED_BAD;
			}
			verdict = WEIR_PACKED_INCOMPLETE;
			break;
		}

		struct head head = head_of(bytes + at, format);
		size_t begins = at;

		/* Every other value that is owed takes a byte at least. */
		if (begins + head.size + head.body + (owed - 1) > room) {
			*ret_error = no_room(check, head, begins, length, is_all, origin);
			return WEIR_PACKED_BAD;
		}
		--*left;
		owed--;
		at += head.size;
		switch (head.kind) {
		case FORMAT_ARRAY:
		case FORMAT_MAP:
			if (left == check->left + check->max_depth) {
				*ret_error = weir_fail(WEIR_ELIMIT,
					"the %s that begins at byte %" PRIu64
					" is nested deeper than max_depth, %u levels",
					head.kind == FORMAT_MAP ? "map" : "array", origin + begins, check->max_depth);
				return WEIR_PACKED_BAD;
			}
			*++left = head.body;
			owed += head.body;
			break;
		case FORMAT_NONE:
			*ret_error = weir_fail(WEIR_ESYNTAX, "byte 0x%02x at byte %" PRIu64 " begins no value",
				bytes[begins], origin + begins);
			return WEIR_PACKED_BAD;
		default:
			check->body_is_text = head.kind == FORMAT_STR && !check->accepts_invalid_utf8;
			if (head.body <= length - at &&
				(!check->body_is_text || is_ascii(bytes + at, (size_t)head.body))) {
				at += (size_t)head.body;
				break;
			}
			check->at = at;
			check->body_left = (size_t)head.body;
			check->body_begins = begins;
			verdict = check_body(check, bytes, length, origin, ret_error);
			at = check->at;
		}
	}
	check->at = at;
	check->owed = owed;
	check->depth = (unsigned)(left - check->left);
	return verdict;
}

/* A key that was seen, in an open hash table: where it begins, and the map it is in. Offsets in the block, plus one. */
struct seen_key {
	size_t key;
	size_t map;
};

struct seen_keys {
	const struct weir_bytes_block *block;
	struct seen_key *slots;
	size_t mask;
};

/* The members of all maps in the encoding. */
static uint64_t count_members(const unsigned char *encoding)
{
	const unsigned char *end = weir_packed_end(encoding);
	uint64_t members = 0;

	while (encoding < end) {
		struct head head = head_of(encoding, format_of(*encoding));

		encoding += head.size;
		if (head.kind == FORMAT_MAP)
			members += head.body / 2;
		else if (head.kind != FORMAT_ARRAY)
			encoding += head.body;
	}
	return members;
}

/* Where the map has this key already; or remember it, and 0. */
static size_t find_or_add_key(struct seen_keys *seen, size_t map, size_t key)
{
	weir_value value = weir_packed_view(seen->block, key);
	size_t index = (size_t)(weir_hash(value) ^ map * UINT64_C(0x9e3779b97f4a7c15)) & seen->mask;

	for (;; index = (index + 1) & seen->mask) {
		struct seen_key *slot = &seen->slots[index];

		if (slot->key == 0) {
			*slot = (struct seen_key){ key + 1, map + 1 };
			return 0;
		}
		if (slot->map == map + 1 && weir_equal(weir_packed_view(seen->block, slot->key - 1), value))
			return slot->key;
	}
}

/* Keys and items of a map alternate: an even number is left when a key comes. */
static weir_value check_keys(struct seen_keys *seen, size_t offset, uint64_t origin)
{
	struct level {
		uint64_t left;
		size_t map;
		bool is_map;
	} levels[WEIR_MAX_DEPTH + 1];
	const unsigned char *bytes = (const unsigned char *)seen->block->bytes;
	size_t at = offset;
	unsigned depth = 0;

	levels[0] = (struct level){ .left = 1 };
	for (;;) {
		while (levels[depth].left == 0) {
			if (depth == 0)
				return weir_nil();
			depth--;
		}

		struct level *level = &levels[depth];
		struct head head = head_of(bytes + at, format_of(bytes[at]));

		if (level->is_map && level->left % 2 == 0) {
			size_t first = find_or_add_key(seen, level->map, at);

			if (first > 0) {
				char text[64];

				weir_print(weir_packed_view(seen->block, at), text, sizeof text);
				return weir_fail(WEIR_ESYNTAX,
					"the map that begins at byte %" PRIu64 " has the key %s twice: at byte %" PRIu64
					" and at byte %" PRIu64,
					origin + (level->map - offset), text, origin + (first - 1 - offset),
					origin + (at - offset));
			}
		}
		level->left--;
		if (head.kind == FORMAT_MAP || head.kind == FORMAT_ARRAY)
			levels[++depth] = (struct level){ head.body, at, head.kind == FORMAT_MAP };
		else
			at += head.body;
		at += head.size;
	}
}

weir_value weir_packed_check_keys(weir_value document, uint64_t origin)
{
	struct seen_keys seen = { .mask = 1 };
	uint64_t members = 0;
	size_t offset = 0;
	weir_value error;

	if (weir_value_form(document) == WEIR_FORM_PACKED) {
		seen.block = document.as.pointer;
		offset = weir_value_detail(document);
		members = count_members((const unsigned char *)seen.block->bytes + offset);
	}
	if (members < 2)
		return document;
	while (seen.mask < 2 * members)
		seen.mask = seen.mask << 1 | 1;
	seen.slots = weir_allocate((seen.mask + 1) * sizeof *seen.slots);
	if (seen.slots == NULL) {
		error = weir_no_memory();
	} else {
		memset(seen.slots, 0, (seen.mask + 1) * sizeof *seen.slots);
		error = check_keys(&seen, offset, origin);
		weir_deallocate(seen.slots);
	}
	if (!weir_is_error(error))
		return document;
	weir_release(document);
	return error;
}
