/*
 * JSON text to values, by jansson. See weir/codec.h.
 *
 * jansson makes a tree, which becomes one packed document and is thrown away. Its memory is an arena that lives as long
 * as the parse, and running out of it leaves jansson by longjmp: its lexer goes on after a failed allocation with text
 * that lacks bytes, up to an assertion or beyond its buffer. That is safe because parsing leaves nothing behind but
 * memory: jansson keeps no state between calls but the seed of its hashes.
 */
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <weir/codec.h>

#include "base/allocator.h"
#include "base/byte_buffer.h"
#include "base/utf8.h"
#include "codec/packer.h"
#include "core/block.h"

enum {
	ARENA_GRAIN = 16,
	FIRST_CHUNK = 8 << 10, /* on the stack: what a line of a feed needs */
	SECOND_CHUNK = 32 << 10,
	LARGEST_CHUNK = 1 << 20,
	/* Bytes of the text that a message shows, around the place. */
	EXCERPT_BEFORE = 40,
	EXCERPT_BEHIND = 8,
};

struct chunk {
	_Alignas(ARENA_GRAIN) struct chunk *next;
};

struct arena {
	char *free;
	char *end;
	struct chunk *chunks; /* but for the first */
	size_t taken; /* bytes of all chunks */
	size_t limit;
	size_t next_size;
	bool is_over_limit;
	jmp_buf exhausted;
	_Alignas(ARENA_GRAIN) char first[FIRST_CHUNK];
};

/* The arena of the parse that this thread is in; NULL outside. */
static __thread struct arena *current;

/* What jansson allocated with before: for everybody else in the process who uses it. */
static json_malloc_t others_malloc;
static json_free_t others_free;

static void *arena_take_slowly(struct arena *arena, size_t size)
{
	size_t chunk_size = arena->next_size;

	if (chunk_size < size + sizeof(struct chunk))
		chunk_size = size + sizeof(struct chunk);
	if (chunk_size > arena->limit - arena->taken) {
		arena->is_over_limit = true;
		longjmp(arena->exhausted, 1);
	}

	struct chunk *chunk = weir_allocate(chunk_size);

	if (chunk == NULL)
		longjmp(arena->exhausted, 1);
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->taken += chunk_size;
	if (arena->next_size < LARGEST_CHUNK)
		arena->next_size *= 2;
	arena->free = (char *)(chunk + 1) + size;
	arena->end = (char *)chunk + chunk_size;
	return chunk + 1;
}

static void *take(size_t size)
{
	struct arena *arena = current;

	if (arena == NULL)
		return others_malloc(size);
	if (size > arena->limit) {
		arena->is_over_limit = true;
		longjmp(arena->exhausted, 1);
	}
	size = (size + ARENA_GRAIN - 1) & ~(size_t)(ARENA_GRAIN - 1);
	if (size > (size_t)(arena->end - arena->free))
		return arena_take_slowly(arena, size);

	void *memory = arena->free;

	arena->free += size;
	return memory;
}

/* Inside a parse nothing else is freed than what the arena gave. */
static void give_back(void *memory)
{
	if (current == NULL)
		others_free(memory);
}

static void install(void)
{
	json_get_alloc_funcs(&others_malloc, &others_free);
	json_set_alloc_funcs(take, give_back);
}

/* The arena is gone afterwards, and the tree with it, unless somebody has replaced our allocation functions. */
static void arena_finish(struct arena *arena, json_t *tree)
{
	if (arena->free == arena->first && arena->chunks == NULL)
		json_decref(tree);
	while (arena->chunks != NULL) {
		struct chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		weir_deallocate(chunk);
	}
}

/* NULL: `ret_error` says why, unless memory was exhausted; then its line is 0. */
static json_t *load(struct arena *arena, const char *text, size_t length, size_t flags, json_error_t *ret_error)
{
	json_t *tree;

	ret_error->line = 0;
	if (setjmp(arena->exhausted) != 0) {
		current = NULL;
		ret_error->line = 0;
		return NULL;
	}
	current = arena;
	tree = json_loadb(text, length, flags, ret_error);
	current = NULL;
	return tree;
}

/* Depth is bounded by the scan of the text. */
static void pack_tree(struct weir_output *output, json_t *tree)
{
	switch (json_typeof(tree)) {
	case JSON_OBJECT:
		weir_pack_map(output, json_object_size(tree));
		for (void *member = json_object_iter(tree); member != NULL;
			member = json_object_iter_next(tree, member)) {
			const char *key = json_object_iter_key(member);

			weir_pack_str(output, key, strlen(key));
			pack_tree(output, json_object_iter_value(member));
		}
		break;
	case JSON_ARRAY:
		weir_pack_array(output, json_array_size(tree));
		for (size_t index = 0; index < json_array_size(tree); index++)
			pack_tree(output, json_array_get(tree, index));
		break;
	case JSON_STRING:
		weir_pack_str(output, json_string_value(tree), json_string_length(tree));
		break;
	case JSON_INTEGER:
		weir_pack_int(output, json_integer_value(tree));
		break;
	case JSON_REAL:
		weir_pack_double(output, json_real_value(tree));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		weir_pack_bool(output, json_is_true(tree));
		break;
	case JSON_NULL:
		weir_pack_nil(output);
		break;
	}
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Whether the `length` bytes are an integer, and one that jansson has no number for. */
static bool is_big_integer(const char *text, size_t length)
{
	bool is_negative = *text == '-';
	const char *digits = text + is_negative;
	size_t count = length - is_negative;

	for (size_t index = 0; index < count; index++)
		if (!is_digit(digits[index]))
			return false;
	return count > 19 ||
	       (count == 19 && memcmp(digits, is_negative ? "9223372036854775808" : "9223372036854775807", 19) > 0);
}

static size_t end_of_string(const char *text, size_t length, size_t at)
{
	for (at++; at < length && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at;
}

static size_t end_of_number(const char *text, size_t length, size_t at)
{
	while (at + 1 < length && (is_digit(text[at + 1]) || strchr(".eE+-", text[at + 1]) != NULL) &&
		text[at + 1] != '\0')
		at++;
	return at;
}

static weir_value nested_too_deep(const char *text, size_t at, unsigned max_depth)
{
	size_t line = 1;
	size_t line_begins = 0;

	for (size_t index = 0; index < at; index++) {
		if (text[index] == '\n') {
			line++;
			line_begins = index + 1;
		}
	}
	return weir_fail(WEIR_ELIMIT,
		"line %zu, byte %zu of it: what begins here with '%c' is nested deeper than max_depth, %u levels", line,
		at - line_begins + 1, text[at], max_depth);
}

/*
 * One look at the text before jansson gets it: nil, or the error that it nests too deep. With `widened`, big integers
 * get an exponent there, so that jansson reads them as doubles; it stays empty when there are none.
 */
static weir_value scan(const char *text, size_t length, unsigned max_depth, struct weir_byte_buffer *widened)
{
	unsigned depth = 0;
	size_t copied = 0;
	int result = 0;

	for (size_t at = 0; at < length; at++) {
		switch (text[at]) {
		case '"':
			at = end_of_string(text, length, at);
			break;
		case '[':
		case '{':
			if (++depth > max_depth)
				return nested_too_deep(text, at, max_depth);
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		default: {
			size_t begins = at;

			if (widened == NULL || (text[at] != '-' && !is_digit(text[at])))
				break;
			at = end_of_number(text, length, at);
			if (!is_big_integer(text + begins, at + 1 - begins))
				break;
			result |= weir_byte_buffer_append(widened, text + copied, at + 1 - copied);
			result |= weir_byte_buffer_append(widened, "e0", 2);
			copied = at + 1;
			break;
		}
		}
	}
	if (copied > 0)
		result |= weir_byte_buffer_append(widened, text + copied, length - copied);
	return result < 0 ? weir_no_memory() : weir_nil();
}

/* The bytes around a position, fit to be printed. */
static void excerpt(char *buffer, size_t size, const char *text, size_t length, size_t position)
{
	size_t begins = position > EXCERPT_BEFORE ? position - EXCERPT_BEFORE : 0;
	size_t ends = position < length && length - position > EXCERPT_BEHIND ? position + EXCERPT_BEHIND : length;

	/* Not from the middle of a character. */
	while (begins > 0 && begins < ends && ((unsigned char)text[begins] & 0xc0) == 0x80)
		begins++;
	while (ends > begins && ends < length && ((unsigned char)text[ends] & 0xc0) == 0x80)
		ends--;

	size_t repaired = weir_utf8_repaired_length(text + begins, ends - begins);

	if (repaired >= size)
		repaired = 0;
	else
		weir_utf8_repair(buffer, text + begins, ends - begins);
	buffer[repaired] = '\0';
	for (size_t index = 0; index < repaired; index++)
		if ((unsigned char)buffer[index] < 0x20 || buffer[index] == 0x7f)
			buffer[index] = ' ';
}

static weir_value syntax_error(const json_error_t *error, const char *text, size_t length)
{
	static const char nearby[] = " near ";
	enum json_error_code kind = json_error_code(error);
	size_t position = error->position > 0 ? (size_t)error->position : 0;
	const char *what = error->text;
	const char *near = strstr(what, nearby);
	char around[(EXCERPT_BEFORE + EXCERPT_BEHIND) * 3 + 1];
	int code = WEIR_ESYNTAX;

	if (kind == json_error_numeric_overflow)
		code = ERANGE;
	/* jansson takes a NUL byte for the end. */
	if (kind == json_error_premature_end_of_input && memchr(text, '\0', length) == NULL)
		code = WEIR_ETRUNCATED;
	if (kind == json_error_null_character)
		what = "a string contains \\u0000, and accepts_nul is not set";
	else if (near != NULL && (kind != json_error_premature_end_of_input || code == WEIR_ETRUNCATED))
		return weir_fail(code, "line %d, column %d: %s", error->line, error->column, what);
	excerpt(around, sizeof around, text, length, position);
	return weir_fail(code, "line %d, column %d: %.*s near '%s'", error->line, error->column,
		near != NULL && what == error->text ? (int)(near - what) : (int)strlen(what), what, around);
}

static weir_value parse(const char *text, size_t length, const struct weir_json_options *options)
{
	size_t flags = JSON_DECODE_ANY | (options->rejects_duplicate_keys ? JSON_REJECT_DUPLICATES : 0) |
		       (options->accepts_nul ? JSON_ALLOW_NUL : 0);
	struct weir_output output;
	struct arena arena;
	json_error_t error;
	weir_value result;

	arena.free = arena.first;
	arena.end = arena.first + sizeof arena.first;
	arena.chunks = NULL;
	arena.taken = 0;
	arena.limit = options->max_tree_size > 0 ? options->max_tree_size : WEIR_DEFAULT_MAX_TREE_SIZE;
	arena.next_size = SECOND_CHUNK;
	arena.is_over_limit = false;

	json_t *tree = load(&arena, text, length, flags, &error);

	if (tree != NULL) {
		weir_output_init(&output);
		pack_tree(&output, tree);
		result = weir_output_take_document(&output);
	} else if (arena.is_over_limit) {
		result = weir_fail(WEIR_ELIMIT, "parsing takes more memory than max_tree_size, %zu bytes", arena.limit);
	} else if (error.line == 0) {
		result = weir_no_memory();
	} else {
		result = syntax_error(&error, text, length);
	}
	arena_finish(&arena, tree);
	return result;
}

weir_value weir_parse_json(const char *text, size_t length, const struct weir_json_options *options)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	static const struct weir_json_options defaults;
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct weir_byte_buffer widened = { 0 };

	if (options == NULL)
		options = &defaults;

	size_t max_size = options->max_size > 0 ? options->max_size : WEIR_DEFAULT_MAX_SIZE;
	unsigned max_depth = options->max_depth > 0 ? options->max_depth : WEIR_DEFAULT_MAX_DEPTH;

	if (max_depth > WEIR_MAX_DEPTH)
		return weir_fail(EINVAL, "max_depth is at most %d, not %u", WEIR_MAX_DEPTH, max_depth);
	if (length > max_size)
		return weir_fail(
			WEIR_ELIMIT, "the text of %zu bytes is longer than max_size, %zu bytes", length, max_size);
	if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	if (length == 0)
		return weir_fail(WEIR_ETRUNCATED, "the text is empty");

	weir_value result = scan(text, length, max_depth, options->rounds_big_integers ? &widened : NULL);

	if (!weir_is_error(result)) {
		pthread_once(&once, install);
		result = widened.length > 0 ? parse(widened.bytes, widened.length, options)
					    : parse(text, length, options);
	}
	weir_byte_buffer_finish(&widened);
	return result;
}
