/*
 * A table from values to entries that the owner allocates.
 *
 * An entry is embedded in what it stands for; the table never allocates or frees one.
 */
#ifndef WEIR_KIT_TABLE_H
#define WEIR_KIT_TABLE_H

#include <weir/value.h>

#include "kit/slots.h"

struct weir_table_entry {
	uint64_t hash;
	weir_value key;
	uint32_t number; /* the table's: its place among the entries */
};

/* Zeroed it is empty. */
struct weir_table {
	struct weir_slots slots;
	struct weir_table_entry **entries; /* in no order that means anything */
	size_t count;
	size_t capacity;
};

/* The entry of `key`, whose weir_hash() is `hash`, or NULL. */
static inline struct weir_table_entry *weir_table_find(const struct weir_table *table, weir_value key, uint64_t hash)
{
	const struct weir_slots *slots = &table->slots;

	if (table->count == 0)
		return NULL;
	for (size_t position = weir_slots_first(slots, hash); slots->slots[position] != 0;
		position = weir_slots_next(slots, position)) {
		if (!weir_slot_may_be(slots->slots[position], hash))
			continue;

		struct weir_table_entry *entry = table->entries[weir_slot_number(slots->slots[position])];

		if ((entry->key.tag == key.tag && entry->key.as.integer == key.as.integer) ||
			(entry->hash == hash && weir_equal(entry->key, key)))
			return entry;
	}
	return NULL;
}

/* Add an entry whose key and hash are set and not there yet. Returns 0, or -ENOMEM. */
int weir_table_add(struct weir_table *table, struct weir_table_entry *entry);

/* Remove an entry that is there. */
void weir_table_remove(struct weir_table *table, struct weir_table_entry *entry);

/* Free the memory; the entries are the owner's business. The table is empty afterwards. */
void weir_table_finish(struct weir_table *table);

#endif
