/* What the codec tests share: values as text, errors by code and message, memory that is counted. */
#ifndef TESTS_SRC_CODEC_CODEC_TEST_H
#define TESTS_SRC_CODEC_CODEC_TEST_H

#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>
#include <weir/memory.h>

/* Bytes with their length, from a literal. */
#define BYTES(literal) (literal), (sizeof(literal) - 1)

/* Consumes `value`, which must print as `text`. */
#define IS(value, text) assert_prints(value, text, __LINE__)

/* Consumes `value`, which must be an error with this code and a message that contains `part`. */
#define FAILS(value, code, part) assert_fails(value, code, part, __LINE__)

static inline void assert_prints(weir_value value, const char *text, int line)
{
	char buffer[512];

	if (weir_is_error(value))
		weir_error_print(weir_as_error(value), buffer, sizeof buffer);
	else
		weir_print(value, buffer, sizeof buffer);
	cr_assert_str_eq(buffer, text, "line %d: it is %s, not %s", line, buffer, text);
	weir_release(value);
}

static inline void assert_fails(weir_value value, int code, const char *part, int line)
{
	char buffer[512];

	weir_print(value, buffer, sizeof buffer);
	cr_assert(weir_is_error(value), "line %d: it is %s, and should fail with %s", line, buffer,
		weir_error_code_name(code));

	const char *message = weir_error_message(weir_as_error(value));
	int own_code = weir_error_code(weir_as_error(value));

	cr_assert_eq(own_code, code, "line %d: the code is %s, not %s (%s)", line, weir_error_code_name(own_code),
		weir_error_code_name(code), message);
	cr_assert_not_null(
		strstr(message, part), "line %d: the message is \"%s\", without \"%s\"", line, message, part);
	weir_release(value);
}

/* An allocator that remembers the largest request. */
static size_t largest_request;

static inline void *remember_largest(void *memory, size_t size, void *context)
{
	(void)context;
	if (size > largest_request)
		largest_request = size;
	return realloc(memory, size);
}

static inline void plainly_free(void *memory, void *context)
{
	(void)context;
	free(memory);
}

static inline void watch_requests(void)
{
	weir_set_allocator(&(struct weir_allocator){ remember_largest, plainly_free, NULL });
	largest_request = 0;
}

/* The same sequence on every machine. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t bits = *state += UINT64_C(0x9e3779b97f4a7c15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

/* A value that msgpack has a form for, at most `depth` levels deep. Strings are UTF-8. */
static inline weir_value random_value(uint64_t *state, int depth)
{
	static const char *const texts[] = { "", "a", "temperature", "h\xc3\xa9llo", "\xf0\x9f\x8c\x8a",
		"thirty-two bytes of plain ASCII.", "quote \" backslash \\ tab \t nul-free" };
	uint64_t choice = next_random(state) % (depth > 0 ? 14 : 10);
	uint64_t bits = next_random(state);
	unsigned shift = (unsigned)(next_random(state) % 64);
	char bytes[300];
	weir_value items[12];
	size_t count = (size_t)(bits % 6);

	switch (choice) {
	case 0:
		return weir_nil();
	case 1:
		return weir_bool(bits & 1);
	case 2:
		return weir_uint(bits >> shift);
	case 3:
		return weir_int(-(int64_t)(bits >> shift >> 1) - 1);
	case 4:
		return weir_double((double)(int64_t)bits / 1000);
	case 5:
	case 6:
		return weir_string(texts[bits % 7]);
	case 7:
	case 8:
	case 9:
		memset(bytes, (int)(bits & 0x7f), sizeof bytes);
		if (choice == 7)
			return weir_str(bytes, (size_t)(bits % sizeof bytes));
		if (choice == 8)
			return weir_bin(bytes, (size_t)(bits % sizeof bytes));
		return weir_ext((int)(bits >> 32 & 0xff) - 128, bytes, (size_t)(bits % 20));
	case 10:
	case 11:
		for (size_t index = 0; index < count; index++)
			items[index] = random_value(state, depth - 1);
		return weir_make_array(items, count);
	default: {
		struct weir_member members[6];

		for (size_t index = 0; index < count; index++)
			members[index] = (struct weir_member){ weir_string_format("key %zu", index),
				random_value(state, depth - 1) };
		return weir_make_map(members, count);
	}
	}
}

#endif
