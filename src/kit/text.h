/* Bytes from outside as values of text. */
#ifndef WEIR_KIT_TEXT_H
#define WEIR_KIT_TEXT_H

#include <weir/codec.h>

/*
 * `length` bytes as a str or bin, as `kind` says: a slice of `chunk` if they lie in it, otherwise a copy.
 *
 * @return owned; of bytes that should be UTF-8 and are not, an error ::WEIR_ESYNTAX that calls them `what`
 */
weir_value weir_text_value(
	weir_value chunk, const char *bytes, size_t length, enum weir_lines_kind kind, uint64_t number);

#endif
