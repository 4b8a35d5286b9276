/* Values: making, sharing and reading. See weir/value.h; comparing stands in compare.c. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/observable.h>
#include <weir/value.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/packed.h"

/* Lists waiting to be destroyed by the call that is already doing so: deep nesting must not become deep recursion. */
static __thread struct weir_list_block *dead_lists __attribute__((tls_model("initial-exec")));
static __thread bool burying __attribute__((tls_model("initial-exec")));

static size_t list_size(size_t count)
{
	return sizeof(struct weir_list_block) + count * sizeof(weir_value);
}

static void list_destroy(struct weir_list_block *list)
{
	list->next_dead = dead_lists;
	dead_lists = list;
	if (burying)
		return;
	burying = true;
	while ((list = dead_lists) != NULL) {
		dead_lists = list->next_dead;
		for (size_t index = 0; index < list->count; index++)
			weir_release(list->items[index]);
		weir_pool_return(list, list_size(list->count));
	}
	burying = false;
}

static void block_destroy(struct weir_block *block)
{
	switch ((enum weir_block_type)block->type) {
	case WEIR_BLOCK_BYTES: {
		struct weir_bytes_block *bytes = (struct weir_bytes_block *)block;

		weir_pool_return(bytes, sizeof *bytes + bytes->size + 1);
		break;
	}
	case WEIR_BLOCK_LIST:
		list_destroy((struct weir_list_block *)block);
		break;
	case WEIR_BLOCK_OBJECT: {
		struct weir_object_block *object = (struct weir_object_block *)block;

		if (object->destroy != NULL)
			object->destroy(object->pointer);
		weir_pool_return(object, sizeof *object);
		break;
	}
	case WEIR_BLOCK_ERROR:
		weir_error_destroy(block);
		break;
	case WEIR_BLOCK_OBSERVABLE:
		weir_observable_destroy(block);
		break;
	}
}

const char *weir_kind_name(enum weir_kind kind)
{
	static const char *const names[] = {
		[WEIR_KIND_NIL] = "nil",
		[WEIR_KIND_BOOL] = "bool",
		[WEIR_KIND_INT] = "int",
		[WEIR_KIND_UINT] = "uint",
		[WEIR_KIND_DOUBLE] = "double",
		[WEIR_KIND_STR] = "str",
		[WEIR_KIND_BIN] = "bin",
		[WEIR_KIND_ARRAY] = "array",
		[WEIR_KIND_MAP] = "map",
		[WEIR_KIND_EXT] = "ext",
		[WEIR_KIND_ERROR] = "error",
		[WEIR_KIND_OBJECT] = "object",
	};

	return kind <= WEIR_KIND_OBJECT ? names[kind] : "unknown";
}

void weir_retain_counted(weir_value value)
{
	weir_block_retain((struct weir_block *)value.as.pointer);
}

void weir_release_counted(weir_value value)
{
	struct weir_block *block = (struct weir_block *)value.as.pointer;

	if (weir_block_release(block))
		block_destroy(block);
}

void weir_value_share(weir_value value)
{
	if (!(value.tag & WEIR_TAG_COUNTED))
		return;

	struct weir_block *block = (struct weir_block *)value.as.pointer;

	if (block->shared || block->immortal)
		return;
	if (block->type == WEIR_BLOCK_OBSERVABLE) {
		weir_across_threads((weir_observable *)block);
		return;
	}
	block->shared = 1;
	if (block->type == WEIR_BLOCK_LIST) {
		const struct weir_list_block *list = (const struct weir_list_block *)block;

		for (size_t index = 0; index < list->count; index++)
			weir_value_share(list->items[index]);
	} else if (block->type == WEIR_BLOCK_ERROR) {
		const weir_error *error = value.as.pointer;

		for (size_t index = 0; index < weir_error_cause_count(error); index++)
			weir_value_share(weir_value_make(WEIR_KIND_ERROR, WEIR_FORM_BLOCK, 0,
				weir_error_cause_at(error, index)));
	}
}

struct weir_bytes_block *weir_bytes_new(size_t size)
{
	if (size > SIZE_MAX / 2)
		return NULL;

	struct weir_bytes_block *block = weir_pool_take(sizeof *block + size + 1);

	if (block == NULL)
		return NULL;
	weir_block_init(&block->block, WEIR_BLOCK_BYTES);
	block->size = size;
	block->bytes[size] = '\0';
	return block;
}

struct weir_list_block *weir_list_new(size_t count)
{
	if (count > SIZE_MAX / 2 / sizeof(weir_value))
		return NULL;

	struct weir_list_block *block = weir_pool_take(list_size(count));

	if (block == NULL)
		return NULL;
	weir_block_init(&block->block, WEIR_BLOCK_LIST);
	block->count = count;
	return block;
}

static weir_value copy_bytes(enum weir_kind kind, const void *bytes, size_t length)
{
	struct weir_bytes_block *block = weir_bytes_new(length);

	if (block == NULL)
		return weir_no_memory();
	if (length > 0)
		memcpy(block->bytes, bytes, length);
	return weir_bytes_value(kind, block);
}

weir_value weir_str(const char *text, size_t length)
{
	return copy_bytes(WEIR_KIND_STR, text, length);
}

weir_value weir_string(const char *text)
{
	return weir_str(text, strlen(text));
}

weir_value weir_string_static(const char *text)
{
	return weir_value_make(WEIR_KIND_STR, WEIR_FORM_STATIC, strlen(text), text);
}

weir_value weir_string_format(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return weir_fail(EINVAL, "the format \"%s\" cannot be printed", format);

	struct weir_bytes_block *block = weir_bytes_new((size_t)length);

	if (block == NULL)
		return weir_no_memory();
	va_start(arguments, format);
	vsnprintf(block->bytes, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return weir_bytes_value(WEIR_KIND_STR, block);
}

weir_value weir_bin(const void *bytes, size_t length)
{
	return copy_bytes(WEIR_KIND_BIN, bytes, length);
}

/* An ext keeps its type as first byte of its block. */
weir_value weir_ext(int type, const void *bytes, size_t length)
{
	if (type < -128 || type > 127)
		return weir_fail(EINVAL, "an extension type is -128 to 127, not %d", type);

	struct weir_bytes_block *block = weir_bytes_new(length + 1);

	if (block == NULL)
		return weir_no_memory();
	block->bytes[0] = (char)type;
	if (length > 0)
		memcpy(block->bytes + 1, bytes, length);
	return weir_bytes_value(WEIR_KIND_EXT, block);
}

weir_value weir_slice(weir_value value, enum weir_kind kind, size_t offset, size_t length)
{
	size_t whole;
	const char *bytes = weir_as_bytes(value, &whole);

	if (bytes == NULL || (kind != WEIR_KIND_STR && kind != WEIR_KIND_BIN))
		return weir_fail(EINVAL, "only a part of a str or bin can be taken, as a str or bin");
	if (offset > whole || length > whole - offset)
		return weir_fail(EINVAL, "bytes %zu to %zu are not inside %zu bytes", offset, offset + length, whole);
	if (!(value.tag & WEIR_TAG_COUNTED))
		return weir_value_make(kind, WEIR_FORM_STATIC, length, bytes + offset);

	const struct weir_bytes_block *block = value.as.pointer;
	size_t start = (size_t)(bytes - block->bytes) + offset;

	if (start > WEIR_SLICE_MAX || length > WEIR_SLICE_MAX)
		return copy_bytes(kind, bytes + offset, length);
	return weir_retain(weir_value_make(kind, WEIR_FORM_SLICE, start | (uint64_t)length << 24, block));
}

/* Consumes the `count` values; the first error among them is the result. */
static weir_value make_list(enum weir_kind kind, const weir_value *values, size_t count)
{
	struct weir_list_block *list = weir_list_new(count);
	const weir_value *error = NULL;

	for (size_t index = 0; index < count && error == NULL; index++)
		if (weir_is_error(values[index]))
			error = &values[index];
	if (list == NULL || error != NULL) {
		weir_value result = error != NULL ? weir_retain(*error) : weir_no_memory();

		for (size_t index = 0; index < count; index++)
			weir_release(values[index]);
		if (list != NULL)
			weir_pool_return(list, list_size(count));
		return result;
	}
	if (count > 0)
		memcpy(list->items, values, count * sizeof *values);
	return weir_list_value(kind, list);
}

weir_value weir_make_array(const weir_value *items, size_t count)
{
	return make_list(WEIR_KIND_ARRAY, items, count);
}

_Static_assert(sizeof(struct weir_member) == 2 * sizeof(weir_value), "members are pairs of values");

weir_value weir_make_map(const struct weir_member *members, size_t count)
{
	return make_list(WEIR_KIND_MAP, count > 0 ? &members[0].key : NULL, 2 * count);
}

weir_value weir_object(void *pointer, void (*destroy)(void *pointer))
{
	struct weir_object_block *block = weir_pool_take(sizeof *block);

	if (block == NULL) {
		if (destroy != NULL)
			destroy(pointer);
		return weir_no_memory();
	}
	weir_block_init(&block->block, WEIR_BLOCK_OBJECT);
	block->pointer = pointer;
	block->destroy = destroy;
	return weir_value_make(WEIR_KIND_OBJECT, WEIR_FORM_BLOCK, 0, block);
}

weir_value weir_observable_value(weir_observable *observable)
{
	return weir_value_make(WEIR_KIND_OBJECT, WEIR_FORM_BLOCK, 0, observable);
}

weir_value weir_error_value(weir_error *error)
{
	return weir_value_make(WEIR_KIND_ERROR, WEIR_FORM_BLOCK, 0, error);
}

bool weir_as_bool(weir_value value)
{
	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		return false;
	case WEIR_KIND_DOUBLE:
		return value.as.real != 0;
	case WEIR_KIND_BOOL:
	case WEIR_KIND_INT:
	case WEIR_KIND_UINT:
		return value.as.integer != 0;
	default:
		return true;
	}
}

bool weir_is_number(weir_value value)
{
	enum weir_kind kind = weir_kind(value);

	return kind == WEIR_KIND_INT || kind == WEIR_KIND_UINT || kind == WEIR_KIND_DOUBLE;
}

bool weir_to_int(weir_value value, int64_t *ret_integer)
{
	if (weir_kind(value) == WEIR_KIND_INT) {
		*ret_integer = value.as.integer;
		return true;
	}
	if (weir_kind(value) != WEIR_KIND_DOUBLE || !(value.as.real >= -9223372036854775808.0) ||
		!(value.as.real < 9223372036854775808.0) || value.as.real != trunc(value.as.real))
		return false;
	*ret_integer = (int64_t)value.as.real;
	return true;
}

const void *weir_as_bytes(weir_value value, size_t *ret_length)
{
	enum weir_kind kind = weir_kind(value);
	uint64_t detail = weir_value_detail(value);
	const struct weir_bytes_block *block = value.as.pointer;
	const char *bytes = NULL;
	size_t length = 0;

	if (kind == WEIR_KIND_STR || kind == WEIR_KIND_BIN || kind == WEIR_KIND_EXT) {
		switch (weir_value_form(value)) {
		case WEIR_FORM_STATIC:
			bytes = value.as.pointer;
			length = detail;
			break;
		case WEIR_FORM_WHOLE:
			bytes = block->bytes + (kind == WEIR_KIND_EXT);
			length = detail - (kind == WEIR_KIND_EXT);
			break;
		case WEIR_FORM_SLICE:
			bytes = block->bytes + (detail & WEIR_SLICE_MAX);
			length = detail >> 24;
			break;
		default: {
			const unsigned char *encoding = weir_packed_encoding(value);
			struct weir_packed_head head = weir_packed_read(encoding);

			bytes = (const char *)encoding + head.size;
			length = head.length;
			break;
		}
		}
	}
	if (ret_length != NULL)
		*ret_length = length;
	return bytes;
}

const char *weir_as_str(weir_value value, size_t *ret_length)
{
	if (weir_kind(value) == WEIR_KIND_STR)
		return weir_as_bytes(value, ret_length);
	if (ret_length != NULL)
		*ret_length = 0;
	return "";
}

size_t weir_copy_string(weir_value value, char *buffer, size_t size)
{
	size_t length;
	const char *text = weir_as_str(value, &length);

	if (size > 0) {
		size_t cut = length < size ? length : size - 1;

		while (cut < length && cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
			cut--;
		memcpy(buffer, text, cut);
		buffer[cut] = '\0';
	}
	return length;
}

bool weir_is_string(weir_value value, const char *text)
{
	size_t length;
	const char *own = weir_as_str(value, &length);

	return weir_kind(value) == WEIR_KIND_STR && strlen(text) == length && memcmp(own, text, length) == 0;
}

int weir_ext_type(weir_value value)
{
	if (weir_kind(value) != WEIR_KIND_EXT)
		return 0;
	if (weir_value_form(value) == WEIR_FORM_WHOLE)
		return (signed char)((const struct weir_bytes_block *)value.as.pointer)->bytes[0];
	return weir_packed_read(weir_packed_encoding(value)).ext_type;
}

size_t weir_length(weir_value value)
{
	size_t length = 0;

	switch (weir_kind(value)) {
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		if (weir_value_form(value) == WEIR_FORM_LIST)
			return weir_value_detail(value);
		return weir_packed_read(weir_packed_encoding(value)).length;
	default:
		weir_as_bytes(value, &length);
		return length;
	}
}

struct weir_iterator weir_iterate(weir_value container)
{
	struct weir_iterator iterator = { .container = container };
	enum weir_kind kind = weir_kind(container);

	if (kind != WEIR_KIND_ARRAY && kind != WEIR_KIND_MAP)
		return iterator;
	iterator.count = weir_length(container);
	if (weir_value_form(container) == WEIR_FORM_PACKED)
		iterator.position = weir_value_detail(container) +
				    weir_packed_read(weir_packed_encoding(container)).size;
	else if (kind == WEIR_KIND_ARRAY)
		iterator.items = ((const struct weir_list_block *)container.as.pointer)->items;
	return iterator;
}

static weir_value packed_step(const struct weir_bytes_block *block, uint64_t *position)
{
	weir_value item = weir_packed_view(block, *position);
	const unsigned char *bytes = (const unsigned char *)block->bytes;

	*position = (uint64_t)(weir_packed_end(bytes + *position) - bytes);
	return item;
}

bool weir_iterator_next_slowly(struct weir_iterator *iterator, weir_value *ret_key, weir_value *ret_item)
{
	if (iterator->index >= iterator->count)
		return false;

	bool is_map = weir_kind(iterator->container) == WEIR_KIND_MAP;
	weir_value key = weir_nil();
	weir_value item;

	if (weir_value_form(iterator->container) == WEIR_FORM_LIST) {
		const struct weir_list_block *list = iterator->container.as.pointer;

		if (is_map)
			key = list->items[2 * iterator->index];
		item = list->items[is_map ? 2 * iterator->index + 1 : iterator->index];
	} else {
		const struct weir_bytes_block *block = iterator->container.as.pointer;

		if (is_map)
			key = packed_step(block, &iterator->position);
		item = packed_step(block, &iterator->position);
	}
	iterator->index++;
	if (ret_key != NULL)
		*ret_key = key;
	if (ret_item != NULL)
		*ret_item = item;
	return true;
}

weir_value weir_get_value(weir_value map, weir_value key, bool *ret_found)
{
	struct weir_iterator iterator = weir_iterate(weir_kind(map) == WEIR_KIND_MAP ? map : weir_nil());
	weir_value own_key;
	weir_value item;

	while (weir_iterator_next(&iterator, &own_key, &item)) {
		if (weir_equal(own_key, key)) {
			if (ret_found != NULL)
				*ret_found = true;
			return item;
		}
	}
	if (ret_found != NULL)
		*ret_found = false;
	return weir_nil();
}

weir_value weir_get(weir_value map, const char *key)
{
	return weir_get_value(map, weir_string_static(key), NULL);
}

weir_value weir_at(weir_value array, size_t index)
{
	if (weir_kind(array) != WEIR_KIND_ARRAY || index >= weir_length(array))
		return weir_nil();
	if (weir_value_form(array) == WEIR_FORM_LIST)
		return ((const struct weir_list_block *)array.as.pointer)->items[index];

	struct weir_iterator iterator = weir_iterate(array);
	weir_value item = weir_nil();

	while (index-- > 0)
		packed_step(array.as.pointer, &iterator.position);
	weir_iterator_next(&iterator, NULL, &item);
	return item;
}

void *weir_as_object(weir_value value)
{
	const struct weir_block *block = value.as.pointer;

	if (weir_kind(value) != WEIR_KIND_OBJECT || block->type != WEIR_BLOCK_OBJECT)
		return NULL;
	return ((const struct weir_object_block *)block)->pointer;
}

weir_observable *weir_as_observable(weir_value value)
{
	const struct weir_block *block = value.as.pointer;

	if (weir_kind(value) != WEIR_KIND_OBJECT || block->type != WEIR_BLOCK_OBSERVABLE)
		return NULL;
	return (weir_observable *)block;
}

weir_error *weir_as_error(weir_value value)
{
	return weir_is_error(value) ? (weir_error *)value.as.pointer : NULL;
}
