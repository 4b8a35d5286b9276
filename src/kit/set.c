/* A set that can forget its oldest member. See kit/set.h. */
#include "kit/set.h"

#include <errno.h>

#include "kit/same.h"

struct set_member {
	uint64_t hash;
	weir_value value;
};

void weir_set_init(struct weir_set *set, size_t limit)
{
	*set = (struct weir_set){ .limit = limit > 0 && limit < WEIR_SLOTS_THINGS_MAX ? limit : WEIR_SLOTS_THINGS_MAX };
	weir_ring_init(&set->members, sizeof(struct set_member));
}

static struct set_member *member_at(const struct weir_set *set, uint64_t slot)
{
	return weir_ring_at(&set->members, (weir_slot_number(slot) - set->oldest) & WEIR_SLOTS_NUMBER_MASK);
}

static void forget_oldest(struct weir_set *set)
{
	const struct set_member *member = weir_ring_at(&set->members, 0);
	weir_value value = member->value;

	weir_slots_remove(&set->slots, member->hash, set->oldest);
	weir_ring_pop(&set->members);
	set->oldest++;
	weir_release(value);
}

static bool is_member(const struct weir_set *set, uint64_t hash, weir_value value)
{
	const struct weir_slots *slots = &set->slots;

	if (slots->count == 0)
		return false;
	for (size_t position = weir_slots_first(slots, hash); slots->slots[position] != 0;
		position = weir_slots_next(slots, position)) {
		if (!weir_slot_may_be(slots->slots[position], hash))
			continue;

		const struct set_member *member = member_at(set, slots->slots[position]);

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

	if (weir_slots_reserve(&set->slots, count))
		member = weir_ring_push(&set->members);
	if (member == NULL) {
		weir_release(value);
		return -ENOMEM;
	}
	*member = (struct set_member){ hash, value };
	weir_slots_add(&set->slots, hash, set->oldest + (uint32_t)count);
	return 1;
}

void weir_set_clear(struct weir_set *set)
{
	weir_slots_clear(&set->slots);
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
	weir_slots_finish(&set->slots);
}
