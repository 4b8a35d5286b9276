/* Equality, order, hash and print: laws over every pair of many values. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/value.h>

#include "kit/faults.h"
#include "kit/teardown.h"

enum { MAX = 96 };

static weir_value values[MAX];
static size_t count;

static void add(weir_value value)
{
	cr_assert_lt(count, MAX);
	values[count++] = value;
}

static weir_value array(size_t length, ...)
{
	weir_value items[8];
	va_list arguments;

	va_start(arguments, length);
	for (size_t index = 0; index < length; index++)
		items[index] = va_arg(arguments, weir_value);
	va_end(arguments);
	return weir_make_array(items, length);
}

static weir_value map(weir_value key, weir_value value, weir_value other_key, weir_value other_value)
{
	return weir_make_map((struct weir_member[]){ { key, value }, { other_key, other_value } }, 2);
}

static void set_up(void)
{
	static const double reals[] = { 0.0, -0.0, 0.5, -0.5, 1.0, 1.5, -1.0, 9007199254740992.0, 9007199254740994.0,
		9223372036854774784.0, 9223372036854775808.0, -9223372036854775808.0, -9223372036854777856.0,
		18446744073709549568.0, 18446744073709551616.0, 1e300, -1e300, INFINITY, -INFINITY, NAN, -NAN, 5e-324 };
	static const int64_t integers[] = { 0, 1, -1, 2, 9007199254740992, 9007199254740993, 9223372036854774784,
		INT64_MAX - 1, INT64_MAX, INT64_MIN, INT64_MIN + 1 };
	static const uint64_t naturals[] = { UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, UINT64_MAX - 1, UINT64_MAX,
		18446744073709549568u };

	faults_install();
	add(weir_nil());
	add(weir_bool(false));
	add(weir_bool(true));
	for (size_t index = 0; index < sizeof reals / sizeof reals[0]; index++)
		add(weir_double(reals[index]));
	for (size_t index = 0; index < sizeof integers / sizeof integers[0]; index++)
		add(weir_int(integers[index]));
	for (size_t index = 0; index < sizeof naturals / sizeof naturals[0]; index++)
		add(weir_uint(naturals[index]));
	add(weir_string(""));
	add(weir_string_static(""));
	add(weir_string("a"));
	add(weir_string_static("a"));
	add(weir_string("b"));
	add(weir_string("ab"));
	add(weir_str("a\0", 2));
	add(weir_string("a string longer than eight bytes"));
	add(weir_string("a string longer than eight bytez"));
	add(weir_slice(weir_string_static("xab"), WEIR_KIND_STR, 1, 2));
	add(weir_bin("a", 1));
	add(weir_bin("", 0));
	add(weir_ext(1, "a", 1));
	add(weir_ext(2, "a", 1));
	add(weir_ext(-1, "a", 1));
	add(array(0));
	add(array(1, weir_int(1)));
	add(array(1, weir_double(1.0)));
	add(array(1, weir_nil()));
	add(array(2, weir_int(1), weir_int(2)));
	add(array(2, weir_int(1), weir_string("x")));
	add(array(1, array(1, weir_int(1))));
	add(weir_make_map(NULL, 0));
	add(map(weir_string("a"), weir_int(1), weir_string("b"), weir_int(2)));
	add(map(weir_string("b"), weir_int(2), weir_string("a"), weir_double(1)));
	add(map(weir_string("a"), weir_int(2), weir_string("b"), weir_int(1)));
	add(map(weir_string("a"), weir_int(1), weir_string("c"), weir_int(2)));
	add(map(weir_int(1), weir_int(1), weir_nil(), weir_nil()));
	add(weir_fail(5, "error"));
	add(weir_fail(5, "error"));
	add(weir_object(NULL, NULL));
	add(weir_observable_value(weir_empty()));
}

static void tear_down(void)
{
	while (count > 0)
		weir_release(values[--count]);
	leave_nothing(NULL);
}

TestSuite(compare, .init = set_up, .fini = tear_down);

static const char *show(size_t index)
{
	static char texts[2][64];
	static int which;

	which ^= 1;
	weir_print(values[index], texts[which], sizeof texts[which]);
	return texts[which];
}

Test(compare, equality_is_reflexive_and_symmetric)
{
	for (size_t left = 0; left < count; left++) {
		cr_expect(weir_equal(values[left], values[left]), "%s", show(left));
		for (size_t right = 0; right < count; right++)
			cr_expect_eq(weir_equal(values[left], values[right]), weir_equal(values[right], values[left]),
				"%s and %s", show(left), show(right));
	}
}

Test(compare, equality_is_transitive)
{
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			for (size_t c = 0; weir_equal(values[a], values[b]) && c < count; c++)
				if (weir_equal(values[b], values[c]))
					cr_expect(weir_equal(values[a], values[c]), "%s and %s", show(a), show(c));
}

Test(compare, equal_values_share_a_hash)
{
	for (size_t left = 0; left < count; left++)
		for (size_t right = 0; right < count; right++)
			if (weir_equal(values[left], values[right]))
				cr_expect_eq(weir_hash(values[left]), weir_hash(values[right]), "%s and %s", show(left),
					show(right));
}

Test(compare, the_order_is_total)
{
	for (size_t left = 0; left < count; left++) {
		cr_expect_eq(weir_compare(values[left], values[left]), 0, "%s", show(left));
		for (size_t right = 0; right < count; right++) {
			int there = weir_compare(values[left], values[right]);
			int back = weir_compare(values[right], values[left]);

			cr_expect_eq((there > 0) - (there < 0), (back < 0) - (back > 0), "%s and %s", show(left),
				show(right));
		}
	}
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			for (size_t c = 0; weir_compare(values[a], values[b]) <= 0 && c < count; c++)
				if (weir_compare(values[b], values[c]) <= 0)
					cr_expect_leq(
						weir_compare(values[a], values[c]), 0, "%s, %s", show(a), show(c));
}

Test(compare, what_the_order_calls_the_same_is_equal)
{
	for (size_t left = 0; left < count; left++)
		for (size_t right = 0; right < count; right++)
			if (weir_compare(values[left], values[right]) == 0)
				cr_expect(
					weir_equal(values[left], values[right]), "%s and %s", show(left), show(right));
}

Test(compare, what_is_equal_has_no_order)
{
	for (size_t left = 0; left < count; left++)
		for (size_t right = 0; right < count; right++)
			if (weir_equal(values[left], values[right]))
				cr_expect_eq(weir_compare(values[left], values[right]), 0, "%s and %s", show(left),
					show(right));
}

Test(compare, numbers_are_equal_by_number_without_losing_a_bit)
{
	cr_expect(weir_equal(weir_int(1), weir_double(1.0)));
	cr_expect(!weir_equal(weir_int(9007199254740993), weir_double(9007199254740992.0)));
	cr_expect(!weir_equal(weir_int(INT64_MAX), weir_double(9223372036854775808.0)));
	cr_expect(weir_equal(weir_uint(UINT64_C(1) << 63), weir_double(9223372036854775808.0)));
	cr_expect(!weir_equal(weir_uint(UINT64_MAX), weir_double(18446744073709551616.0)));
	cr_expect(weir_equal(weir_double(0.0), weir_double(-0.0)));
	cr_expect(weir_equal(weir_double(NAN), weir_double(-NAN)));
	cr_expect(!weir_equal(weir_int(1), weir_bool(true)));
	cr_expect_lt(weir_compare(weir_int(-1), weir_double(-0.5)), 0);
	cr_expect_gt(weir_compare(weir_double(0.5), weir_int(0)), 0);
	cr_expect_lt(weir_compare(weir_int(INT64_MAX), weir_uint(UINT64_C(1) << 63)), 0);
	cr_expect_lt(weir_compare(weir_int(INT64_MIN), weir_double(-9223372036854775808.0 * 0.999)), 0);
}

Test(compare, maps_are_equal_whatever_their_order_also_with_keys_twice)
{
	weir_value twice = map(weir_string("a"), weir_int(1), weir_string("a"), weir_int(1));
	weir_value two = map(weir_string("a"), weir_int(1), weir_string("b"), weir_int(1));

	cr_expect_eq(weir_equal(twice, two), weir_equal(two, twice));
	weir_release(twice);
	weir_release(two);
}

struct printed {
	weir_value value;
	const char *text;
};

Test(compare, prints_for_people)
{
	struct printed rows[] = {
		{ weir_nil(), "nil" },
		{ weir_bool(true), "true" },
		{ weir_int(-5), "-5" },
		{ weir_uint(UINT64_MAX), "18446744073709551615" },
		{ weir_double(2.5), "2.5" },
		{ weir_string("a\"b\\c\n\x7f"), "\"a\\\"b\\\\c\\u000a\\u007f\"" },
		{ weir_string("\xc3\xa4\xe2\x82\xac"), "\"\xc3\xa4\xe2\x82\xac\"" },
		{ weir_bin("abc", 3), "<3 bytes>" },
		{ weir_ext(-3, "abc", 3), "<ext -3, 3 bytes>" },
		{ array(0), "[]" },
		{ array(2, weir_int(1), weir_string("x")), "[1, \"x\"]" },
		{ map(weir_string("a"), array(1, weir_double(2.5)), weir_int(1), weir_nil()),
			"{\"a\": [2.5], 1: nil}" },
		{ weir_fail(5, "broken"), "<error EIO>" },
		{ weir_object(NULL, NULL), "<object>" },
		{ weir_observable_value(weir_empty()), "<observable>" },
	};
	char text[128];

	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		cr_expect_eq(weir_print(rows[index].value, text, sizeof text), strlen(rows[index].text));
		cr_expect_str_eq(text, rows[index].text, "%s", text);
		weir_release(rows[index].value);
	}
}

Test(compare, printing_is_cut_to_fit_and_never_in_the_middle_of_a_character)
{
	weir_value value = weir_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 and more, much more than fits");
	char text[64];

	for (size_t size = 0; size < sizeof text - 1; size++) {
		memset(text, '#', sizeof text);
		size_t length = weir_print(value, text, size);

		cr_expect_eq(text[size], '#', "size %zu was overrun", size);
		if (size == 0)
			continue;
		cr_expect_eq(strlen(text), length);
		cr_expect_lt(length, size);
		/* No lonely continuation at the end: the last character is whole. */
		for (size_t index = 0; index < length;) {
			unsigned char first = (unsigned char)text[index];

			cr_expect_neq(first & 0xc0, 0x80, "size %zu", size);
			index += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
			cr_expect_leq(index, length, "size %zu", size);
		}
	}
	weir_release(value);
}

Test(compare, deep_values_are_compared_hashed_and_printed)
{
	weir_value left = weir_int(1);
	weir_value right = weir_double(1);
	char text[64];

	for (int level = 0; level < 1000; level++) {
		left = array(1, left);
		right = array(1, right);
	}
	cr_expect(weir_equal(left, right));
	cr_expect_eq(weir_compare(left, right), 0);
	cr_expect_eq(weir_hash(left), weir_hash(right));
	cr_expect_gt(weir_print(left, text, sizeof text), 0);
	weir_release(left);
	weir_release(right);
}

Test(compare, hashes_spread)
{
	unsigned buckets[256] = { 0 };

	for (int number = 0; number < 256 * 64; number++)
		buckets[weir_hash(weir_int(number)) & 255]++;
	for (int bucket = 0; bucket < 256; bucket++)
		cr_expect(buckets[bucket] > 20 && buckets[bucket] < 130, "bucket %d: %u", bucket, buckets[bucket]);
}
