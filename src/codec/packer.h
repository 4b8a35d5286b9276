/* Writing msgpack, each item in its shortest form. */
#ifndef WEIR_CODEC_PACKER_H
#define WEIR_CODEC_PACKER_H

#include "codec/output.h"

void weir_pack_nil(struct weir_output *output);
void weir_pack_bool(struct weir_output *output, bool truth);
void weir_pack_int(struct weir_output *output, int64_t integer);
void weir_pack_uint(struct weir_output *output, uint64_t natural);
void weir_pack_double(struct weir_output *output, double real);
void weir_pack_str(struct weir_output *output, const char *text, size_t length);
void weir_pack_bin(struct weir_output *output, const void *bytes, size_t length);
void weir_pack_ext(struct weir_output *output, int type, const void *bytes, size_t length);

/* What begins an array of `count` items or a map of `count` members. */
void weir_pack_array(struct weir_output *output, size_t count);
void weir_pack_map(struct weir_output *output, size_t count);

#endif
