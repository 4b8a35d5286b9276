/*
 * Writing msgpack into a buffer that grows: each item in its shortest form.
 *
 * A short result touches no heap before it is taken. A failure is kept until then, and nothing is written after it.
 */
#ifndef WEIR_CODEC_PACKER_H
#define WEIR_CODEC_PACKER_H

#include <weir/value.h>

struct weir_packer {
	char *bytes;
	size_t length;
	size_t capacity;
	weir_value failure; /* nil, or an error */
	char small[1024];
};

static inline void weir_packer_init(struct weir_packer *packer)
{
	packer->bytes = packer->small;
	packer->length = 0;
	packer->capacity = sizeof packer->small;
	packer->failure = weir_nil();
}

void weir_packer_nil(struct weir_packer *packer);
void weir_packer_bool(struct weir_packer *packer, bool truth);
void weir_packer_int(struct weir_packer *packer, int64_t integer);
void weir_packer_uint(struct weir_packer *packer, uint64_t natural);
void weir_packer_double(struct weir_packer *packer, double real);
void weir_packer_str(struct weir_packer *packer, const char *text, size_t length);
void weir_packer_bin(struct weir_packer *packer, const void *bytes, size_t length);
void weir_packer_ext(struct weir_packer *packer, int type, const void *bytes, size_t length);
void weir_packer_array(struct weir_packer *packer, size_t count);
void weir_packer_map(struct weir_packer *packer, size_t count);

/* Bytes that are msgpack already. */
void weir_packer_raw(struct weir_packer *packer, const void *bytes, size_t length);

/* What was written, as a bin or as the document it is, or the failure. Owned; the packer is finished. */
weir_value weir_packer_take_bin(struct weir_packer *packer);
weir_value weir_packer_take_document(struct weir_packer *packer);

#endif
