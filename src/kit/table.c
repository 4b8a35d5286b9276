/* A table from values to entries. See kit/table.h. */
#include "kit/table.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"

enum {
	SLOTS_MIN = 16,
};

static void insert(struct weir_table *table, struct weir_table_entry *entry)
{
	size_t mask = table->slot_count - 1;
	size_t position = (size_t)entry->hash & mask;

	while (table->slots[position].entry != NULL)
		position = (position + 1) & mask;
	table->slots[position] = (struct weir_table_slot){ entry->hash, entry };
}

static bool grow(struct weir_table *table)
{
	struct weir_table_slot *old = table->slots;
	size_t old_count = table->slot_count;
	size_t count = old_count > 0 ? 2 * old_count : SLOTS_MIN;
	struct weir_table_slot *slots = count <= SIZE_MAX / sizeof *slots ? weir_allocate(count * sizeof *slots) : NULL;

	if (slots == NULL)
		return false;
	memset(slots, 0, count * sizeof *slots);
	table->slots = slots;
	table->slot_count = count;
	for (size_t position = 0; position < old_count; position++)
		if (old[position].entry != NULL)
			insert(table, old[position].entry);
	weir_deallocate(old);
	return true;
}

int weir_table_add(struct weir_table *table, struct weir_table_entry *entry)
{
	if (2 * table->count >= table->slot_count && !grow(table))
		return -ENOMEM;
	insert(table, entry);
	table->count++;
	return 0;
}

void weir_table_remove(struct weir_table *table, struct weir_table_entry *entry)
{
	size_t mask = table->slot_count - 1;
	size_t position = (size_t)entry->hash & mask;

	while (table->slots[position].entry != entry)
		position = (position + 1) & mask;
	/* What stands behind it because of it moves up. */
	for (size_t next = (position + 1) & mask; table->slots[next].entry != NULL; next = (next + 1) & mask) {
		size_t home = (size_t)table->slots[next].hash & mask;

		if (((next - home) & mask) >= ((next - position) & mask)) {
			table->slots[position] = table->slots[next];
			position = next;
		}
	}
	table->slots[position].entry = NULL;
	table->count--;
}

void weir_table_finish(struct weir_table *table)
{
	weir_deallocate(table->slots);
	*table = (struct weir_table){ 0 };
}
