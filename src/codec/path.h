/* Where in a value an encoder is, for its messages: a chain of containers on the stack. */
#ifndef WEIR_CODEC_PATH_H
#define WEIR_CODEC_PATH_H

#include <weir/value.h>

/* One container on the way from the top: where in it. */
struct weir_path {
	const struct weir_path *parent;
	unsigned depth; /* of the container; the top has 1 */
	bool is_map;
	size_t index; /* of the item, or */
	weir_value key; /* of the member, borrowed */
};

/*
 * The error that a value has no form in `format`. `why` is what it is, or NULL: its kind. `path` ends
 * at the container that holds it; NULL at the top.
 */
weir_value weir_no_form(weir_value value, const char *why, const char *format, const struct weir_path *path);

/* The error that the container at `path` is nested too deep. */
weir_value weir_too_deep(const char *format, const struct weir_path *path);

#endif
