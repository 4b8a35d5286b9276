/* A growable run of bytes. See byte_buffer.h. */
#include "base/byte_buffer.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/allocator.h"
#include "base/utf8.h"

static const size_t smallest_capacity = 64;

int weir_byte_buffer_reserve(struct weir_byte_buffer *buffer, size_t extra)
{
	size_t capacity = buffer->capacity < smallest_capacity ? smallest_capacity : buffer->capacity;
	char *bytes;

	if (extra <= buffer->capacity - buffer->length)
		return 0;
	while (extra > capacity - buffer->length) {
		if (capacity > SIZE_MAX / 2)
			return -ENOMEM;
		capacity *= 2;
	}
	bytes = weir_reallocate(buffer->bytes, capacity);
	if (!bytes)
		return -ENOMEM;
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return 0;
}

int weir_byte_buffer_append(struct weir_byte_buffer *buffer, const char *bytes, size_t length)
{
	if (length == 0)
		return 0;
	if (weir_byte_buffer_reserve(buffer, length) < 0)
		return -ENOMEM;
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	return 0;
}

int weir_byte_buffer_repair_utf8(struct weir_byte_buffer *buffer, size_t start)
{
	size_t length = buffer->length - start;
	size_t repaired;

	if (length == 0 || weir_utf8_valid_prefix(buffer->bytes + start, length) == length)
		return 0;
	repaired = weir_utf8_repaired_length(buffer->bytes + start, length);
	if (weir_byte_buffer_reserve(buffer, repaired - length) < 0)
		return -ENOMEM;
	memmove(buffer->bytes + start + (repaired - length), buffer->bytes + start, length);
	weir_utf8_repair(buffer->bytes + start, buffer->bytes + start + (repaired - length), length);
	buffer->length = start + repaired;
	return 0;
}

void weir_byte_buffer_finish(struct weir_byte_buffer *buffer)
{
	weir_deallocate(buffer->bytes);
	*buffer = (struct weir_byte_buffer){ 0 };
}
