/* The table behind group_by and windows, beside an array that does the same slowly. */
#include <errno.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "kit/faults.h"
#include "kit/table.h"
#include "kit/teardown.h"

enum {
	KEYS_MAX = 2000,
};

static void tear_down(void)
{
	leave_nothing(NULL);
}

TestSuite(table, .init = faults_install, .fini = tear_down);

/* An entry and whether it is to be found. */
struct member {
	struct weir_table_entry entry;
	bool is_in;
};

static struct member members[KEYS_MAX];

/* `spread` is how many hashes there are: few of them make long runs of neighbours. */
static void make_members(size_t count, uint64_t spread, bool as_text)
{
	for (size_t index = 0; index < count; index++) {
		weir_value key =
			as_text ? weir_string_format("the key with the number %zu", index) : weir_int((int64_t)index);

		members[index] = (struct member){ { weir_hash(key) % spread, key }, false };
	}
}

static void release_members(size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_release(members[index].entry.key);
}

static void expect_as_the_array_says(const struct weir_table *table, size_t count)
{
	size_t in = 0;

	for (size_t index = 0; index < count; index++) {
		struct weir_table_entry *entry = &members[index].entry;

		in += members[index].is_in;
		cr_assert_eq(weir_table_find(table, entry->key, entry->hash), members[index].is_in ? entry : NULL,
			"key %zu", index);
	}
	cr_assert_eq(table->count, in);
	cr_assert_leq(2 * table->count, table->slot_count);
}

static void compare(size_t count, uint64_t spread, bool as_text, size_t steps)
{
	struct weir_table table = { 0 };

	make_members(count, spread, as_text);
	srandom((unsigned)(count * 31 + spread));
	for (size_t step = 0; step < steps; step++) {
		struct member *member = &members[(size_t)random() % count];

		if (member->is_in)
			weir_table_remove(&table, &member->entry);
		else
			cr_assert_eq(weir_table_add(&table, &member->entry), 0);
		member->is_in = !member->is_in;
		if (step % (steps / 20) == 0)
			expect_as_the_array_says(&table, count);
	}
	expect_as_the_array_says(&table, count);
	weir_table_finish(&table);
	cr_expect_null(weir_table_find(&table, members[0].entry.key, members[0].entry.hash));
	release_members(count);
}

Test(table, does_what_an_array_does)
{
	compare(5, UINT64_MAX, false, 1000);
	compare(100, UINT64_MAX, true, 5000);
	compare(KEYS_MAX, UINT64_MAX, false, 20000);
}

Test(table, entries_of_one_hash_and_of_neighbouring_ones_are_told_apart)
{
	compare(40, 1, false, 2000);
	compare(60, 3, true, 3000);
	compare(300, 20, false, 5000);
}

/* Hashes at the end of the slots: their runs go on at the beginning. */
Test(table, runs_wrap_around_the_end)
{
	struct weir_table table = { 0 };

	make_members(7, 1, false);
	for (size_t index = 0; index < 7; index++) {
		members[index].entry.hash = index < 4 ? 15 : 14;
		cr_assert_eq(weir_table_add(&table, &members[index].entry), 0);
		members[index].is_in = true;
	}
	cr_assert_eq(table.slot_count, 16);
	for (size_t index = 0; index < 7; index++) {
		expect_as_the_array_says(&table, 7);
		weir_table_remove(&table, &members[index].entry);
		members[index].is_in = false;
	}
	expect_as_the_array_says(&table, 7);
	weir_table_finish(&table);
}

Test(table, keys_are_compared_by_value)
{
	struct weir_table table = { 0 };
	weir_value parts[] = { weir_int(1), weir_string("a text that is long enough to be counted") };
	weir_value same[] = { weir_int(1), weir_string("a text that is long enough to be counted") };
	weir_value key = weir_make_array(parts, 2);
	weir_value equal = weir_make_array(same, 2);
	struct weir_table_entry entry = { weir_hash(key), key };
	struct weir_table_entry nil = { weir_hash(weir_nil()), weir_nil() };

	cr_assert_eq(weir_table_add(&table, &entry), 0);
	cr_expect_eq(weir_table_find(&table, equal, weir_hash(equal)), &entry);
	cr_expect_null(weir_table_find(&table, weir_nil(), weir_hash(weir_nil())));
	cr_assert_eq(weir_table_add(&table, &nil), 0);
	cr_expect_eq(weir_table_find(&table, weir_nil(), weir_hash(weir_nil())), &nil);
	/* As numbers are: 1 and 1.0 are one key. */
	struct weir_table_entry one = { weir_hash(weir_int(1)), weir_int(1) };

	cr_assert_eq(weir_table_add(&table, &one), 0);
	cr_expect_eq(weir_table_find(&table, weir_double(1), weir_hash(weir_double(1))), &one);
	weir_table_finish(&table);
	weir_release(key);
	weir_release(equal);
}

Test(table, without_memory_it_stays_as_it_is)
{
	struct weir_table table = { 0 };

	make_members(100, UINT64_MAX, false);
	for (size_t index = 0; index < 100; index++) {
		faults_fail_once(1);
		if (weir_table_add(&table, &members[index].entry) < 0) {
			expect_as_the_array_says(&table, 100);
			faults_stop();
			cr_assert_eq(weir_table_add(&table, &members[index].entry), 0);
		}
		faults_stop();
		members[index].is_in = true;
	}
	cr_assert_eq(table.slot_count, 256);
	expect_as_the_array_says(&table, 100);
	weir_table_finish(&table);
}

Test(table, an_empty_one_finds_nothing_and_needs_no_memory)
{
	struct weir_table table = { 0 };

	cr_expect_null(weir_table_find(&table, weir_int(1), weir_hash(weir_int(1))));
	weir_table_finish(&table);
	cr_expect_eq(faults_live_blocks(), 0);
}
