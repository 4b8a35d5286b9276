/** @file
 * Values: what flows through a pipeline.
 *
 * 16 bytes, passed by value. nil, booleans and numbers are inside; strings, binaries, arrays, maps and extensions (the
 * msgpack data model), errors and objects are immutable and reference-counted outside.
 *
 * Ownership: a value that a function returns or a node receives is *owned*: pass it on or weir_release() it. A value
 * that a callback gets as argument, and every part of a container that an accessor returns, is *borrowed*: valid while
 * its owner holds it; weir_retain() makes it one's own. Nothing distinguishes the two but this rule.
 *
 * Threads: a value belongs to one thread until weir_value_share() was called on it (the library's doors between threads
 * do so).
 */
#ifndef WEIR_VALUE_H
#define WEIR_VALUE_H

#include <weir/api.h>
#include <weir/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A recipe for a pipeline; see weir/observable.h. */
typedef struct weir_observable weir_observable;

/** The kinds of value. */
enum weir_kind {
	WEIR_KIND_NIL, /**< nothing, as a value */
	WEIR_KIND_BOOL, /**< true or false */
	WEIR_KIND_INT, /**< fits int64_t */
	WEIR_KIND_UINT, /**< above INT64_MAX only, so that equal numbers have equal kinds */
	WEIR_KIND_DOUBLE, /**< a floating-point number */
	WEIR_KIND_STR, /**< UTF-8 by convention; what a decoder produces is checked */
	WEIR_KIND_BIN, /**< bytes */
	WEIR_KIND_ARRAY, /**< values in order */
	WEIR_KIND_MAP, /**< keys and values in order */
	WEIR_KIND_EXT, /**< msgpack extension: a type number and bytes */
	WEIR_KIND_ERROR, /**< a failure on its way through a callback */
	WEIR_KIND_OBJECT, /**< an opaque pointer with a destructor, or an observable */
};

/**
 * A value. The members are private: use the functions below.
 *
 * `tag`: bits 0–7 the kind, 8–14 the form of storage, 15 whether it is counted, 16–63 what the form says.
 */
typedef struct weir_value {
	/** @cond private */
	uint64_t tag;
	union {
		int64_t integer;
		uint64_t natural;
		double real;
		const void *pointer;
	} as;
	/** @endcond */
} weir_value;

/** @cond private */
#define WEIR_TAG_COUNTED UINT64_C(0x8000)
WEIR_API void weir_retain_counted(weir_value value);
WEIR_API void weir_release_counted(weir_value value);
/** @endcond */

/** The kind of `value`. */
static inline enum weir_kind weir_kind(weir_value value)
{
	return (enum weir_kind)(value.tag & 0xff);
}

/** The name of a kind: `str`. Static. */
WEIR_API const char *weir_kind_name(enum weir_kind kind);

/** One more owner. @return `value`, owned */
static inline weir_value weir_retain(weir_value value)
{
	if (value.tag & WEIR_TAG_COUNTED)
		weir_retain_counted(value);
	return value;
}

/** One owner less. */
static inline void weir_release(weir_value value)
{
	if (WEIR_UNLIKELY(value.tag & WEIR_TAG_COUNTED))
		weir_release_counted(value);
}

/** Make `value` and all it holds safe to be owned by several threads. Call it before the value leaves its thread. */
WEIR_API void weir_value_share(weir_value value);

/** @name Making values
 * Each returns an owned value; without memory, a value of kind error with code ENOMEM.
 * @{ */

/** nil: a value of its own, not absence. */
static inline weir_value weir_nil(void)
{
	weir_value value;

	value.tag = WEIR_KIND_NIL;
	value.as.integer = 0;
	return value;
}

/** true or false. */
static inline weir_value weir_bool(bool truth)
{
	weir_value value;

	value.tag = WEIR_KIND_BOOL;
	value.as.integer = truth;
	return value;
}

/** An integer. */
static inline weir_value weir_int(int64_t integer)
{
	weir_value value;

	value.tag = WEIR_KIND_INT;
	value.as.integer = integer;
	return value;
}

/** An integer that may be above INT64_MAX. */
static inline weir_value weir_uint(uint64_t natural)
{
	weir_value value;

	value.tag = natural > INT64_MAX ? WEIR_KIND_UINT : WEIR_KIND_INT;
	value.as.natural = natural;
	return value;
}

/** A floating-point number. */
static inline weir_value weir_double(double real)
{
	weir_value value;

	value.tag = WEIR_KIND_DOUBLE;
	value.as.real = real;
	return value;
}

/** A string, copied; a terminator is added behind it. */
WEIR_API weir_value weir_str(const char *text, size_t length);

/** A zero-terminated string, copied. */
WEIR_API weir_value weir_string(const char *text);

/** A zero-terminated string that outlives every use (a literal): no copy, no count. */
WEIR_API weir_value weir_string_static(const char *text);

/** A string by printf format. */
WEIR_API weir_value weir_string_format(const char *format, ...) WEIR_PRINTF(1, 2);

/** Bytes, copied. */
WEIR_API weir_value weir_bin(const void *bytes, size_t length);

/** A msgpack extension, copied. @param type  -128 to 127; negative types are reserved by msgpack */
WEIR_API weir_value weir_ext(int type, const void *bytes, size_t length);

/**
 * A part of a string or binary, sharing its memory where it can.
 *
 * @param value  borrowed; of kind str or bin
 * @param kind   of the result: `WEIR_KIND_STR` or `WEIR_KIND_BIN`
 * @return owned; an error `EINVAL` when the part is not inside
 */
WEIR_API weir_value weir_slice(weir_value value, enum weir_kind kind, size_t offset, size_t length);

/** An array. @param items  each consumed, also on failure; an error among them is what you get */
WEIR_API weir_value weir_make_array(const weir_value *items, size_t count);

/** A member of a map. */
struct weir_member {
	weir_value key; /**< of any kind; commonly a string */
	weir_value value; /**< what it stands for */
};

/** A map in the order given; the first of two equal keys is the one found. @param members  each consumed, also on failure */
WEIR_API weir_value weir_make_map(const struct weir_member *members, size_t count);

/** A user's pointer. @param destroy  called once with `pointer` when the last owner is gone; NULL for nothing */
WEIR_API weir_value weir_object(void *pointer, void (*destroy)(void *pointer));

/** An observable as a value. @param observable  consumed */
WEIR_API weir_value weir_observable_value(weir_observable *observable);

/** An error as a value. @param error  consumed */
WEIR_API weir_value weir_error_value(weir_error *error);

/** How a callback reports failure: `return weir_fail(EINVAL, "no temperature in %s", name)`. */
WEIR_API weir_value weir_fail(int code, const char *format, ...) WEIR_PRINTF(2, 3);

/** @} */

/** @name Reading values
 * The answer for a value of the wrong kind is defined, so a chain of reads needs no checks.
 * @{ */

/** Whether it is nil. */
static inline bool weir_is_nil(weir_value value)
{
	return weir_kind(value) == WEIR_KIND_NIL;
}

/** Whether it is an error. */
static inline bool weir_is_error(weir_value value)
{
	return weir_kind(value) == WEIR_KIND_ERROR;
}

/** @cond private */
/* Without a call, so that a callback that reads two values need not save the one for the sake of the other. */
static WEIR_ALWAYS_INLINE int64_t weir_as_int_converted(weir_value value)
{
	if ((value.tag & 0xff) == WEIR_KIND_BOOL)
		return value.as.integer;
	if ((value.tag & 0xff) == WEIR_KIND_UINT)
		return INT64_MAX;
	/* Both comparisons are false for NaN. */
	if ((value.tag & 0xff) != WEIR_KIND_DOUBLE || !(value.as.real >= -9223372036854775808.0 || value.as.real <= 0))
		return 0;
	return value.as.real >= 9223372036854775808.0	? INT64_MAX
	       : value.as.real < -9223372036854775808.0 ? INT64_MIN
							: (int64_t)value.as.real;
}

static WEIR_ALWAYS_INLINE double weir_as_double_converted(weir_value value)
{
	return (value.tag & 0xff) == WEIR_KIND_BOOL || (value.tag & 0xff) == WEIR_KIND_INT ? (double)value.as.integer
	       : (value.tag & 0xff) == WEIR_KIND_UINT					   ? (double)value.as.natural
											   : 0;
}
/** @endcond */

/** As an integer: true is 1, a double is truncated and clamped, everything else (also NaN) is 0. */
static inline int64_t weir_as_int(weir_value value)
{
	return WEIR_LIKELY((value.tag & 0xff) == WEIR_KIND_INT) ? value.as.integer : weir_as_int_converted(value);
}

/** As a double; what is no number is 0. */
static inline double weir_as_double(weir_value value)
{
	return WEIR_LIKELY((value.tag & 0xff) == WEIR_KIND_DOUBLE) ? value.as.real : weir_as_double_converted(value);
}

/** As a boolean: false for nil, false, and zero; true for everything else. */
WEIR_API bool weir_as_bool(weir_value value);

/** Whether it is an int, uint or double. */
WEIR_API bool weir_is_number(weir_value value);

/** The exact integer, or false (and `*ret_integer` untouched) when it has no exact int64_t. */
WEIR_API bool weir_to_int(weir_value value, int64_t *ret_integer);

/**
 * The bytes of a string.
 *
 * @param ret_length  in bytes; may be NULL
 * @return borrowed; the empty string for another kind. **Not zero-terminated when it is part of a document**: use the
 *         length, or weir_copy_string()
 */
WEIR_API const char *weir_as_str(weir_value value, size_t *ret_length);

/** Copy the string into `buffer`, cut to `size` - 1 bytes at a character's start, terminated. @return its whole length */
WEIR_API size_t weir_copy_string(weir_value value, char *buffer, size_t size);

/** Whether it is the string `text`. */
WEIR_API bool weir_is_string(weir_value value, const char *text);

/** The bytes of a bin, str or ext; NULL and 0 for another kind. @return borrowed */
WEIR_API const void *weir_as_bytes(weir_value value, size_t *ret_length);

/** The type number of an ext; 0 for another kind. */
WEIR_API int weir_ext_type(weir_value value);

/** Number of items of an array, members of a map, bytes of a str, bin or ext; else 0. */
WEIR_API size_t weir_length(weir_value value);

/** The member `key` of a map, borrowed; nil when there is none or it is no map. Linear in the size of the map. */
WEIR_API weir_value weir_get(weir_value map, const char *key);

/** The member whose key equals `key`, borrowed; nil when there is none. @param ret_found  may be NULL; tells nil from absence */
WEIR_API weir_value weir_get_value(weir_value map, weir_value key, bool *ret_found);

/**
 * The item at `index` of an array, borrowed; nil beyond the last.
 *
 * Of a decoded document this walks the items before it: to visit all, iterate.
 */
WEIR_API weir_value weir_at(weir_value array, size_t index);

/** A walk over an array or map. Members are private. */
struct weir_iterator {
	/** @cond private */
	weir_value container;
	size_t index;
	size_t count;
	uint64_t position;
	const weir_value *items; /* of an array that is not packed */
	/** @endcond */
};

/** Begin a walk. @param container  borrowed for the whole walk; of another kind: no items */
WEIR_API struct weir_iterator weir_iterate(weir_value container);

/** @cond private */
WEIR_API bool weir_iterator_next_slowly(struct weir_iterator *iterator, weir_value *ret_key, weir_value *ret_item);
/** @endcond */

/**
 * The next item.
 *
 * @param ret_key   borrowed; nil for an array; may be NULL
 * @param ret_item  borrowed; may be NULL
 * @return false when there is no further item
 */
static inline bool weir_iterator_next(struct weir_iterator *iterator, weir_value *ret_key, weir_value *ret_item)
{
	if (iterator->items == NULL || ret_key != NULL || ret_item == NULL || iterator->index >= iterator->count)
		return weir_iterator_next_slowly(iterator, ret_key, ret_item);
	*ret_item = iterator->items[iterator->index++];
	return true;
}

/** The pointer of an object, borrowed; NULL for another kind. */
WEIR_API void *weir_as_object(weir_value value);

/** The observable inside, borrowed; NULL for another kind. */
WEIR_API weir_observable *weir_as_observable(weir_value value);

/** The error inside, borrowed; NULL for another kind. */
WEIR_API weir_error *weir_as_error(weir_value value);

/** @} */

/** @name Comparing
 *
 * @{ */

/** Deep equality. Numbers are equal by number (1 and 1.0), maps whatever their order, objects by identity. NaN equals NaN. */
WEIR_API bool weir_equal(weir_value left, weir_value right);

/** A total order: by kind, then by number, bytes, items. @return < 0, 0, > 0 */
WEIR_API int weir_compare(weir_value left, weir_value right);

/** A hash that equal values share. Not the same in another process. */
WEIR_API uint64_t weir_hash(weir_value value);

/** Print for people, as in a message: `{"a": [1, 2.5, "x"]}`, cut with `…` to fit. @return the length printed */
WEIR_API size_t weir_print(weir_value value, char *buffer, size_t size);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
