/* Values to msgpack bytes, by msgpack-c's packer. See weir/codec.h and codec/packer.h. */
#include <msgpack.h>
#include <stdint.h>
#include <string.h>

#include <weir/codec.h>

#include "base/allocator.h"
#include "codec/packer.h"
#include "codec/path.h"
#include "core/block.h"
#include "core/packed.h"

static void fail(struct weir_packer *packer, weir_value failure)
{
	if (weir_is_error(packer->failure))
		weir_release(failure);
	else
		packer->failure = failure;
}

/* Makes room for `extra` more bytes, doubling. */
static bool grow(struct weir_packer *packer, size_t extra)
{
	size_t capacity = packer->capacity * 2;
	bool is_small = packer->bytes == packer->small;
	char *bytes;

	if (extra > SIZE_MAX / 4 - packer->capacity)
		return false;
	if (capacity < packer->length + extra)
		capacity = packer->length + extra;
	bytes = weir_reallocate(is_small ? NULL : packer->bytes, capacity);
	if (bytes == NULL)
		return false;
	if (is_small)
		memcpy(bytes, packer->small, packer->length);
	packer->bytes = bytes;
	packer->capacity = capacity;
	return true;
}

static int append(void *data, const char *bytes, size_t length)
{
	struct weir_packer *packer = data;

	if (WEIR_UNLIKELY(weir_is_error(packer->failure)))
		return -1;
	if (WEIR_UNLIKELY(length > packer->capacity - packer->length) && !grow(packer, length)) {
		fail(packer, weir_no_memory());
		return -1;
	}
	memcpy(packer->bytes + packer->length, bytes, length);
	packer->length += length;
	return 0;
}

/* msgpack-c's own end of the buffer: it calls append() for every head and every body. */
static inline msgpack_packer writer_of(struct weir_packer *packer)
{
	return (msgpack_packer){ .data = packer, .callback = append };
}

static bool fits(struct weir_packer *packer, size_t length, const char *what)
{
	if (length <= UINT32_MAX)
		return true;
	fail(packer, weir_fail(WEIR_ELIMIT, "%zu %s are more than msgpack has a number for", length, what));
	return false;
}

void weir_packer_raw(struct weir_packer *packer, const void *bytes, size_t length)
{
	if (length > 0)
		append(packer, bytes, length);
}

void weir_packer_nil(struct weir_packer *packer)
{
	msgpack_packer writer = writer_of(packer);

	msgpack_pack_nil(&writer);
}

void weir_packer_bool(struct weir_packer *packer, bool truth)
{
	msgpack_packer writer = writer_of(packer);

	if (truth)
		msgpack_pack_true(&writer);
	else
		msgpack_pack_false(&writer);
}

void weir_packer_int(struct weir_packer *packer, int64_t integer)
{
	msgpack_packer writer = writer_of(packer);

	msgpack_pack_int64(&writer, integer);
}

void weir_packer_uint(struct weir_packer *packer, uint64_t natural)
{
	msgpack_packer writer = writer_of(packer);

	msgpack_pack_uint64(&writer, natural);
}

void weir_packer_double(struct weir_packer *packer, double real)
{
	msgpack_packer writer = writer_of(packer);

	msgpack_pack_double(&writer, real);
}

void weir_packer_str(struct weir_packer *packer, const char *text, size_t length)
{
	msgpack_packer writer = writer_of(packer);

	if (!fits(packer, length, "bytes"))
		return;
	msgpack_pack_str(&writer, length);
	weir_packer_raw(packer, text, length);
}

void weir_packer_bin(struct weir_packer *packer, const void *bytes, size_t length)
{
	msgpack_packer writer = writer_of(packer);

	if (!fits(packer, length, "bytes"))
		return;
	msgpack_pack_bin(&writer, length);
	weir_packer_raw(packer, bytes, length);
}

void weir_packer_ext(struct weir_packer *packer, int type, const void *bytes, size_t length)
{
	msgpack_packer writer = writer_of(packer);

	if (!fits(packer, length, "bytes"))
		return;
	msgpack_pack_ext(&writer, length, (int8_t)type);
	weir_packer_raw(packer, bytes, length);
}

void weir_packer_array(struct weir_packer *packer, size_t count)
{
	msgpack_packer writer = writer_of(packer);

	if (fits(packer, count, "items"))
		msgpack_pack_array(&writer, count);
}

void weir_packer_map(struct weir_packer *packer, size_t count)
{
	msgpack_packer writer = writer_of(packer);

	if (fits(packer, count, "members"))
		msgpack_pack_map(&writer, count);
}

static weir_value take(struct weir_packer *packer, weir_value result)
{
	if (packer->bytes != packer->small)
		weir_deallocate(packer->bytes);
	if (weir_is_error(packer->failure)) {
		weir_release(result);
		return packer->failure;
	}
	return result;
}

weir_value weir_packer_take_bin(struct weir_packer *packer)
{
	if (weir_is_error(packer->failure))
		return take(packer, weir_nil());

	return take(packer, weir_bin(packer->bytes, packer->length));
}

weir_value weir_packer_take_document(struct weir_packer *packer)
{
	if (weir_is_error(packer->failure))
		return take(packer, weir_nil());
	return take(packer, weir_packed_document(packer->bytes, packer->length));
}

static void pack_value(struct weir_packer *packer, weir_value value, const struct weir_path *parent);

static void pack_container(struct weir_packer *packer, weir_value container, const struct weir_path *parent)
{
	struct weir_path path = {
		.parent = parent,
		.depth = parent != NULL ? parent->depth + 1 : 1,
		.is_map = weir_kind(container) == WEIR_KIND_MAP,
	};
	struct weir_iterator items = weir_iterate(container);
	weir_value item;

	if (path.depth > WEIR_MAX_DEPTH) {
		fail(packer, weir_too_deep("msgpack", &path));
		return;
	}
	if (path.is_map)
		weir_packer_map(packer, items.count);
	else
		weir_packer_array(packer, items.count);
	while (!weir_is_error(packer->failure) && weir_iterator_next(&items, &path.key, &item)) {
		if (path.is_map)
			pack_value(packer, path.key, &path);
		pack_value(packer, item, &path);
		path.index++;
	}
}

static void pack_value(struct weir_packer *packer, weir_value value, const struct weir_path *parent)
{
	size_t length;
	const void *bytes;

	if (weir_value_form(value) == WEIR_FORM_PACKED) {
		const unsigned char *encoding = weir_packed_encoding(value);

		weir_packer_raw(packer, encoding, (size_t)(weir_packed_end(encoding) - encoding));
		return;
	}
	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		weir_packer_nil(packer);
		break;
	case WEIR_KIND_BOOL:
		weir_packer_bool(packer, weir_as_bool(value));
		break;
	case WEIR_KIND_INT:
		weir_packer_int(packer, value.as.integer);
		break;
	case WEIR_KIND_UINT:
		weir_packer_uint(packer, value.as.natural);
		break;
	case WEIR_KIND_DOUBLE:
		weir_packer_double(packer, value.as.real);
		break;
	case WEIR_KIND_STR:
		bytes = weir_as_bytes(value, &length);
		weir_packer_str(packer, bytes, length);
		break;
	case WEIR_KIND_BIN:
		bytes = weir_as_bytes(value, &length);
		weir_packer_bin(packer, bytes, length);
		break;
	case WEIR_KIND_EXT:
		bytes = weir_as_bytes(value, &length);
		weir_packer_ext(packer, weir_ext_type(value), bytes, length);
		break;
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		pack_container(packer, value, parent);
		break;
	case WEIR_KIND_ERROR:
	case WEIR_KIND_OBJECT:
		fail(packer, weir_no_form(value, NULL, "msgpack", parent));
		break;
	}
}

/* What is packed already is handed out as it lies there. */
static weir_value share_packed(weir_value value)
{
	const struct weir_bytes_block *block = value.as.pointer;
	size_t offset = weir_value_detail(value);
	const unsigned char *encoding = weir_packed_encoding(value);
	size_t size = block->block.spare && offset == 0 ? block->size : (size_t)(weir_packed_end(encoding) - encoding);

	if (offset == 0 && size == block->size)
		return weir_retain(weir_value_make(WEIR_KIND_BIN, WEIR_FORM_WHOLE, size, block));
	if (offset > WEIR_SLICE_MAX || size > WEIR_SLICE_MAX)
		return weir_bin(encoding, size);
	return weir_retain(weir_value_make(WEIR_KIND_BIN, WEIR_FORM_SLICE, offset | (uint64_t)size << 24, block));
}

weir_value weir_pack(weir_value value)
{
	struct weir_packer packer;

	if (weir_value_form(value) == WEIR_FORM_PACKED)
		return share_packed(value);
	weir_packer_init(&packer);
	pack_value(&packer, value, NULL);
	return weir_packer_take_bin(&packer);
}
