/* Equality of maps: in any order, with keys that occur twice, and in a time that nobody outside can choose. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <time.h>

#include <weir/codec.h>
#include <weir/memory.h>

#include "kit/faults.h"

#define UNPACKED(literal) weir_unpack(literal, sizeof(literal) - 1, NULL, NULL)

/* Consumes both. */
static bool equal(weir_value left, weir_value right)
{
	bool forth = weir_equal(left, right);
	bool back = weir_equal(right, left);

	cr_assert_eq(forth, back);
	if (forth)
		cr_assert_eq(weir_hash(left), weir_hash(right));
	weir_release(left);
	weir_release(right);
	return forth;
}

Test(equal_maps, with_keys_that_occur_twice)
{
	cr_assert(equal(UNPACKED("\x82\x01\x05\x01\x06"), UNPACKED("\x82\x01\x05\x01\x06")), "equal to itself");
	cr_assert(equal(UNPACKED("\x82\x01\x05\x01\x06"), UNPACKED("\x82\x01\x06\x01\x05")), "in another order");
	cr_assert(!equal(UNPACKED("\x82\x01\x05\x01\x05"), UNPACKED("\x82\x01\x05\x01\x06")));
	cr_assert(!equal(UNPACKED("\x83\x01\x05\x01\x05\x01\x06"), UNPACKED("\x83\x01\x05\x01\x06\x01\x06")));
	cr_assert(!equal(UNPACKED("\x82\x01\x05\x01\x05"), UNPACKED("\x82\x01\x05\x02\x05")));
}

Test(equal_maps, whose_keys_are_maps)
{
	cr_assert(equal(
		UNPACKED("\x82\x82\x01\x02\x03\x04\x05\x06\x07"), UNPACKED("\x82\x06\x07\x82\x03\x04\x01\x02\x05")));
	cr_assert(!equal(
		UNPACKED("\x82\x82\x01\x02\x03\x04\x05\x06\x07"), UNPACKED("\x82\x06\x07\x82\x03\x04\x01\x03\x05")));
}

/* Members 0 to count - 1, from `first` on, forwards or backwards. */
static weir_value many(size_t count, bool backwards, int64_t last_value)
{
	struct weir_member *members = malloc(count * sizeof *members);

	for (size_t index = 0; index < count; index++) {
		size_t key = backwards ? count - 1 - index : index;

		members[index] = (struct weir_member){ weir_int((int64_t)key),
			weir_int(key == count - 1 ? last_value : (int64_t)(key % 7)) };
	}

	weir_value map = weir_make_map(members, count);

	free(members);
	return map;
}

Test(equal_maps, of_every_size_in_any_order)
{
	for (size_t count = 1; count < 40; count++) {
		cr_assert(equal(many(count, false, 9), many(count, false, 9)));
		cr_assert(equal(many(count, false, 9), many(count, true, 9)), "%zu", count);
		cr_assert(!equal(many(count, false, 9), many(count, true, 8)), "%zu", count);
	}
}

Test(equal_maps, of_300000_members_in_opposite_order_take_linear_time)
{
	clock_t begin = clock();

	cr_assert(equal(many(300000, false, 9), many(300000, true, 9)));
	cr_assert(!equal(many(300000, false, 9), many(300000, true, 8)));
	cr_assert_lt((double)(clock() - begin) / CLOCKS_PER_SEC, 20.0);
}

Test(equal_maps, need_no_memory)
{
	weir_value left = many(100, false, 9);
	weir_value right = many(100, true, 9);
	weir_value other = many(100, true, 8);

	weir_memory_trim();
	faults_install();
	faults_fail_from(1);
	cr_assert(weir_equal(left, right));
	cr_assert(!weir_equal(left, other));
	cr_assert(faults_hit());
	faults_stop();
	weir_set_allocator(NULL);
	weir_release(left);
	weir_release(right);
	weir_release(other);
}
