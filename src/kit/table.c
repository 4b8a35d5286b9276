/* A table from values to entries. See kit/table.h. */
#include "kit/table.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"

enum {
	ENTRIES_MIN = 8,
};

static bool reserve(struct weir_table *table)
{
	size_t capacity = table->capacity > 0 ? 2 * table->capacity : ENTRIES_MIN;
	struct weir_table_entry **entries;

	if (table->count == WEIR_SLOTS_THINGS_MAX || !weir_slots_reserve(&table->slots, table->count))
		return false;
	if (table->count < table->capacity)
		return true;
	entries = weir_allocate(capacity * sizeof(struct weir_table_entry *));
	if (entries == NULL)
		return false;
	if (table->count > 0)
		memcpy(entries, table->entries, table->count * sizeof(struct weir_table_entry *));
	weir_deallocate(table->entries);
	table->entries = entries;
	table->capacity = capacity;
	return true;
}

int weir_table_add(struct weir_table *table, struct weir_table_entry *entry)
{
	if (!reserve(table))
		return -ENOMEM;
	entry->number = (uint32_t)table->count;
	table->entries[table->count++] = entry;
	weir_slots_add(&table->slots, entry->hash, entry->number);
	return 0;
}

/* The last entry takes its place. */
void weir_table_remove(struct weir_table *table, struct weir_table_entry *entry)
{
	struct weir_table_entry *last = table->entries[--table->count];

	weir_slots_remove(&table->slots, entry->hash, entry->number);
	if (last == entry)
		return;
	weir_slots_renumber(&table->slots, last->hash, last->number, entry->number);
	last->number = entry->number;
	table->entries[last->number] = last;
}

void weir_table_finish(struct weir_table *table)
{
	weir_slots_finish(&table->slots);
	weir_deallocate(table->entries);
	*table = (struct weir_table){ 0 };
}
