/*
 * Checking a msgpack encoding before anything reads it: what core/packed.h relies on.
 *
 * No length is believed: it must fit into the bytes that are there, or, of a value that still comes in, into its limit.
 * The walk neither recurses nor allocates, and can be interrupted anywhere: the bytes of a value may become more from
 * call to call, and each is looked at once.
 */
#ifndef WEIR_CORE_PACKED_CHECK_H
#define WEIR_CORE_PACKED_CHECK_H

#include <weir/codec.h>

#include "core/block.h"

struct weir_packed_check {
	size_t max_size;
	unsigned max_depth;
	bool accepts_invalid_utf8;
	uint64_t *left; /* per level: values that are still to come */
	unsigned depth;
	size_t at; /* how far it has come */
	uint64_t owed; /* values that are still to come, on all levels */
	size_t body_left; /* bytes of a body that are still to come */
	size_t body_begins; /* where the value with that body does */
	bool body_is_text;
};

enum weir_packed_verdict {
	WEIR_PACKED_WHOLE, /* the value ends at `at` */
	WEIR_PACKED_INCOMPLETE, /* all there is was checked, and more is to come */
	WEIR_PACKED_BAD,
};

/*
 * The limits, with the defaults for what is zero. @return nil, or an error value `EINVAL`.
 * `left`: max_depth + 1 numbers, to be set by the caller.
 */
weir_value weir_packed_check_set_options(struct weir_packed_check *check, const struct weir_unpack_options *options);

/* A new value begins. */
void weir_packed_check_begin(struct weir_packed_check *check);

/*
 * Check on.
 *
 * `bytes` is the value from its first byte, of which `length` are there by now, and no more will come if `is_all`.
 * Messages add `origin` to the positions. With WEIR_PACKED_BAD the error stands in `ret_error`, owned.
 */
enum weir_packed_verdict weir_packed_check_run(struct weir_packed_check *check, const unsigned char *bytes,
	size_t length, bool is_all, uint64_t origin, weir_value *ret_error);

/*
 * Check that no map in a document has a key twice. In linear time, with 16 to 64 bytes of memory per key. Consumes
 * `document`. @return it, or an error value
 */
weir_value weir_packed_check_keys(weir_value document, uint64_t origin);

#endif
