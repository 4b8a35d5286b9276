/*
 * A growable run of bytes. All zero is a valid empty buffer; weir_byte_buffer_finish() frees it.
 * It doubles when it grows, so appending in tiny pieces takes linear time; clearing keeps the memory.
 */
#ifndef WEIR_BASE_BYTE_BUFFER_H
#define WEIR_BASE_BYTE_BUFFER_H

#include <stddef.h>

struct weir_byte_buffer {
	char *bytes; /* NULL while nothing was ever reserved */
	size_t length;
	size_t capacity;
};

/* Makes room for `extra` more bytes behind length. 0, or -ENOMEM with the buffer unchanged. */
int weir_byte_buffer_reserve(struct weir_byte_buffer *buffer, size_t extra);

/* Copies the bytes behind the present ones. 0, or -ENOMEM with the buffer unchanged. */
int weir_byte_buffer_append(struct weir_byte_buffer *buffer, const char *bytes, size_t length);

/* Replaces what is ill-formed UTF-8 from offset `start` to the end by U+FFFD. 0, or -ENOMEM with the buffer unchanged.
 */
int weir_byte_buffer_repair_utf8(struct weir_byte_buffer *buffer, size_t start);

/* Frees the memory; the buffer is empty and usable again. */
void weir_byte_buffer_finish(struct weir_byte_buffer *buffer);

#endif
