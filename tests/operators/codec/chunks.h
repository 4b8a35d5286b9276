/* What the tests of decoding operators share: a stream of bytes in chunks, and what comes of it as text. */
#ifndef TESTS_OPERATORS_CODEC_CHUNKS_H
#define TESTS_OPERATORS_CODEC_CHUNKS_H

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/transforming.h>

#include "kit/numbers.h"

/* Bytes with their length, from a literal. */
#define BYTES(literal) (literal), (sizeof(literal) - 1)

struct chunk {
	const char *bytes;
	size_t length;
};

static inline weir_value chunk_of_number(weir_value number, void *context)
{
	const struct chunk *chunk = (const struct chunk *)context + weir_as_int(number) - 1;

	return weir_bin(chunk->bytes, chunk->length);
}

/* The chunks, as the integers from 1 on come from a source. `table` outlives it. */
static inline weir_observable *chunks_by(weir_observable *source, const struct chunk *table)
{
	return weir_map(source, chunk_of_number, (void *)table);
}

#define CHUNKS(table) chunks_by(numbers((struct numbers){ .count = sizeof(table) / sizeof *(table) }), table)

/* The bytes in three chunks. */
static inline weir_observable *cut_at(const char *bytes, size_t length, size_t first, size_t second)
{
	weir_value parts[] = { weir_bin(bytes, first), weir_bin(bytes + first, second - first),
		weir_bin(bytes + second, length - second) };

	return weir_of(parts, 3);
}

/* The bytes, one by one. */
static inline weir_observable *bytewise(const char *bytes, size_t length)
{
	weir_value parts[256];

	cr_assert_leq(length, 256);
	for (size_t index = 0; index < length; index++)
		parts[index] = weir_bin(bytes + index, 1);
	return weir_of(parts, length);
}

struct collected {
	char text[4096];
	size_t length;
};

static inline void collect_text(struct collected *collected, const char *text)
{
	size_t room = sizeof collected->text - collected->length;
	int length =
		snprintf(collected->text + collected->length, room, "%s%s", collected->length > 0 ? " " : "", text);

	cr_assert((size_t)length < room);
	collected->length += (size_t)length;
}

static inline void collect_next(weir_value value, void *context)
{
	char text[512];
	size_t length;
	const char *bytes = weir_as_bytes(value, &length);

	if (weir_kind(value) == WEIR_KIND_BIN)
		snprintf(text, sizeof text, "<%.*s>", (int)length, bytes);
	else
		weir_print(value, text, sizeof text);
	collect_text((struct collected *)context, text);
}

static inline void collect_error(const weir_error *error, void *context)
{
	char text[512];

	snprintf(text, sizeof text, "#%s: %s", weir_error_code_name(weir_error_code(error)), weir_error_message(error));
	collect_text((struct collected *)context, text);
}

static inline void collect_complete(void *context)
{
	collect_text((struct collected *)context, "|");
}

static inline void collect_dropped(const char *stage, weir_value value, void *context)
{
	char text[512];

	snprintf(text, sizeof text, "(%s drops %s)", stage,
		weir_is_error(value) ? weir_error_message(weir_as_error(value)) : "an item");
	collect_text((struct collected *)context, text);
}

/* All that comes, as text: items, `|` or `#CODE: message`, and what is dropped. Consumes `observable`. */
static inline const char *collect(weir_observable *observable)
{
	static struct collected collected;
	weir_loop *loop = weir_loop_new_virtual();

	collected = (struct collected){ .length = 0 };
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = collect_dropped, .context = &collected });
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .next = collect_next,
			.error = collect_error,
			.complete = collect_complete,
			.context = &collected });
	weir_loop_run(loop);
	weir_loop_free(loop);
	return collected.text;
}

#define COLLECTS(observable, expected) cr_assert_str_eq(collect(observable), expected)

static inline bool json_is_there(void)
{
	weir_value value = weir_parse_json("1", 1, NULL);
	bool is_there = !weir_is_error(value);

	weir_release(value);
	return is_there;
}

#endif
