/*
 * A table from values to entries that the owner allocates: open addressing with linear probing.
 *
 * An entry is embedded in what it stands for; the table never allocates or frees one.
 */
#ifndef WEIR_KIT_TABLE_H
#define WEIR_KIT_TABLE_H

#include <weir/value.h>

struct weir_table_entry {
	uint64_t hash;
	weir_value key;
};

struct weir_table_slot {
	uint64_t hash;
	struct weir_table_entry *entry; /* NULL: free */
};

/* Zeroed it is empty. */
struct weir_table {
	struct weir_table_slot *slots;
	size_t slot_count; /* a power of two, or 0; at most half of them are taken */
	size_t count;
};

/* The entry of `key`, whose weir_hash() is `hash`, or NULL. */
static inline struct weir_table_entry *weir_table_find(const struct weir_table *table, weir_value key, uint64_t hash)
{
	size_t mask = table->slot_count - 1;

	if (table->count == 0)
		return NULL;
	for (size_t position = (size_t)hash & mask; table->slots[position].entry != NULL;
		position = (position + 1) & mask) {
		struct weir_table_entry *entry = table->slots[position].entry;

		if (table->slots[position].hash != hash)
			continue;
		if ((entry->key.tag == key.tag && entry->key.as.integer == key.as.integer) ||
			weir_equal(entry->key, key))
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
