/*
 * Where numbered things with a hash are found: what sets and tables share.
 *
 * Open addressing with linear probing over slots of 8 bytes, of which at most half are taken:
 *
 *	for (size_t position = weir_slots_first(slots, hash); slots->slots[position] != 0;
 *		position = weir_slots_next(slots, position))
 *		if (weir_slot_may_be(slots->slots[position], hash))
 *			… weir_slot_number(slots->slots[position]) …
 */
#ifndef WEIR_KIT_SLOTS_H
#define WEIR_KIT_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WEIR_SLOTS_NUMBER_MASK = 0x7fffffff,
	WEIR_SLOTS_THINGS_MAX = 1 << 30,
};

/* Zeroed it is empty, and must not be searched. */
struct weir_slots {
	uint64_t *slots; /* 0: free; bits 0–30: the number, 31: taken, 32–63: low half of the hash */
	size_t count; /* a power of two, or 0 */
};

/* Where a thing with that hash would stand if no other were in its way. */
static inline size_t weir_slots_first(const struct weir_slots *slots, uint64_t hash)
{
	return (size_t)(uint32_t)hash & (slots->count - 1);
}

static inline size_t weir_slots_next(const struct weir_slots *slots, size_t position)
{
	return (position + 1) & (slots->count - 1);
}

static inline bool weir_slot_may_be(uint64_t slot, uint64_t hash)
{
	return slot >> 32 == (uint32_t)hash;
}

static inline uint32_t weir_slot_number(uint64_t slot)
{
	return (uint32_t)slot & WEIR_SLOTS_NUMBER_MASK;
}

/* Room for one more than `taken`. False without memory. */
bool weir_slots_reserve(struct weir_slots *slots, size_t taken);

/* There must be room. Of a number bits 0–30 count. */
void weir_slots_add(struct weir_slots *slots, uint64_t hash, uint32_t number);

/* It must be there. */
void weir_slots_remove(struct weir_slots *slots, uint64_t hash, uint32_t number);

/* It must be there: its number changes. */
void weir_slots_renumber(struct weir_slots *slots, uint64_t hash, uint32_t number, uint32_t new_number);

/* Forget all; the memory is kept. */
void weir_slots_clear(struct weir_slots *slots);

/* Forget all and free the memory. */
void weir_slots_finish(struct weir_slots *slots);

#endif
