/* The table behind group_by, beside an array that does the same slowly. */
#include <errno.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "kit/faults.h"
#include "kit/table.h"

enum {
	KEYS = 500,
};

static weir_value key_of(int64_t number, bool as_text)
{
	return as_text ? weir_string_format("key %lld", (long long)number) : weir_int(number);
}

static void compare(int steps, int64_t range, bool as_text)
{
	static struct weir_table_entry entries[KEYS];
	static bool is_there[KEYS];
	struct weir_table table = { 0 };
	size_t count = 0;

	srandom((unsigned)range);
	for (int64_t number = 0; number < KEYS; number++) {
		weir_value key = key_of(number, as_text);

		entries[number] = (struct weir_table_entry){ .hash = weir_hash(key), .key = key };
		is_there[number] = false;
	}
	for (int step = 0; step < steps; step++) {
		int64_t number = random() % range;
		struct weir_table_entry *entry = &entries[number];
		weir_value key = key_of(number, as_text);

		cr_assert_eq(
			weir_table_find(&table, key, entry->hash), is_there[number] ? entry : NULL, "step %d", step);
		weir_release(key);
		if (is_there[number])
			weir_table_remove(&table, entry);
		else
			cr_assert_eq(weir_table_add(&table, entry), 0);
		is_there[number] = !is_there[number];
		count += is_there[number] ? 1 : (size_t)-1;
		cr_assert_eq(table.count, count);
		for (size_t index = 0; index < count; index++)
			cr_assert_eq(table.entries[index]->number, index);
	}
	weir_table_finish(&table);
	for (int64_t number = 0; number < KEYS; number++)
		weir_release(entries[number].key);
}

Test(table, does_what_an_array_does)
{
	compare(200, 1, false);
	compare(2000, 20, true);
	compare(20000, KEYS, false);
	compare(20000, KEYS, true);
}

/* Equal hashes stand side by side, and any of them may go. */
Test(table, keys_of_one_hash_are_told_apart)
{
	struct weir_table_entry entries[10];
	struct weir_table table = { 0 };

	for (int64_t number = 0; number < 10; number++) {
		entries[number] = (struct weir_table_entry){ .hash = 7, .key = weir_int(number) };
		cr_assert_eq(weir_table_add(&table, &entries[number]), 0);
	}
	for (int64_t gone = 0; gone < 10; gone++) {
		weir_table_remove(&table, &entries[(gone * 3) % 10]);
		cr_assert_null(weir_table_find(&table, weir_int((gone * 3) % 10), 7));
		for (int64_t left = gone + 1; left < 10; left++)
			cr_assert_eq(weir_table_find(&table, weir_int((left * 3) % 10), 7), &entries[(left * 3) % 10]);
	}
	weir_table_finish(&table);
}

Test(table, without_memory_it_stays_as_it_was)
{
	faults_install();
	for (size_t number = 1; number <= 10; number++) {
		static struct weir_table_entry entries[1000];
		struct weir_table table = { 0 };
		size_t count = 0;

		faults_fail_once(number);
		while (!faults_hit() && count < 1000) {
			weir_value key = weir_int((int64_t)count);

			entries[count] = (struct weir_table_entry){ .hash = weir_hash(key), .key = key };

			int result = weir_table_add(&table, &entries[count]);

			cr_assert_eq(result, faults_hit() ? -ENOMEM : 0);
			count += result == 0;
		}
		faults_stop();
		cr_assert_eq(table.count, count);
		for (size_t index = 0; index < count; index++)
			cr_assert_eq(weir_table_find(&table, entries[index].key, entries[index].hash), &entries[index]);
		cr_assert_eq(weir_table_add(&table, &entries[count]), 0);
		weir_table_finish(&table);
	}
	cr_assert_eq(faults_live_blocks(), 0);
}
