/*
 * UTF-8 as Unicode 15 table 3-7 and RFC 3629 define it: no overlong form, no surrogate, nothing above U+10FFFF.
 * All lengths are in bytes. U+0000 is a character like any other. Nothing here allocates.
 */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H

#include <stddef.h>

/* Bytes at the start of the text that are whole, well-formed characters; equal to length when all of it is.
 * A character that is cut off by the end does not count. */
size_t weir_utf8_valid_prefix(const char *bytes, size_t length);

/* Length of the text after weir_utf8_repair(): never less than length, at most three times as much. */
size_t weir_utf8_repaired_length(const char *bytes, size_t length);

/*
 * Writes the text with U+FFFD in place of every ill-formed sequence, as the WHATWG Encoding standard decodes UTF-8
 * (§8.1.1: one U+FFFD for each maximal subpart, one for a character cut off by the end).
 * The destination takes weir_utf8_repaired_length() bytes. The source may lie in the last `length` bytes of the
 * destination, so a buffer that was grown by the difference is repaired in place.
 */
void weir_utf8_repair(char *destination, const char *bytes, size_t length);

#endif
