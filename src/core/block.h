/* What a counted value points to: reference counts that are atomic only once a block is shared between threads. */
#ifndef WEIR_CORE_BLOCK_H
#define WEIR_CORE_BLOCK_H

#include <weir/value.h>

enum weir_block_type {
	WEIR_BLOCK_BYTES,
	WEIR_BLOCK_LIST,
	WEIR_BLOCK_OBJECT,
	WEIR_BLOCK_ERROR,
	WEIR_BLOCK_OBSERVABLE,
};

struct weir_block {
	uint32_t references;
	uint8_t type;
	uint8_t shared;
	uint8_t immortal;
	uint8_t spare; /* free for the type */
};

/* Raw bytes, or packed documents; a terminator follows the bytes. `spare`: they are one document, and nothing else. */
struct weir_bytes_block {
	struct weir_block block;
	size_t size;
	char bytes[];
};

/* Live values: the items of an array, or key, value, key, value … of a map. */
struct weir_list_block {
	struct weir_block block;
	size_t count;
	struct weir_list_block *next_dead;
	weir_value items[];
};

struct weir_object_block {
	struct weir_block block;
	void *pointer;
	void (*destroy)(void *pointer);
};

/* How a value is stored: bits 8 to 14 of the tag. What bits 16 to 63 hold stands beside each. */
enum weir_form {
	WEIR_FORM_INLINE,
	WEIR_FORM_STATIC, /* length; the pointer is the bytes */
	WEIR_FORM_WHOLE,  /* length; the pointer is a bytes block */
	WEIR_FORM_SLICE,  /* offset (24 bits), length (24 bits) in a bytes block */
	WEIR_FORM_PACKED, /* offset of a msgpack encoding in a bytes block */
	WEIR_FORM_LIST,	  /* number of items or members; the pointer is a list block */
	WEIR_FORM_BLOCK,  /* the pointer is an object, error or observable */
};

#define WEIR_SLICE_MAX ((1u << 24) - 1)

static inline enum weir_form weir_value_form(weir_value value)
{
	return (enum weir_form)((value.tag >> 8) & 0x7f);
}

static inline uint64_t weir_value_detail(weir_value value)
{
	return value.tag >> 16;
}

static inline weir_value weir_value_make(enum weir_kind kind, enum weir_form form, uint64_t detail, const void *pointer)
{
	weir_value value;

	value.tag = (uint64_t)kind | (uint64_t)form << 8 | detail << 16 |
		    (form > WEIR_FORM_STATIC ? WEIR_TAG_COUNTED : 0);
	value.as.pointer = pointer;
	return value;
}

static inline void weir_block_init(struct weir_block *block, enum weir_block_type type)
{
	block->references = 1;
	block->type = (uint8_t)type;
	block->shared = 0;
	block->immortal = 0;
	block->spare = 0;
}

static inline void weir_block_retain(struct weir_block *block)
{
	if (block->immortal)
		return;
	if (WEIR_LIKELY(!block->shared))
		block->references++;
	else
		__atomic_fetch_add(&block->references, 1, __ATOMIC_RELAXED);
}

/* True when that was the last reference: the caller destroys the block. */
static inline bool weir_block_release(struct weir_block *block)
{
	if (WEIR_LIKELY(!block->shared))
		return !block->immortal && --block->references == 0;
	return __atomic_fetch_sub(&block->references, 1, __ATOMIC_ACQ_REL) == 1;
}

/* A bytes block with room for `size` bytes and a terminator; NULL without memory. */
struct weir_bytes_block *weir_bytes_new(size_t size);

/* A list block for `count` values, not filled; NULL without memory. */
struct weir_list_block *weir_list_new(size_t count);

/* A value over a block just made; consumes the block. */
static inline weir_value weir_bytes_value(enum weir_kind kind, struct weir_bytes_block *block)
{
	return weir_value_make(kind, WEIR_FORM_WHOLE, block->size, block);
}

static inline weir_value weir_list_value(enum weir_kind kind, struct weir_list_block *block)
{
	return weir_value_make(kind, WEIR_FORM_LIST, kind == WEIR_KIND_MAP ? block->count / 2 : block->count, block);
}

/* The ENOMEM error as a value; needs no memory. */
weir_value weir_no_memory(void);

void weir_error_destroy(struct weir_block *block);
void weir_observable_destroy(struct weir_block *block);

#endif
