/*
 * Where an encoder writes: a buffer that grows. What is short touches no heap before it is taken. The first failure is
 * kept until then, and nothing is written after it.
 */
#ifndef WEIR_CODEC_OUTPUT_H
#define WEIR_CODEC_OUTPUT_H

#include <string.h>

#include <weir/value.h>

struct weir_output {
	char *bytes;
	size_t length;
	size_t capacity; /* 0 after a failure */
	weir_value failure; /* nil, or an error */
	char small[1024];
};

static inline void weir_output_init(struct weir_output *output)
{
	output->bytes = output->small;
	output->length = 0;
	output->capacity = sizeof output->small;
	output->failure = weir_nil();
}

static inline bool weir_output_has_failed(const struct weir_output *output)
{
	return weir_is_error(output->failure);
}

/* Consumes `failure`, an error value. */
void weir_output_fail(struct weir_output *output, weir_value failure);

/* Makes room for `length` more bytes. False: it has failed. */
bool weir_output_grow(struct weir_output *output, size_t length);

static inline void weir_output_put(struct weir_output *output, const void *bytes, size_t length)
{
	if (WEIR_UNLIKELY(length > output->capacity - output->length) && !weir_output_grow(output, length))
		return;
	if (length > 0)
		memcpy(output->bytes + output->length, bytes, length);
	output->length += length;
}

/* What was written, or the failure. Owned; the output is finished. */
weir_value weir_output_take_str(struct weir_output *output);
weir_value weir_output_take_bin(struct weir_output *output);

/* The same, of msgpack, as the value it stands for. */
weir_value weir_output_take_document(struct weir_output *output);

#endif
