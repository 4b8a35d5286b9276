/** @file
 * msgpack and JSON: bytes to values and back, and the operators that do so to the items of a stream.
 *
 * Whatever comes from outside is checked before it is believed: no length makes anything be allocated that the bytes
 * received do not bear out, depth and size have limits, text is UTF-8. A decoded document is one block of memory,
 * however large its tree; its parts are views (see weir/value.h). What fails is a value of kind error, whose message
 * says what was found, where, and which limit forbids it:
 *
 * | code             | meaning |
 * | ---------------- | ------- |
 * | `WEIR_ESYNTAX`   | malformed: a byte that begins nothing, text that is not UTF-8, a key twice, something behind the
 * end | | `WEIR_ETRUNCATED`| what is there is well-formed, but the input ends inside it | | `WEIR_ELIMIT`    | a limit
 * of the options is exceeded | | `ERANGE`         | a JSON number that has no value here | | `EINVAL`         | a value
 * that the format has no form for, or a wrong option | | `ENOTSUP`        | JSON, in a library built without it | |
 * `ENOMEM`         | no memory |
 */
#ifndef WEIR_CODEC_H
#define WEIR_CODEC_H

#include <weir/api.h>
#include <weir/error.h>
#include <weir/observable.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The depth to which documents may nest when the options do not say otherwise. A scalar has depth 0. */
#define WEIR_DEFAULT_MAX_DEPTH 64

/** The greatest depth that options may allow. */
#define WEIR_MAX_DEPTH 512

/** The size of a document in bytes when the options do not say otherwise. */
#define WEIR_DEFAULT_MAX_SIZE ((size_t)16 << 20)

/** The memory for the tree of a JSON text while it is parsed, when the options do not say otherwise. */
#define WEIR_DEFAULT_MAX_TREE_SIZE ((size_t)128 << 20)

/** The length of a line in bytes when the options do not say otherwise. */
#define WEIR_DEFAULT_MAX_LINE_LENGTH ((size_t)1 << 20)

/** @name msgpack
 *
 * @{ */

/** What a msgpack document may be. All zero: the defaults. */
struct weir_unpack_options {
	/** Bytes of one document; 0: `WEIR_DEFAULT_MAX_SIZE`. */
	size_t max_size;
	/** Levels of arrays and maps; 0: `WEIR_DEFAULT_MAX_DEPTH`; at most `WEIR_MAX_DEPTH`. */
	unsigned max_depth;
	/** Strings need not be UTF-8. Otherwise one that is not is an error. */
	bool accepts_invalid_utf8;
	/** A key that occurs twice in a map is an error. Otherwise both stay, and weir_get() finds the first. */
	bool rejects_duplicate_keys;
	/** Every document gets a block of its own; otherwise it keeps the whole chunk in memory that it came in. */
	bool copies;
};
/** Short for it. */
typedef struct weir_unpack_options weir_unpack_options;

/**
 * The msgpack encoding of a value.
 *
 * Numbers and lengths take the shortest form. What was decoded from msgpack keeps the bytes it came in, and the result
 * shares them.
 *
 * @param value  borrowed; keys of maps may be of any kind
 * @return owned, of kind bin; an error `EINVAL` for an error, an object, or what holds one, `WEIR_ELIMIT` when it nests
 *         deeper than `WEIR_MAX_DEPTH` or something in it is longer than msgpack can say
 */
WEIR_API weir_value weir_pack(weir_value value);

/**
 * The value that a msgpack encoding stands for; the bytes are copied, into one allocation (none for a number).
 *
 * @param options   NULL: the defaults
 * @param ret_used  how many bytes the value took, when it is no error. NULL: bytes behind it are an error
 * @return owned
 */
WEIR_API weir_value weir_unpack(
	const void *bytes, size_t length, const struct weir_unpack_options *options, size_t *ret_used);

/**
 * As weir_unpack(), from a bin (or str) whose memory the result shares, unless the options say that it copies.
 *
 * @param bytes   borrowed
 * @param offset  where in it the value begins
 */
WEIR_API weir_value weir_unpack_value(
	weir_value bytes, size_t offset, const struct weir_unpack_options *options, size_t *ret_used);

/** @} */

/** @name JSON
 *
 * @{ */

/** What a JSON text may be. All zero: the defaults. */
struct weir_json_options {
	/** Bytes of the text; 0: `WEIR_DEFAULT_MAX_SIZE`. */
	size_t max_size;
	/** Bytes of memory while it is parsed: 10 to 70 times the text; 0: `WEIR_DEFAULT_MAX_TREE_SIZE`. */
	size_t max_tree_size;
	/** Levels of arrays and objects; 0: `WEIR_DEFAULT_MAX_DEPTH`; at most `WEIR_MAX_DEPTH`. */
	unsigned max_depth;
	/** A key that occurs twice in an object is an error. Otherwise the last one counts, as in JavaScript. */
	bool rejects_duplicate_keys;
	/** Strings (but not keys) may contain `\u0000`. Otherwise it is an error. */
	bool accepts_nul;
	/** Integers beyond 64 bits with sign become doubles. Otherwise they are an error. */
	bool rounds_big_integers;
};
/** Short for it. */
typedef struct weir_json_options weir_json_options;

/**
 * The value that a JSON text stands for: RFC 8259 to the letter, any value at the top, a byte order mark ignored.
 *
 * The text is parsed by jansson, in memory of this library that goes in one piece. On first use this puts itself before
 * the allocation functions that jansson has then; they serve everybody else in the process as before.
 *
 * @param options  NULL: the defaults
 * @return owned; members are in the order of the text
 */
WEIR_API weir_value weir_parse_json(const char *text, size_t length, const struct weir_json_options *options);

/** How values become JSON. All zero: the defaults. */
struct weir_json_format_options {
	/** A bin becomes a string in base64 (RFC 4648). Otherwise it is an error. */
	bool bin_as_base64;
	/** A double that is not finite becomes `null`. Otherwise it is an error. */
	bool non_finite_as_null;
	/** A line feed is put behind: a line of NDJSON. */
	bool ends_line;
};
/** Short for it. */
typedef struct weir_json_format_options weir_json_format_options;

/**
 * The JSON text of a value: one line, no spaces, members in their order, doubles with as many digits as it takes to
 * read the same number again.
 *
 * @param value    borrowed
 * @param options  NULL: the defaults
 * @return owned, of kind str; an error `EINVAL` for what JSON has no form for (an ext, a key that is no string, text
 * that is not UTF-8, an error, an object; a bin or a double that is not finite, unless the options say otherwise),
 *         `WEIR_ELIMIT` when it nests deeper than `WEIR_MAX_DEPTH`
 */
WEIR_API weir_value weir_format_json(weir_value value, const struct weir_json_format_options *options);

/** @} */

/** @name Operators
 *
 * @{ */

/** What becomes of an item that cannot be decoded. */
enum weir_bad_item_policy {
	WEIR_BAD_ITEM_FAILS, /**< it ends the stream with its error */
	WEIR_BAD_ITEM_SKIPPED, /**< it is left out and reported: to `report`, or else to the loop's `on_dropped` */
	WEIR_BAD_ITEM_EMITTED, /**< in its place comes a map `{"error": message, "code": name, "input": item}` */
};

/** What an operator does about bad items. All zero: the first ends the stream. */
struct weir_bad_items {
	enum weir_bad_item_policy policy;
	/** With `WEIR_BAD_ITEM_SKIPPED`. Both are borrowed; `input` is nil when it was too long to be kept. */
	void (*report)(weir_value input, const weir_error *error, void *context);
	void *context;
};

/** What lines are. */
enum weir_lines_kind {
	WEIR_LINES_UTF8, /**< str; a line that is not UTF-8 is a bad item */
	WEIR_LINES_REPAIRED, /**< str; what is not UTF-8 becomes U+FFFD */
	WEIR_LINES_BYTES, /**< bin */
};

/** How weir_lines() cuts. All zero: the defaults. */
struct weir_lines_options {
	/** Bytes of a line without its end; 0: `WEIR_DEFAULT_MAX_LINE_LENGTH`. A longer one is a bad item. */
	size_t max_length;
	enum weir_lines_kind kind;
	/** Lines without a byte are not emitted. */
	bool skips_blank;
	/** What follows the last line end is a truncation, an error, and not a line. */
	bool rejects_partial_last;
	struct weir_bad_items bad_items;
};
/** Short for it. */
typedef struct weir_lines_options weir_lines_options;

/**
 * Cut chunks of text into lines, wherever the chunks were cut.
 *
 *     source:  --ab-c↵d↵--e---|      (each character a byte, ↵ a line feed)
 *     lines:   ------(abc)(d)-(e)|
 *
 * A line ends with LF or CR LF, which do not belong to it; a CR elsewhere does. A line inside one chunk shares its
 * memory.
 *
 * @param source   consumed; its items are bin or str
 * @param options  copied; NULL: the defaults
 * @return owned
 *
 * Errors: of the source, after the lines before it; `WEIR_ELIMIT` for a long line, `WEIR_ESYNTAX` for one that is not
 * UTF-8, `WEIR_ETRUNCATED` at the end (see the options); `EINVAL` for an item that is no bin or str. Completion: the
 * lines that are there, then the last one as the options say. Demand: lines are cut as they are asked for, a chunk is
 * requested when the one before is used up. Since 0.1.
 */
WEIR_API weir_observable *weir_lines(weir_observable *source, const struct weir_lines_options *options);

/** What weir_decode_json() accepts. All zero: the defaults. */
struct weir_decode_json_options {
	struct weir_json_options json;
	struct weir_bad_items bad_items;
};
/** Short for it. */
typedef struct weir_decode_json_options weir_decode_json_options;

/**
 * Make of each JSON text the value it stands for: weir_parse_json().
 *
 *     source:       -a-----b--|   a = "[1,2]"  b = "{}"
 *     decode_json:  -[1,2]-{}-|
 *
 * @param source   consumed; its items are str or bin, one document each
 * @param options  copied; NULL: the defaults
 * @return owned
 *
 * Errors: of the parser, as the options say; no memory always ends the stream. Demand: passed on; a skipped item is
 * requested again. Since 0.1.
 */
WEIR_API weir_observable *weir_decode_json(weir_observable *source, const struct weir_decode_json_options *options);

/** What weir_decode_ndjson() accepts. All zero: the defaults. */
struct weir_decode_ndjson_options {
	/** Bytes of a line; 0: `WEIR_DEFAULT_MAX_LINE_LENGTH`. */
	size_t max_line_length;
	/** What follows the last line end is a truncation, an error, and not a line. */
	bool rejects_partial_last_line;
	struct weir_json_options json;
	struct weir_bad_items bad_items;
};
/** Short for it. */
typedef struct weir_decode_ndjson_options weir_decode_ndjson_options;

/**
 * Decode a stream of bytes with one JSON text per line (NDJSON, JSON Lines): weir_lines(), then weir_decode_json().
 *
 *     source:         --{"a"-:1}↵--2↵--|
 *     decode_ndjson:  ---------{a:1}-2-|
 *
 * Blank lines are skipped: feeds send them to keep the connection alive.
 *
 * @param source   consumed; its items are bin or str, cut anywhere
 * @param options  copied; NULL: the defaults
 * @return owned
 *
 * Errors: as weir_lines() and weir_decode_json(). Completion: as weir_lines(). Demand: as weir_lines(). Since 0.1.
 */
WEIR_API weir_observable *weir_decode_ndjson(weir_observable *source, const struct weir_decode_ndjson_options *options);

/**
 * Decode a stream of bytes with msgpack values one behind the other, wherever the chunks were cut.
 *
 *     source:          --(93 01)-(02 03 04)---(c0)-|      (bytes in hexadecimal)
 *     decode_msgpack:  ----------([1,2,3] 4)--nil--|
 *
 * A value inside one chunk shares the chunk's memory, unless the options say that it copies; one that lies across
 * chunks is put together.
 *
 * @param source   consumed; its items are bin or str
 * @param options  copied; NULL: the defaults
 * @return owned
 *
 * Errors: of the source, after the values before it; of the encoding, which always end the stream, because what follows
 * cannot be told apart; `WEIR_ETRUNCATED` when the source completes inside a value; `EINVAL` for an item that is no bin
 * or str. Completion: the values that are there come first. Demand: values are decoded as they are asked for, a chunk
 * is requested when the one before is used up. Since 0.1.
 */
WEIR_API weir_observable *weir_decode_msgpack(weir_observable *source, const struct weir_unpack_options *options);

/**
 * Make of each value its msgpack encoding, a bin: weir_pack().
 *
 *     source:          -[1,2]------|
 *     encode_msgpack:  -(92 01 02)-|
 *
 * @param source  consumed
 * @return owned
 *
 * Errors: of weir_pack(). Demand: passed on. Since 0.1.
 */
WEIR_API weir_observable *weir_encode_msgpack(weir_observable *source);

/**
 * Make of each value its JSON text, a str: weir_format_json().
 *
 *     source:       -[1,2]---|
 *     encode_json:  -"[1,2]"-|
 *
 * @param source   consumed
 * @param options  copied; NULL: the defaults
 * @return owned
 *
 * Errors: of weir_format_json(). Demand: passed on. Since 0.1.
 */
WEIR_API weir_observable *weir_encode_json(weir_observable *source, const struct weir_json_format_options *options);

/** @} */

#ifdef __cplusplus
}
#endif
#endif
