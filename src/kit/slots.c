/* Where numbered things with a hash are found. See kit/slots.h. */
#include "kit/slots.h"

#include <string.h>

#include "base/allocator.h"

#define SLOT_TAKEN UINT64_C(0x80000000)

enum {
	SLOTS_MIN = 16,
};

static uint64_t make_slot(uint64_t hash, uint32_t number)
{
	return hash << 32 | SLOT_TAKEN | (number & WEIR_SLOTS_NUMBER_MASK);
}

static void insert(struct weir_slots *slots, uint64_t slot)
{
	size_t position = weir_slots_first(slots, slot >> 32);

	while (slots->slots[position] != 0)
		position = weir_slots_next(slots, position);
	slots->slots[position] = slot;
}

bool weir_slots_reserve(struct weir_slots *slots, size_t taken)
{
	struct weir_slots old = *slots;
	size_t count = old.count > 0 ? 2 * old.count : SLOTS_MIN;

	if (2 * taken < old.count)
		return true;
	slots->slots = weir_allocate(count * sizeof *slots->slots);
	if (slots->slots == NULL) {
		*slots = old;
		return false;
	}
	slots->count = count;
	weir_slots_clear(slots);
	for (size_t position = 0; position < old.count; position++)
		if (old.slots[position] != 0)
			insert(slots, old.slots[position]);
	weir_deallocate(old.slots);
	return true;
}

void weir_slots_add(struct weir_slots *slots, uint64_t hash, uint32_t number)
{
	insert(slots, make_slot(hash, number));
}

static size_t position_of(const struct weir_slots *slots, uint64_t hash, uint32_t number)
{
	size_t position = weir_slots_first(slots, hash);

	while (slots->slots[position] != make_slot(hash, number))
		position = weir_slots_next(slots, position);
	return position;
}

/* What stands behind it because of it moves up. */
void weir_slots_remove(struct weir_slots *slots, uint64_t hash, uint32_t number)
{
	size_t mask = slots->count - 1;
	size_t position = position_of(slots, hash, number);

	for (size_t next = weir_slots_next(slots, position); slots->slots[next] != 0;
		next = weir_slots_next(slots, next)) {
		size_t first = weir_slots_first(slots, slots->slots[next] >> 32);

		if (((next - first) & mask) >= ((next - position) & mask)) {
			slots->slots[position] = slots->slots[next];
			position = next;
		}
	}
	slots->slots[position] = 0;
}

void weir_slots_renumber(struct weir_slots *slots, uint64_t hash, uint32_t number, uint32_t new_number)
{
	slots->slots[position_of(slots, hash, number)] = make_slot(hash, new_number);
}

void weir_slots_clear(struct weir_slots *slots)
{
	if (slots->count > 0)
		memset(slots->slots, 0, slots->count * sizeof *slots->slots);
}

void weir_slots_finish(struct weir_slots *slots)
{
	weir_deallocate(slots->slots);
	*slots = (struct weir_slots){ 0 };
}
