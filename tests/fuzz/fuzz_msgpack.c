/*
 * libFuzzer: what is accepted can be read, packs to the same bytes and, rebuilt of live values, decodes as the same; a
 * stream gives the same values and the same error in one piece, byte by byte, and cut as the first bytes say.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>

#include "base/byte_buffer.h"
#include "kit/unpacker.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Byte 0: the limits, small ones most of the time; byte 1: the policies. */
static struct weir_unpack_options options_of(const uint8_t *data)
{
	return (struct weir_unpack_options){
		.max_size = data[0] & 0x0f ? (size_t)(data[0] & 0x0f) * 16 : 0,
		.max_depth = data[0] >> 4,
		.accepts_invalid_utf8 = data[1] & 1,
		.rejects_duplicate_keys = data[1] & 2,
		.copies = data[1] & 4,
	};
}

/* The same as a tree of live values. */
static weir_value rebuild(weir_value value)
{
	struct weir_iterator items = weir_iterate(value);
	size_t count = 0;
	weir_value key;
	weir_value item;
	weir_value *parts;
	weir_value result;

	if (weir_kind(value) != WEIR_KIND_ARRAY && weir_kind(value) != WEIR_KIND_MAP)
		return weir_retain(value);
	parts = malloc(2 * items.count * sizeof *parts + 1);
	while (weir_iterator_next(&items, &key, &item)) {
		if (weir_kind(value) == WEIR_KIND_MAP)
			parts[count++] = rebuild(key);
		parts[count++] = rebuild(item);
	}
	result = weir_kind(value) == WEIR_KIND_MAP
			 ? weir_make_map((const struct weir_member *)(const void *)parts, count / 2)
			 : weir_make_array(parts, count);
	free(parts);
	return result;
}

static void check_document(const uint8_t *bytes, size_t length, const struct weir_unpack_options *options)
{
	size_t used = SIZE_MAX;
	weir_value value = weir_unpack(bytes, length, options, &used);
	char text[64];

	if (weir_is_error(value)) {
		check(used == SIZE_MAX);
		weir_release(value);
		return;
	}
	check(used <= length);
	weir_print(value, text, sizeof text);
	check(weir_hash(value) == weir_hash(value));

	weir_value packed = weir_pack(value);

	if (weir_kind(value) >= WEIR_KIND_STR)
		check(weir_length(packed) == used && memcmp(weir_as_bytes(packed, NULL), bytes, used) == 0);

	weir_value live = rebuild(value);
	weir_value again = weir_pack(live);
	/* A float of 4 bytes has become one of 8. */
	struct weir_unpack_options unlimited = *options;

	unlimited.max_size = 0;

	weir_value decoded = weir_unpack_value(again, 0, &unlimited, NULL);

	check(weir_equal(live, value) && weir_equal(decoded, value));
	weir_release(decoded);
	weir_release(again);
	weir_release(live);
	weir_release(packed);
	weir_release(value);
}

/* Every value with its length, and the error at the end. */
static void run_stream(struct weir_byte_buffer *log, const uint8_t *bytes, size_t length,
	const struct weir_unpack_options *options, size_t piece)
{
	struct weir_unpacker unpacker = { 0 };
	weir_value error = weir_unpacker_init(&unpacker, options);
	bool goes_on = !weir_is_error(error);

	for (size_t at = 0; at < length && goes_on; at += piece) {
		size_t size = length - at < piece ? length - at : piece;
		weir_value chunk = weir_bin(bytes + at, size);
		size_t offset = 0;
		weir_value value;

		while (goes_on && weir_unpacker_take(&unpacker, chunk, &offset, &value)) {
			if (weir_is_error(value)) {
				goes_on = false;
				error = value;
				break;
			}

			weir_value packed = weir_pack(value);

			weir_byte_buffer_append(log, weir_as_bytes(packed, NULL), weir_length(packed));
			weir_byte_buffer_append(log, ";", 1);
			weir_release(packed);
			weir_release(value);
		}
		check(!goes_on || offset == size);
		check(unpacker.broken.length <= unpacker.check.max_size);
		weir_release(chunk);
	}
	if (goes_on)
		error = weir_unpacker_end(&unpacker);
	if (weir_is_error(error)) {
		const char *message = weir_error_message(weir_as_error(error));

		weir_byte_buffer_append(log, message, strlen(message));
		weir_release(error);
	}
	weir_unpacker_finish(&unpacker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weir_byte_buffer logs[3] = { { 0 }, { 0 }, { 0 } };

	if (size < 2)
		return 0;

	struct weir_unpack_options options = options_of(data);
	size_t pieces[3] = { size, 1, (size_t)(data[1] >> 3) + 2 };

	check_document(data + 2, size - 2, &options);
	for (size_t index = 0; index < 3; index++) {
		run_stream(&logs[index], data + 2, size - 2, &options, pieces[index]);
		check(logs[index].length == logs[0].length &&
			(logs[0].length == 0 || memcmp(logs[index].bytes, logs[0].bytes, logs[0].length) == 0));
	}
	for (size_t index = 0; index < 3; index++)
		weir_byte_buffer_finish(&logs[index]);
	return 0;
}
