/* Values to msgpack bytes, by msgpack-c's packer. See weir/codec.h. */
#include <msgpack.h>
#include <stdint.h>

#include <weir/codec.h>

#include "codec/packer.h"
#include "codec/path.h"
#include "core/block.h"
#include "core/packed.h"

static int append(void *data, const char *bytes, size_t length)
{
	weir_output_put(data, bytes, length);
	return 0;
}

/* msgpack-c's own end of the output: it calls append() for every head. */
static inline msgpack_packer writer_of(struct weir_output *output)
{
	return (msgpack_packer){ .data = output, .callback = append };
}

/* msgpack-c would cut a greater number in silence. */
static bool fits(struct weir_output *output, size_t length, const char *what)
{
	if (WEIR_LIKELY(length <= UINT32_MAX))
		return true;
	weir_output_fail(output, weir_fail(WEIR_ELIMIT, "%zu %s have no form in msgpack, %llu are the most", length,
					 what, (unsigned long long)UINT32_MAX));
	return false;
}

void weir_pack_nil(struct weir_output *output)
{
	msgpack_packer writer = writer_of(output);

	msgpack_pack_nil(&writer);
}

void weir_pack_bool(struct weir_output *output, bool truth)
{
	msgpack_packer writer = writer_of(output);

	if (truth)
		msgpack_pack_true(&writer);
	else
		msgpack_pack_false(&writer);
}

void weir_pack_int(struct weir_output *output, int64_t integer)
{
	msgpack_packer writer = writer_of(output);

	msgpack_pack_int64(&writer, integer);
}

void weir_pack_uint(struct weir_output *output, uint64_t natural)
{
	msgpack_packer writer = writer_of(output);

	msgpack_pack_uint64(&writer, natural);
}

void weir_pack_double(struct weir_output *output, double real)
{
	msgpack_packer writer = writer_of(output);

	msgpack_pack_double(&writer, real);
}

void weir_pack_str(struct weir_output *output, const char *text, size_t length)
{
	msgpack_packer writer = writer_of(output);

	if (!fits(output, length, "bytes"))
		return;
	msgpack_pack_str(&writer, length);
	weir_output_put(output, text, length);
}

void weir_pack_bin(struct weir_output *output, const void *bytes, size_t length)
{
	msgpack_packer writer = writer_of(output);

	if (!fits(output, length, "bytes"))
		return;
	msgpack_pack_bin(&writer, length);
	weir_output_put(output, bytes, length);
}

void weir_pack_ext(struct weir_output *output, int type, const void *bytes, size_t length)
{
	msgpack_packer writer = writer_of(output);

	if (!fits(output, length, "bytes"))
		return;
	msgpack_pack_ext(&writer, length, (int8_t)type);
	weir_output_put(output, bytes, length);
}

void weir_pack_array(struct weir_output *output, size_t count)
{
	msgpack_packer writer = writer_of(output);

	if (fits(output, count, "items"))
		msgpack_pack_array(&writer, count);
}

void weir_pack_map(struct weir_output *output, size_t count)
{
	msgpack_packer writer = writer_of(output);

	if (fits(output, count, "members"))
		msgpack_pack_map(&writer, count);
}

static void pack_value(struct weir_output *output, weir_value value, const struct weir_path *parent);

static void pack_container(struct weir_output *output, weir_value container, const struct weir_path *parent)
{
	struct weir_path path = {
		.parent = parent,
		.depth = parent != NULL ? parent->depth + 1 : 1,
		.is_map = weir_kind(container) == WEIR_KIND_MAP,
	};
	struct weir_iterator items = weir_iterate(container);
	weir_value item;

	if (path.depth > WEIR_MAX_DEPTH) {
		weir_output_fail(output, weir_too_deep("msgpack", &path));
		return;
	}
	if (path.is_map)
		weir_pack_map(output, items.count);
	else
		weir_pack_array(output, items.count);
	while (!weir_output_has_failed(output) && weir_iterator_next(&items, &path.key, &item)) {
		if (path.is_map)
			pack_value(output, path.key, &path);
		pack_value(output, item, &path);
		path.index++;
	}
}

static void pack_value(struct weir_output *output, weir_value value, const struct weir_path *parent)
{
	size_t length;
	const void *bytes;

	if (weir_value_form(value) == WEIR_FORM_PACKED) {
		const unsigned char *encoding = weir_packed_encoding(value);

		weir_output_put(output, encoding, (size_t)(weir_packed_end(encoding) - encoding));
		return;
	}
	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		weir_pack_nil(output);
		break;
	case WEIR_KIND_BOOL:
		weir_pack_bool(output, weir_as_bool(value));
		break;
	case WEIR_KIND_INT:
		weir_pack_int(output, value.as.integer);
		break;
	case WEIR_KIND_UINT:
		weir_pack_uint(output, value.as.natural);
		break;
	case WEIR_KIND_DOUBLE:
		weir_pack_double(output, value.as.real);
		break;
	case WEIR_KIND_STR:
		bytes = weir_as_bytes(value, &length);
		weir_pack_str(output, bytes, length);
		break;
	case WEIR_KIND_BIN:
		bytes = weir_as_bytes(value, &length);
		weir_pack_bin(output, bytes, length);
		break;
	case WEIR_KIND_EXT:
		bytes = weir_as_bytes(value, &length);
		weir_pack_ext(output, weir_ext_type(value), bytes, length);
		break;
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		pack_container(output, value, parent);
		break;
	case WEIR_KIND_ERROR:
	case WEIR_KIND_OBJECT:
		weir_output_fail(output, weir_no_form(value, NULL, "msgpack", parent));
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
	struct weir_output output;

	if (weir_value_form(value) == WEIR_FORM_PACKED)
		return share_packed(value);
	weir_output_init(&output);
	pack_value(&output, value, NULL);
	return weir_output_take_bin(&output);
}
