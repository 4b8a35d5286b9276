/* A set that can forget its oldest member. See kit/set.h. */
#include "kit/set.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"
#include "kit/same.h"

#define SLOT_TAKEN UINT64_C(0x80000000)
#define NUMBER_MASK 0x7fffffffu

enum {
	SLOTS_MIN = 16,
	MEMBERS_MAX = 1 << 30,
};

struct set_member {
	uint64_t hash;
	weir_value value;
};

void weir_set_init(struct weir_set *set, size_t limit)
{
	*set = (struct weir_set){ .limit = limit > 0 && limit < MEMBERS_MAX ? limit : MEMBERS_MAX };
	weir_ring_init(&set->members, sizeof(struct set_member));
}

/* Where a slot's member would stand if no other were in its way. */
static size_t home_of(const struct weir_set *set, uint64_t slot)
{
	return (size_t)(slot >> 32) & (set->slot_count - 1);
}

static size_t behind(const struct weir_set *set, size_t position)
{
	return (position + 1) & (set->slot_count - 1);
}

static struct set_member *member_at(const struct weir_set *set, uint64_t slot)
{
	return weir_ring_at(&set->members, ((uint32_t)slot - set->oldest) & NUMBER_MASK);
}

static uint64_t make_slot(uint64_t hash, uint32_t number)
{
	return hash << 32 | SLOT_TAKEN | (number & NUMBER_MASK);
}

static void insert_slot(struct weir_set *set, uint64_t slot)
{
	size_t position = home_of(set, slot);

	while (set->slots[position] != 0)
		position = behind(set, position);
	set->slots[position] = slot;
}

/* At most half of the slots are taken, so a search is short. */
static bool grow(struct weir_set *set)
{
	size_t old_count = set->slot_count;
	size_t count = old_count > 0 ? 2 * old_count : SLOTS_MIN;
	uint64_t *old = set->slots;
	uint64_t *slots = weir_allocate(count * sizeof *slots);

	if (slots == NULL)
		return false;
	memset(slots, 0, count * sizeof *slots);
	set->slots = slots;
	set->slot_count = count;
	for (size_t position = 0; position < old_count; position++)
		if (old[position] != 0)
			insert_slot(set, old[position]);
	weir_deallocate(old);
	return true;
}

/* Empty a slot; what stands behind it because of it moves up. */
static void remove_slot(struct weir_set *set, size_t position)
{
	size_t mask = set->slot_count - 1;

	for (size_t next = behind(set, position); set->slots[next] != 0; next = behind(set, next)) {
		if (((next - home_of(set, set->slots[next])) & mask) >= ((next - position) & mask)) {
			set->slots[position] = set->slots[next];
			position = next;
		}
	}
	set->slots[position] = 0;
}

static void forget_oldest(struct weir_set *set)
{
	const struct set_member *member = weir_ring_at(&set->members, 0);
	uint64_t slot = make_slot(member->hash, set->oldest);
	weir_value value = member->value;
	size_t position = home_of(set, slot);

	while (set->slots[position] != slot)
		position = behind(set, position);
	remove_slot(set, position);
	weir_ring_pop(&set->members);
	set->oldest++;
	weir_release(value);
}

static bool is_member(const struct weir_set *set, uint64_t hash, weir_value value)
{
	if (set->slot_count == 0)
		return false;
	for (size_t position = (size_t)hash & (set->slot_count - 1); set->slots[position] != 0;
		position = behind(set, position)) {
		if (set->slots[position] >> 32 != (uint32_t)hash)
			continue;

		const struct set_member *member = member_at(set, set->slots[position]);

		if (member->hash == hash && weir_same(member->value, value))
			return true;
	}
	return false;
}

int weir_set_add(struct weir_set *set, weir_value value)
{
	uint64_t hash = weir_hash(value);

	if (is_member(set, hash, value)) {
		weir_release(value);
		return 0;
	}
	if (set->members.count == set->limit)
		forget_oldest(set);

	size_t count = set->members.count;
	struct set_member *member = NULL;

	if (2 * count < set->slot_count || grow(set))
		member = weir_ring_push(&set->members);
	if (member == NULL) {
		weir_release(value);
		return -ENOMEM;
	}
	*member = (struct set_member){ hash, value };
	insert_slot(set, make_slot(hash, set->oldest + (uint32_t)count));
	return 1;
}

void weir_set_clear(struct weir_set *set)
{
	if (set->slot_count > 0)
		memset(set->slots, 0, set->slot_count * sizeof *set->slots);
	while (set->members.count > 0) {
		weir_value value = ((struct set_member *)weir_ring_at(&set->members, 0))->value;

		weir_ring_pop(&set->members);
		weir_release(value);
	}
}

void weir_set_finish(struct weir_set *set)
{
	weir_set_clear(set);
	weir_ring_finish(&set->members);
	weir_deallocate(set->slots);
	set->slots = NULL;
	set->slot_count = 0;
}
