/*
 * documents: what a decoded document costs as an object tree in a zone (msgpack-c) and as packed bytes that are
 * validated once and read lazily. Usage: bench-documents FEATURES.geojson ROWS.csv
 *
 * Both are reference-counted, immutable and own a copy of their bytes, and both check lengths, depth and UTF-8 before
 * they allocate. The figures and what follows from them are in docs/values.md.
 */
#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <math.h>
#include <msgpack.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timing.h"

#define MAX_DEPTH 32 /* msgpack-c goes no deeper */
#define MAX_COLUMNS 64
#define REPETITIONS 9

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench-documents: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

static void *checked(void *memory)
{
	if (!memory)
		fail("out of memory");
	return memory;
}

/* Allocations are counted underneath every library, where the C library lets us; a sanitizer wants malloc for itself.
 */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#endif
#if defined(__GLIBC__) && !defined(IS_SANITIZED)
#define COUNTS_ALLOCATIONS 1
#else
#define COUNTS_ALLOCATIONS 0
#endif

static struct {
	bool is_on;
	size_t allocations;
	int64_t live_bytes; /* as the C library rounds them, with its header */
} counter;

#if COUNTS_ALLOCATIONS
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static void count(void *memory)
{
	counter.allocations++;
	counter.live_bytes += (int64_t)(malloc_usable_size(memory) + sizeof(size_t));
}

static void uncount(void *memory)
{
	counter.live_bytes -= (int64_t)(malloc_usable_size(memory) + sizeof(size_t));
}

void *malloc(size_t size)
{
	void *memory = __libc_malloc(size);

	if (counter.is_on && memory)
		count(memory);
	return memory;
}

void *calloc(size_t number, size_t size)
{
	void *memory = __libc_calloc(number, size);

	if (counter.is_on && memory)
		count(memory);
	return memory;
}

void *realloc(void *memory, size_t size)
{
	if (counter.is_on && memory)
		uncount(memory);
	memory = __libc_realloc(memory, size);
	if (counter.is_on && memory)
		count(memory);
	return memory;
}

void free(void *memory)
{
	if (counter.is_on && memory)
		uncount(memory);
	__libc_free(memory);
}
#endif

static void counter_start(void)
{
	counter.allocations = 0;
	counter.live_bytes = 0;
	counter.is_on = true;
}

/* Reading packed bytes */

static inline uint64_t read_big_endian(const uint8_t *at, unsigned bytes)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (bytes) {
	case 1:
		return *at;
	case 2:
		memcpy(&two, at, 2);
		return __builtin_bswap16(two);
	case 4:
		memcpy(&four, at, 4);
		return __builtin_bswap32(four);
	default:
		memcpy(&eight, at, 8);
		return __builtin_bswap64(eight);
	}
}

enum item_kind { ITEM_SCALAR, ITEM_STR, ITEM_BIN, ITEM_EXT, ITEM_ARRAY, ITEM_MAP, ITEM_INVALID };

struct item {
	enum item_kind kind;
	uint8_t header; /* bytes before the payload or the first child */
	uint64_t length; /* of the payload in bytes; children of an array; pairs of a map */
};

/* How the 32 bytes from 0xc0 begin: the kind, the bytes of the length field, and the payload where that is fixed. */
static const struct {
	uint8_t kind, length_bytes, fixed;
} formats[32] = {
	{ ITEM_SCALAR, 0, 0 },
	{ ITEM_INVALID, 0, 0 },
	{ ITEM_SCALAR, 0, 0 },
	{ ITEM_SCALAR, 0, 0 },
	{ ITEM_BIN, 1, 0 },
	{ ITEM_BIN, 2, 0 },
	{ ITEM_BIN, 4, 0 },
	{ ITEM_EXT, 1, 1 },
	{ ITEM_EXT, 2, 1 },
	{ ITEM_EXT, 4, 1 },
	{ ITEM_SCALAR, 0, 4 },
	{ ITEM_SCALAR, 0, 8 },
	{ ITEM_SCALAR, 0, 1 },
	{ ITEM_SCALAR, 0, 2 },
	{ ITEM_SCALAR, 0, 4 },
	{ ITEM_SCALAR, 0, 8 },
	{ ITEM_SCALAR, 0, 1 },
	{ ITEM_SCALAR, 0, 2 },
	{ ITEM_SCALAR, 0, 4 },
	{ ITEM_SCALAR, 0, 8 },
	{ ITEM_EXT, 0, 2 },
	{ ITEM_EXT, 0, 3 },
	{ ITEM_EXT, 0, 5 },
	{ ITEM_EXT, 0, 9 },
	{ ITEM_EXT, 0, 17 },
	{ ITEM_STR, 1, 0 },
	{ ITEM_STR, 2, 0 },
	{ ITEM_STR, 4, 0 },
	{ ITEM_ARRAY, 2, 0 },
	{ ITEM_ARRAY, 4, 0 },
	{ ITEM_MAP, 2, 0 },
	{ ITEM_MAP, 4, 0 },
};

/* `available` is at least 1; a header that does not fit is ITEM_INVALID. */
static inline struct item read_item(const uint8_t *at, size_t available)
{
	uint8_t first = *at;

	if (first < 0x80 || first >= 0xe0)
		return (struct item){ ITEM_SCALAR, 1, 0 };
	if (first < 0x90)
		return (struct item){ ITEM_MAP, 1, first & 0x0f };
	if (first < 0xa0)
		return (struct item){ ITEM_ARRAY, 1, first & 0x0f };
	if (first < 0xc0)
		return (struct item){ ITEM_STR, 1, first & 0x1f };

	struct item item = { formats[first - 0xc0].kind, 1, formats[first - 0xc0].fixed };
	unsigned length_bytes = formats[first - 0xc0].length_bytes;

	if (length_bytes) {
		if (available < 1 + length_bytes)
			return (struct item){ ITEM_INVALID, 1, 0 };
		item.header = (uint8_t)(1 + length_bytes);
		item.length += read_big_endian(at + 1, length_bytes);
	}
	return item;
}

static bool is_utf8(const uint8_t *at, size_t length)
{
	const uint8_t *end = at + length;

	while (at < end) {
		uint64_t eight;

		if (end - at >= 8) {
			memcpy(&eight, at, 8);
			if (!(eight & UINT64_C(0x8080808080808080))) {
				at += 8;
				continue;
			}
		}
		if (*at < 0x80) {
			at++;
			continue;
		}

		uint32_t code;
		uint32_t least;
		int more;

		if ((*at & 0xe0) == 0xc0) {
			code = *at & 0x1f;
			least = 0x80;
			more = 1;
		} else if ((*at & 0xf0) == 0xe0) {
			code = *at & 0x0f;
			least = 0x800;
			more = 2;
		} else if ((*at & 0xf8) == 0xf0) {
			code = *at & 0x07;
			least = 0x10000;
			more = 3;
		} else {
			return false;
		}
		if (end - at <= more)
			return false;
		for (int i = 1; i <= more; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (at[i] & 0x3f);
		}
		if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return false;
		at += more + 1;
	}
	return true;
}

/* One whole document and nothing after it. `ret_tree_bytes` is what msgpack-c needs for its objects. */
static bool validate(const uint8_t *bytes, size_t size, size_t *ret_tree_bytes)
{
	uint64_t left[MAX_DEPTH + 1] = { 1 };
	unsigned depth = 0;
	size_t at = 0;
	size_t tree_bytes = 0;

	for (;;) {
		while (left[depth] == 0) {
			if (depth == 0) {
				*ret_tree_bytes = tree_bytes;
				return at == size;
			}
			depth--;
		}
		left[depth]--;
		if (at >= size)
			return false;

		struct item item = read_item(bytes + at, size - at);

		at += item.header;
		switch (item.kind) {
		case ITEM_INVALID:
			return false;
		case ITEM_ARRAY:
		case ITEM_MAP: {
			uint64_t children = item.kind == ITEM_MAP ? item.length * 2 : item.length;

			/* A child is a byte at least, so a length that lies is found out here. */
			if (children > size - at || depth == MAX_DEPTH)
				return false;
			tree_bytes += children * sizeof(msgpack_object);
			left[++depth] = children;
			break;
		}
		default:
			if (item.length > size - at)
				return false;
			if (item.kind == ITEM_STR && !is_utf8(bytes + at, item.length))
				return false;
			at += item.length;
		}
	}
}

/* From here on, bytes have been validated. */

/* A table of sizes by first byte was no faster: its loads depend on each other, while branches are predicted. */
static inline const uint8_t *skip(const uint8_t *at)
{
	uint64_t left = 1;

	do {
		struct item item = read_item(at, SIZE_MAX);

		at += item.header;
		left--;
		if (item.kind == ITEM_MAP)
			left += item.length * 2;
		else if (item.kind == ITEM_ARRAY)
			left += item.length;
		else
			at += item.length;
	} while (left);
	return at;
}

/* NULL if there is no such key, or no map. */
static const uint8_t *packed_get(const uint8_t *at, const char *key, size_t key_length)
{
	struct item map = read_item(at, SIZE_MAX);

	if (map.kind != ITEM_MAP)
		return NULL;
	at += map.header;
	for (uint64_t i = 0; i < map.length; i++) {
		struct item item = read_item(at, SIZE_MAX);
		bool is_it = item.kind == ITEM_STR && item.length == key_length &&
			     memcmp(at + item.header, key, key_length) == 0;

		at = item.kind == ITEM_STR ? at + item.header + item.length : skip(at);
		if (is_it)
			return at;
		at = skip(at);
	}
	return NULL;
}

static const uint8_t *packed_at(const uint8_t *at, uint64_t index)
{
	struct item array = read_item(at, SIZE_MAX);

	if (array.kind != ITEM_ARRAY || index >= array.length)
		return NULL;
	at += array.header;
	while (index--)
		at = skip(at);
	return at;
}

/* The wrong kind is 0. */
static double packed_as_double(const uint8_t *at)
{
	uint8_t first = *at;
	uint64_t bits;
	double value;

	if (first < 0x80)
		return first;
	if (first >= 0xe0)
		return (int8_t)first;
	switch (first) {
	case 0xcb:
		bits = read_big_endian(at + 1, 8);
		memcpy(&value, &bits, 8);
		return value;
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf:
		return (double)read_big_endian(at + 1, 1u << (first - 0xcc));
	case 0xd0:
		return (int8_t)at[1];
	case 0xd1:
		return (int16_t)read_big_endian(at + 1, 2);
	case 0xd2:
		return (int32_t)read_big_endian(at + 1, 4);
	case 0xd3:
		return (double)(int64_t)read_big_endian(at + 1, 8);
	default:
		return 0;
	}
}

/* The two representations */

struct packed {
	uint32_t references;
	uint32_t size;
	uint8_t bytes[];
};

/* A sub-value of a packed document: what a 16-byte value holds. */
struct view {
	struct packed *document;
	uint32_t offset;
	uint32_t reserved;
};

struct tree {
	uint32_t references;
	uint32_t size;
	msgpack_zone zone;
	msgpack_object root;
	uint8_t bytes[]; /* the strings of the objects point into this */
};

static struct packed *packed_new(const void *bytes, size_t size)
{
	size_t tree_bytes;

	if (size > UINT32_MAX || !validate(bytes, size, &tree_bytes))
		return NULL;

	struct packed *packed = checked(malloc(sizeof(*packed) + size));

	packed->references = 1;
	packed->size = (uint32_t)size;
	memcpy(packed->bytes, bytes, size);
	return packed;
}

static void packed_unref(struct packed *packed)
{
	if (--packed->references == 0)
		free(packed);
}

static struct tree *tree_unpack(const void *bytes, size_t size, size_t zone_size)
{
	struct tree *tree = checked(malloc(sizeof(*tree) + size));
	size_t offset = 0;

	tree->references = 1;
	tree->size = (uint32_t)size;
	memcpy(tree->bytes, bytes, size);
	if (!msgpack_zone_init(&tree->zone, zone_size))
		fail("out of memory");
	if (msgpack_unpack((const char *)tree->bytes, size, &offset, &tree->zone, &tree->root) !=
		MSGPACK_UNPACK_SUCCESS)
		fail("msgpack-c refused a document that is valid");
	return tree;
}

/* The zone is made exactly as large as the validation found necessary. */
static struct tree *tree_new(const void *bytes, size_t size)
{
	size_t tree_bytes;

	if (size > UINT32_MAX || !validate(bytes, size, &tree_bytes))
		return NULL;
	return tree_unpack(bytes, size, tree_bytes + MSGPACK_ZONE_ALIGN);
}

/* msgpack-c as it comes: nothing is validated, chunks of 8 KiB. */
static struct tree *tree_new_plain(const void *bytes, size_t size)
{
	return tree_unpack(bytes, size, MSGPACK_ZONE_CHUNK_SIZE);
}

static void tree_unref(struct tree *tree)
{
	if (--tree->references == 0) {
		msgpack_zone_destroy(&tree->zone);
		free(tree);
	}
}

static const msgpack_object *tree_get(const msgpack_object *object, const char *key, size_t key_length)
{
	if (object->type != MSGPACK_OBJECT_MAP)
		return NULL;
	for (uint32_t i = 0; i < object->via.map.size; i++) {
		const msgpack_object_kv *pair = &object->via.map.ptr[i];

		if (pair->key.type == MSGPACK_OBJECT_STR && pair->key.via.str.size == key_length &&
			memcmp(pair->key.via.str.ptr, key, key_length) == 0)
			return &pair->val;
	}
	return NULL;
}

static double tree_as_double(const msgpack_object *object)
{
	switch (object->type) {
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		return (double)object->via.u64;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return (double)object->via.i64;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		return object->via.f64;
	default:
		return 0;
	}
}

/* Where documents are encoded to, again and again. */
struct buffer {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
};

static int buffer_write(void *context, const char *bytes, size_t size)
{
	struct buffer *buffer = context;

	if (size > buffer->capacity - buffer->size) {
		buffer->capacity = (buffer->size + size) * 2;
		buffer->bytes = checked(realloc(buffer->bytes, buffer->capacity));
	}
	if (size)
		memcpy(buffer->bytes + buffer->size, bytes, size);
	buffer->size += size;
	return 0;
}

/* JSON, parsed by jansson, into each */

static void pack_json(msgpack_packer *packer, const json_t *json)
{
	const char *key;
	json_t *member;
	size_t i;

	switch (json_typeof(json)) {
	case JSON_OBJECT:
		msgpack_pack_map(packer, json_object_size(json));
		json_object_foreach((json_t *)json, key, member)
		{
			msgpack_pack_str_with_body(packer, key, strlen(key));
			pack_json(packer, member);
		}
		break;
	case JSON_ARRAY:
		msgpack_pack_array(packer, json_array_size(json));
		json_array_foreach(json, i, member) pack_json(packer, member);
		break;
	case JSON_STRING:
		msgpack_pack_str_with_body(packer, json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		msgpack_pack_int64(packer, json_integer_value(json));
		break;
	case JSON_REAL:
		msgpack_pack_double(packer, json_real_value(json));
		break;
	case JSON_TRUE:
		msgpack_pack_true(packer);
		break;
	case JSON_FALSE:
		msgpack_pack_false(packer);
		break;
	case JSON_NULL:
		msgpack_pack_nil(packer);
		break;
	}
}

static size_t json_tree_bytes(const json_t *json)
{
	const char *key;
	json_t *member;
	size_t i;
	size_t bytes = 0;

	switch (json_typeof(json)) {
	case JSON_OBJECT:
		json_object_foreach((json_t *)json, key, member) bytes +=
			sizeof(msgpack_object_kv) + strlen(key) + json_tree_bytes(member) + MSGPACK_ZONE_ALIGN;
		break;
	case JSON_ARRAY:
		json_array_foreach(json, i, member) bytes += sizeof(msgpack_object) + json_tree_bytes(member);
		bytes += MSGPACK_ZONE_ALIGN;
		break;
	case JSON_STRING:
		bytes = json_string_length(json);
		break;
	default:
		break;
	}
	return bytes;
}

static void tree_set_str(msgpack_zone *zone, msgpack_object *ret_object, const char *text, size_t length)
{
	char *copy = checked(msgpack_zone_malloc_no_align(zone, length));

	memcpy(copy, text, length);
	ret_object->type = MSGPACK_OBJECT_STR;
	ret_object->via.str = (msgpack_object_str){ (uint32_t)length, copy };
}

static void tree_set_json(msgpack_zone *zone, msgpack_object *ret_object, const json_t *json)
{
	const char *key;
	json_t *member;
	size_t i = 0;

	switch (json_typeof(json)) {
	case JSON_OBJECT: {
		size_t size = json_object_size(json);
		msgpack_object_kv *pairs = size ? checked(msgpack_zone_malloc(zone, size * sizeof(*pairs))) : NULL;

		ret_object->type = MSGPACK_OBJECT_MAP;
		ret_object->via.map = (msgpack_object_map){ (uint32_t)size, pairs };
		json_object_foreach((json_t *)json, key, member)
		{
			tree_set_str(zone, &pairs[i].key, key, strlen(key));
			tree_set_json(zone, &pairs[i].val, member);
			i++;
		}
		break;
	}
	case JSON_ARRAY: {
		size_t size = json_array_size(json);
		msgpack_object *items = size ? checked(msgpack_zone_malloc(zone, size * sizeof(*items))) : NULL;

		ret_object->type = MSGPACK_OBJECT_ARRAY;
		ret_object->via.array = (msgpack_object_array){ (uint32_t)size, items };
		json_array_foreach(json, i, member) tree_set_json(zone, &items[i], member);
		break;
	}
	case JSON_STRING:
		tree_set_str(zone, ret_object, json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		ret_object->type = json_integer_value(json) < 0 ? MSGPACK_OBJECT_NEGATIVE_INTEGER
								: MSGPACK_OBJECT_POSITIVE_INTEGER;
		ret_object->via.i64 = json_integer_value(json);
		break;
	case JSON_REAL:
		ret_object->type = MSGPACK_OBJECT_FLOAT64;
		ret_object->via.f64 = json_real_value(json);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		ret_object->type = MSGPACK_OBJECT_BOOLEAN;
		ret_object->via.boolean = json_is_true(json);
		break;
	case JSON_NULL:
		ret_object->type = MSGPACK_OBJECT_NIL;
		break;
	}
}

static json_t *parse_json(const char *text, size_t length)
{
	json_error_t error;
	json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail("line %d: %s", error.line, error.text);
	return json;
}

/* What jansson made is valid UTF-8, and pack_json() makes valid msgpack: nothing is left to validate. */
static struct packed *packed_from_json(const char *text, size_t length)
{
	static struct buffer scratch;
	json_t *json = parse_json(text, length);
	struct packed *packed;
	msgpack_packer packer;

	scratch.size = 0;
	msgpack_packer_init(&packer, &scratch, buffer_write);
	pack_json(&packer, json);
	json_decref(json);
	packed = checked(malloc(sizeof(*packed) + scratch.size));
	packed->references = 1;
	packed->size = (uint32_t)scratch.size;
	memcpy(packed->bytes, scratch.bytes, scratch.size);
	return packed;
}

static struct tree *tree_from_json(const char *text, size_t length)
{
	json_t *json = parse_json(text, length);
	struct tree *tree = checked(malloc(sizeof(*tree)));

	tree->references = 1;
	tree->size = 0;
	if (!msgpack_zone_init(&tree->zone, json_tree_bytes(json) + MSGPACK_ZONE_ALIGN))
		fail("out of memory");
	tree_set_json(&tree->zone, &tree->root, json);
	json_decref(json);
	return tree;
}

/* The documents */

struct document {
	struct packed *packed;
	struct tree *tree;
	char *json;
	size_t json_length;
};

struct corpus {
	const char *name;
	struct document *documents;
	size_t count;
	size_t bytes; /* of msgpack, all together */
	size_t json_bytes;
};

/* `text` is the document as it was received, or NULL. */
static void corpus_add(struct corpus *corpus, const json_t *json, const char *text)
{
	struct document *document;

	if ((corpus->count & (corpus->count - 1)) == 0)
		corpus->documents =
			checked(realloc(corpus->documents, (corpus->count + 1) * 2 * sizeof(*corpus->documents)));
	document = &corpus->documents[corpus->count++];
	document->json = checked(text ? strdup(text) : json_dumps(json, JSON_COMPACT));
	document->json_length = strlen(document->json);
	document->packed = packed_from_json(document->json, document->json_length);
	document->tree = tree_new(document->packed->bytes, document->packed->size);
	if (!document->tree)
		fail("a document of '%s' is nested too deeply", corpus->name);
	corpus->bytes += document->packed->size;
	corpus->json_bytes += document->json_length;
}

static char *read_file(const char *name, size_t *ret_size)
{
	struct buffer buffer = { 0 };
	char block[65536];
	size_t got;
	FILE *file = fopen(name, "rb");

	if (!file)
		fail("%s: %s", name, strerror(errno));
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		buffer_write(&buffer, block, got);
	if (ferror(file))
		fail("%s: %s", name, strerror(errno));
	fclose(file);
	if (!buffer.size)
		fail("%s: the file is empty", name);
	*ret_size = buffer.size;
	buffer_write(&buffer, "", 1);
	return (char *)buffer.bytes;
}

static void load_features(const char *name, struct corpus *whole, struct corpus *features)
{
	size_t size;
	char *text = read_file(name, &size);
	json_error_t error;
	json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	json_t *array;
	json_t *feature;
	size_t i;

	if (!json)
		fail("%s:%d:%d: %s", name, error.line, error.column, error.text);
	array = json_object_get(json, "features");
	if (json_array_size(array) == 0)
		fail("%s: not GeoJSON: there is no array \"features\", or it is empty", name);
	json_array_foreach(array, i, feature)
	{
		if (!json_object_size(json_object_get(feature, "properties")))
			fail("%s: feature %zu has no properties", name, i);
		corpus_add(features, feature, NULL);
	}
	corpus_add(whole, json, text);
	json_decref(json);
	free(text);
}

/* Splits in place; quotes have no meaning. More than MAX_COLUMNS fields are MAX_COLUMNS + 1. */
static size_t split_line(char *line, char **ret_fields)
{
	size_t number = 0;

	for (char *field; number < MAX_COLUMNS && (field = strsep(&line, ","));)
		ret_fields[number++] = field;
	return line ? MAX_COLUMNS + 1 : number;
}

static json_t *parse_field(const char *field)
{
	char *end;
	long long integer;
	double real;

	errno = 0;
	integer = strtoll(field, &end, 10);
	if (*field && !*end && !errno)
		return json_integer(integer);
	real = strtod(field, &end);
	if (*field && !*end && isfinite(real))
		return json_real(real);
	return json_string(field);
}

static void load_rows(const char *name, struct corpus *rows)
{
	char *names[MAX_COLUMNS];
	char *fields[MAX_COLUMNS];
	size_t size;
	char *text = read_file(name, &size);
	char *rest = text;
	char *line = strsep(&rest, "\n");
	size_t columns;

	line[strcspn(line, "\r")] = 0;
	columns = split_line(line, names);
	if (columns > MAX_COLUMNS)
		fail("%s:1: more than %d columns", name, MAX_COLUMNS);
	for (size_t number = 2; (line = strsep(&rest, "\n")); number++) {
		json_t *row;
		size_t found;

		line[strcspn(line, "\r")] = 0;
		if (!*line)
			continue;
		found = split_line(line, fields);
		if (found != columns)
			fail("%s:%zu: %zu fields where the first line names %zu", name, number, found, columns);
		row = checked(json_object());
		for (size_t i = 0; i < columns; i++)
			if (json_object_set_new(row, names[i], parse_field(fields[i])))
				fail("%s:%zu: '%s' is not UTF-8, or no name", name, number, fields[i]);
		corpus_add(rows, row, NULL);
		json_decref(row);
	}
	if (!rows->count)
		fail("%s: there are no rows after the first line", name);
	free(text);
}

/* What is measured: functions of a number of operations, over the corpus and the key that are set. */

static const struct corpus *corpus;
static const char *key;
static size_t key_length;
static bool in_properties; /* look the key up in the member "properties" */

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

#define EACH_DOCUMENT(i, document) \
	const struct document *document = corpus->documents; \
	for (uint64_t i = 0; i < operations; \
		i++, document = document + 1 == corpus->documents + corpus->count ? corpus->documents : document + 1)

static uint64_t decode_plain(uint64_t operations)
{
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		struct tree *tree = tree_new_plain(document->packed->bytes, document->packed->size);

		checksum += tree->size;
		tree_unref(tree);
	}
	return checksum;
}

static uint64_t decode_tree(uint64_t operations)
{
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		struct tree *tree = tree_new(document->packed->bytes, document->packed->size);

		checksum += tree->size;
		tree_unref(tree);
	}
	return checksum;
}

static uint64_t decode_packed(uint64_t operations)
{
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		struct packed *packed = packed_new(document->packed->bytes, document->packed->size);

		checksum += packed->size;
		packed_unref(packed);
	}
	return checksum;
}

static uint64_t parse_only(uint64_t operations)
{
	EACH_DOCUMENT(i, document)
	json_decref(parse_json(document->json, document->json_length));
	return operations;
}

static uint64_t json_to_tree(uint64_t operations)
{
	EACH_DOCUMENT(i, document)
	tree_unref(tree_from_json(document->json, document->json_length));
	return operations;
}

static uint64_t json_to_packed(uint64_t operations)
{
	EACH_DOCUMENT(i, document)
	packed_unref(packed_from_json(document->json, document->json_length));
	return operations;
}

static uint64_t get_tree(uint64_t operations)
{
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		const msgpack_object *map = &document->tree->root;
		const msgpack_object *value;

		if (in_properties)
			map = tree_get(map, "properties", 10);
		value = tree_get(map, key, key_length);
		checksum += value ? bits_of(tree_as_double(value)) + 1 : 0;
	}
	return checksum;
}

static uint64_t get_packed(uint64_t operations)
{
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		const uint8_t *map = document->packed->bytes;
		const uint8_t *value;

		if (in_properties)
			map = packed_get(map, "properties", 10);
		value = packed_get(map, key, key_length);
		checksum += value ? bits_of(packed_as_double(value)) + 1 : 0;
	}
	return checksum;
}

static uint64_t encode_tree(uint64_t operations)
{
	static struct buffer buffer;
	uint64_t checksum = 0;
	msgpack_packer packer;

	msgpack_packer_init(&packer, &buffer, buffer_write);
	EACH_DOCUMENT(i, document)
	{
		buffer.size = 0;
		msgpack_pack_object(&packer, document->tree->root);
		checksum += buffer.size;
	}
	return checksum;
}

static uint64_t encode_packed(uint64_t operations)
{
	static struct buffer buffer;
	uint64_t checksum = 0;

	EACH_DOCUMENT(i, document)
	{
		buffer.size = 0;
		buffer_write(&buffer, (const char *)document->packed->bytes, document->packed->size);
		BENCH_LAUNDER(buffer.bytes);
		checksum += buffer.size;
	}
	return checksum;
}

/* Of the one large document, an operation being a feature. */

static uint64_t magnitude_tree(const msgpack_object *feature)
{
	return bits_of(tree_as_double(tree_get(tree_get(feature, "properties", 10), "mag", 3)));
}

static uint64_t magnitude_packed(const uint8_t *feature)
{
	return bits_of(packed_as_double(packed_get(packed_get(feature, "properties", 10), "mag", 3)));
}

static uint64_t iterate_tree(uint64_t operations)
{
	const msgpack_object *features = tree_get(&corpus->documents->tree->root, "features", 8);
	uint64_t checksum = 0;

	while (operations)
		for (uint32_t i = 0; i < features->via.array.size && operations; i++, operations--)
			checksum += magnitude_tree(&features->via.array.ptr[i]);
	return checksum;
}

static uint64_t iterate_packed(uint64_t operations)
{
	const uint8_t *features = packed_get(corpus->documents->packed->bytes, "features", 8);
	struct item array = read_item(features, SIZE_MAX);
	uint64_t checksum = 0;

	while (operations) {
		const uint8_t *feature = features + array.header;

		for (uint64_t i = 0; i < array.length && operations; i++, operations--) {
			checksum += magnitude_packed(feature);
			feature = skip(feature);
		}
	}
	return checksum;
}

static uint64_t next_index(uint64_t *state, uint64_t limit)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 33) % limit;
}

static uint64_t random_tree(uint64_t operations)
{
	const msgpack_object *features = tree_get(&corpus->documents->tree->root, "features", 8);
	uint64_t state = 1;
	uint64_t checksum = 0;

	while (operations--)
		checksum += magnitude_tree(&features->via.array.ptr[next_index(&state, features->via.array.size)]);
	return checksum;
}

static uint64_t random_packed(uint64_t operations)
{
	const uint8_t *features = packed_get(corpus->documents->packed->bytes, "features", 8);
	uint64_t length = read_item(features, SIZE_MAX).length;
	uint64_t state = 1;
	uint64_t checksum = 0;

	while (operations--)
		checksum += magnitude_packed(packed_at(features, next_index(&state, length)));
	return checksum;
}

/* An array of views, made in one walk: the list form of a packed array. */
static struct view *list_new(struct packed *document, const uint8_t *array, uint64_t *ret_length)
{
	struct item item = read_item(array, SIZE_MAX);
	struct view *list = checked(malloc(item.length * sizeof(*list)));
	const uint8_t *at = array + item.header;

	for (uint64_t i = 0; i < item.length; i++) {
		list[i] = (struct view){ document, (uint32_t)(at - document->bytes), 0 };
		at = skip(at);
	}
	*ret_length = item.length;
	return list;
}

static uint64_t random_list(uint64_t operations)
{
	struct packed *document = corpus->documents->packed;
	uint64_t length;
	struct view *list = list_new(document, packed_get(document->bytes, "features", 8), &length);
	uint64_t state = 1;
	uint64_t checksum = 0;

	while (operations--) {
		const struct view *view = &list[next_index(&state, length)];

		checksum += magnitude_packed(view->document->bytes + view->offset);
	}
	free(list);
	return checksum;
}

static uint64_t expand(uint64_t operations)
{
	struct packed *document = corpus->documents->packed;
	const uint8_t *features = packed_get(document->bytes, "features", 8);
	uint64_t checksum = 0;
	uint64_t length;

	for (uint64_t done = 0; done < operations; done += length) {
		struct view *list = list_new(document, features, &length);

		checksum += list[length - 1].offset;
		free(list);
	}
	return checksum;
}

/* The table */

static int disagreements;

static void print_figure(double nanoseconds, double bytes)
{
	char text[32] = "";

	if (nanoseconds <= 0) {
		printf(" %10s %14s", "-", "");
		return;
	}
	if (bytes > 0)
		snprintf(text, sizeof(text), "%.0f MB/s", bytes / nanoseconds * 1000);
	printf(" %10.1f %14s", nanoseconds, text);
}

/* `bytes` are those of one operation, or 0 when a rate says nothing. */
static void measure(
	const char *what, uint64_t operations, double bytes, uint64_t (*tree)(uint64_t), uint64_t (*packed)(uint64_t))
{
	struct bench_contender contenders[] = {
		{ .run = tree, .items = operations },
		{ .run = packed, .items = operations },
	};

	bench_measure(contenders, 2, REPETITIONS);
	printf("%-52s", what);
	print_figure(contenders[0].timing.minimum, bytes);
	print_figure(contenders[1].timing.minimum, bytes);
	if (tree && packed) {
		printf(" %8.2f", contenders[1].timing.minimum / contenders[0].timing.minimum);
		if (contenders[0].checksum != contenders[1].checksum) {
			printf("  DISAGREE");
			disagreements++;
		}
	}
	putchar('\n');
	fflush(stdout);
}

static void measure_get(const char *what, const char *name)
{
	key = name;
	key_length = strlen(name);
	measure(what, 200000, 0, get_tree, get_packed);
}

enum form { FORM_PLAIN, FORM_TREE, FORM_PACKED, FORM_JSON_TREE, FORM_JSON_PACKED };

static void *build(enum form form, const struct document *document)
{
	switch (form) {
	case FORM_PLAIN:
		return tree_new_plain(document->packed->bytes, document->packed->size);
	case FORM_TREE:
		return tree_new(document->packed->bytes, document->packed->size);
	case FORM_PACKED:
		return packed_new(document->packed->bytes, document->packed->size);
	case FORM_JSON_TREE:
		return tree_from_json(document->json, document->json_length);
	default:
		return packed_from_json(document->json, document->json_length);
	}
}

static void print_memory(const char *what, enum form form)
{
	void **kept = checked(calloc(corpus->count, sizeof(*kept)));

	if (!COUNTS_ALLOCATIONS) {
		printf("%-38s  %-24s not counted in this build\n", corpus->name, what);
		free(kept);
		return;
	}
	counter_start();
	for (size_t i = 0; i < corpus->count; i++)
		kept[i] = build(form, &corpus->documents[i]);
	counter.is_on = false;
	printf("%-38s  %-24s %12.2f %14.0f %8.2f\n", corpus->name, what,
		(double)counter.allocations / (double)corpus->count, (double)counter.live_bytes / (double)corpus->count,
		(double)counter.live_bytes / (double)corpus->bytes);
	for (size_t i = 0; i < corpus->count; i++) {
		if (form == FORM_PACKED || form == FORM_JSON_PACKED)
			packed_unref(kept[i]);
		else
			tree_unref(kept[i]);
	}
	free(kept);
}

static void print_corpus(const struct corpus *each)
{
	char what[128];
	uint64_t operations = each->count;
	double bytes = (double)each->bytes / (double)each->count;
	double json_bytes = (double)each->json_bytes / (double)each->count;

	corpus = each;
	if (operations < 8)
		operations = 8;
	snprintf(what, sizeof(what), "%s: decode, msgpack-c unvalidated", each->name);
	measure(what, operations, bytes, decode_plain, NULL);
	snprintf(what, sizeof(what), "%s: decode, validated", each->name);
	measure(what, operations, bytes, decode_tree, decode_packed);
	snprintf(what, sizeof(what), "%s: encode", each->name);
	measure(what, operations, bytes, encode_tree, encode_packed);
	snprintf(what, sizeof(what), "%s: jansson alone", each->name);
	measure(what, operations, json_bytes, parse_only, NULL);
	snprintf(what, sizeof(what), "%s: decode JSON", each->name);
	measure(what, operations, json_bytes, json_to_tree, json_to_packed);
}

/* The keys of the first document, in its order. */
static void print_gets(const struct corpus *each, bool of_properties)
{
	const msgpack_object *map;
	char what[128];
	char first[256];
	char last[256];

	corpus = each;
	in_properties = of_properties;
	map = &each->documents->tree->root;
	if (of_properties)
		map = tree_get(map, "properties", 10);
	snprintf(first, sizeof(first), "%.*s", (int)map->via.map.ptr[0].key.via.str.size,
		map->via.map.ptr[0].key.via.str.ptr);
	snprintf(last, sizeof(last), "%.*s", (int)map->via.map.ptr[map->via.map.size - 1].key.via.str.size,
		map->via.map.ptr[map->via.map.size - 1].key.via.str.ptr);
	snprintf(what, sizeof(what), "%s, %u keys: first key", of_properties ? "feature.properties" : each->name,
		map->via.map.size);
	measure_get(what, first);
	snprintf(what, sizeof(what), "%s, %u keys: last key", of_properties ? "feature.properties" : each->name,
		map->via.map.size);
	measure_get(what, last);
	snprintf(what, sizeof(what), "%s, %u keys: missing key", of_properties ? "feature.properties" : each->name,
		map->via.map.size);
	measure_get(what, "no such key");
}

int main(int argc, char **argv)
{
	static struct corpus whole = { .name = "document" };
	static struct corpus features = { .name = "feature" };
	static struct corpus rows = { .name = "row" };
	struct corpus *corpora[] = { &whole, &features, &rows };

	if (argc != 3)
		fail("usage: %s FEATURES.geojson ROWS.csv", argv[0]);
	load_features(argv[1], &whole, &features);
	load_rows(argv[2], &rows);
	if (bench_start_idle_thread())
		fail("cannot start a thread");

	for (size_t i = 0; i < 3; i++)
		printf("%-9s %6zu of %9.0f bytes of msgpack, %9.0f bytes of JSON\n", corpora[i]->name,
			corpora[i]->count, (double)corpora[i]->bytes / (double)corpora[i]->count,
			(double)corpora[i]->json_bytes / (double)corpora[i]->count);

	printf("\n%-52s %25s %25s %8s\n", "ns per operation (minimum of 9 runs)", "tree", "packed", "ratio");
	for (size_t i = 0; i < 3; i++)
		print_corpus(corpora[i]);
	print_gets(&rows, false);
	print_gets(&features, true);
	corpus = &whole;
	measure("features[i].properties.mag, in order, per feature", 20 * features.count, 0, iterate_tree,
		iterate_packed);
	measure("features[i].properties.mag, i at random", 1000, 0, random_tree, random_packed);
	measure("  the same of a list of views (its making included)", 200000, 0, random_tree, random_list);
	measure("  making that list, per element", 20 * features.count, 0, NULL, expand);

	printf("\n%-38s  %-24s %12s %14s %8s\n", "memory per document", "", "allocations", "bytes", "x packed");
	for (size_t i = 0; i < 3; i++) {
		corpus = corpora[i];
		print_memory("tree, unvalidated", FORM_PLAIN);
		print_memory("tree", FORM_TREE);
		print_memory("packed", FORM_PACKED);
		print_memory("tree from JSON", FORM_JSON_TREE);
		print_memory("packed from JSON", FORM_JSON_PACKED);
	}
	return disagreements ? 1 : 0;
}
