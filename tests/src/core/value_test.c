/* Values: making, reading with a defined answer for the wrong kind, owning, and no memory. */
#include <criterion/criterion.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/value.h>

#include "core/block.h"
#include "kit/faults.h"
#include "kit/teardown.h"

static void set_up(void)
{
	faults_install();
}

static void tear_down(void)
{
	leave_nothing(NULL);
}

TestSuite(value, .init = set_up, .fini = tear_down);

/* One of each kind, the numbers at their edges. */
enum { SAMPLES = 24 };

static void make_samples(weir_value *samples)
{
	size_t at = 0;

	samples[at++] = weir_nil();
	samples[at++] = weir_bool(false);
	samples[at++] = weir_bool(true);
	samples[at++] = weir_int(0);
	samples[at++] = weir_int(-1);
	samples[at++] = weir_int(INT64_MIN);
	samples[at++] = weir_int(INT64_MAX);
	samples[at++] = weir_uint(UINT64_MAX);
	samples[at++] = weir_uint(UINT64_C(1) << 63);
	samples[at++] = weir_double(0.5);
	samples[at++] = weir_double(-INFINITY);
	samples[at++] = weir_double(NAN);
	samples[at++] = weir_string_static("static");
	samples[at++] = weir_string("");
	samples[at++] = weir_string("counted");
	samples[at++] = weir_str("a\0b", 3);
	samples[at++] = weir_bin("\x00\xff", 2);
	samples[at++] = weir_ext(-5, "xy", 2);
	samples[at++] = weir_make_array(NULL, 0);
	samples[at++] = weir_make_array((weir_value[]){ weir_int(1), weir_string("two") }, 2);
	samples[at++] = weir_make_map(
		(struct weir_member[]){ { weir_string("k"), weir_int(1) }, { weir_int(2), weir_string("v") } }, 2);
	samples[at++] = weir_fail(EIO, "broken");
	samples[at++] = weir_object(NULL, NULL);
	samples[at++] = weir_observable_value(weir_empty());
	cr_assert_eq(at, SAMPLES);
}

static void release_samples(weir_value *samples)
{
	for (size_t index = 0; index < SAMPLES; index++)
		weir_release(samples[index]);
}

Test(value, is_sixteen_bytes)
{
	cr_expect_eq(sizeof(weir_value), 16);
}

Test(value, every_accessor_has_an_answer_for_every_kind)
{
	weir_value samples[SAMPLES];

	make_samples(samples);
	for (size_t index = 0; index < SAMPLES; index++) {
		weir_value value = samples[index];
		enum weir_kind kind = weir_kind(value);
		size_t length = 77;
		int64_t integer = 77;
		bool found = true;
		char text[64];
		struct weir_iterator iterator = weir_iterate(value);
		weir_value key;
		weir_value item;
		size_t items = 0;

		(void)weir_as_int(value);
		(void)weir_as_double(value);
		cr_expect_eq(weir_is_number(value),
			kind == WEIR_KIND_INT || kind == WEIR_KIND_UINT || kind == WEIR_KIND_DOUBLE);
		if (!weir_to_int(value, &integer))
			cr_expect_eq(integer, 77);
		cr_expect_not_null(weir_as_str(value, &length));
		cr_expect(kind == WEIR_KIND_STR || length == 0);
		(void)weir_as_bytes(value, &length);
		cr_expect(kind == WEIR_KIND_ARRAY || kind == WEIR_KIND_MAP || weir_length(value) == length);
		cr_expect_eq(weir_ext_type(value), kind == WEIR_KIND_EXT ? -5 : 0);
		cr_expect(weir_is_nil(weir_get(value, "absent")));
		cr_expect(weir_is_nil(weir_get_value(value, weir_int(99), &found)) && !found);
		cr_expect(weir_is_nil(weir_at(value, 99)));
		while (weir_iterator_next(&iterator, &key, &item))
			items++;
		cr_expect_eq(items, kind == WEIR_KIND_ARRAY || kind == WEIR_KIND_MAP ? weir_length(value) : 0);
		cr_expect(!weir_iterator_next(&iterator, NULL, NULL));
		cr_expect_null(weir_as_object(value));
		cr_expect_eq(weir_as_observable(value) != NULL, index == SAMPLES - 1);
		cr_expect_eq(weir_as_error(value) != NULL, kind == WEIR_KIND_ERROR);
		cr_expect_eq(
			weir_copy_string(value, text, sizeof text), kind == WEIR_KIND_STR ? weir_length(value) : 0);
		cr_expect_eq(weir_is_error(value), kind == WEIR_KIND_ERROR);
		cr_expect_eq(weir_is_nil(value), kind == WEIR_KIND_NIL);
		cr_expect_gt(weir_print(value, text, sizeof text), 0);
		weir_release(weir_slice(value, WEIR_KIND_STR, 0, 0));
	}
	release_samples(samples);
}

Test(value, as_int_truncates_and_clamps)
{
	static const struct {
		double real;
		int64_t integer;
	} rows[] = {
		{ 0.0, 0 },
		{ -0.0, 0 },
		{ 1.9, 1 },
		{ -1.9, -1 },
		{ 1e300, INT64_MAX },
		{ -1e300, INT64_MIN },
		{ INFINITY, INT64_MAX },
		{ -INFINITY, INT64_MIN },
		{ NAN, 0 },
		{ 9223372036854775807.0, INT64_MAX },
		{ 9223372036854774784.0, 9223372036854774784 },
		{ -9223372036854775808.0, INT64_MIN },
	};

	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++)
		cr_expect_eq(weir_as_int(weir_double(rows[index].real)), rows[index].integer, "%g is %lld",
			rows[index].real, (long long)weir_as_int(weir_double(rows[index].real)));
	cr_expect_eq(weir_as_int(weir_uint(UINT64_MAX)), INT64_MAX);
	cr_expect_eq(weir_as_int(weir_bool(true)), 1);
	cr_expect_eq(weir_as_int(weir_nil()), 0);
	cr_expect_eq(weir_as_int(weir_string_static("5")), 0);
}

Test(value, to_int_is_exact_or_refuses)
{
	int64_t integer = 7;

	cr_expect(weir_to_int(weir_int(INT64_MIN), &integer) && integer == INT64_MIN);
	cr_expect(weir_to_int(weir_double(-3.0), &integer) && integer == -3);
	cr_expect(weir_to_int(weir_double(-9223372036854775808.0), &integer) && integer == INT64_MIN);
	integer = 7;
	cr_expect(!weir_to_int(weir_double(9223372036854775808.0), &integer));
	cr_expect(!weir_to_int(weir_double(0.5), &integer));
	cr_expect(!weir_to_int(weir_double(NAN), &integer));
	cr_expect(!weir_to_int(weir_double(INFINITY), &integer));
	cr_expect(!weir_to_int(weir_uint(UINT64_C(1) << 63), &integer));
	cr_expect(!weir_to_int(weir_bool(true), &integer));
	cr_expect_eq(integer, 7);
}

Test(value, an_unsigned_that_fits_is_an_int)
{
	cr_expect_eq(weir_kind(weir_uint(INT64_MAX)), WEIR_KIND_INT);
	cr_expect_eq(weir_kind(weir_uint((uint64_t)INT64_MAX + 1)), WEIR_KIND_UINT);
	cr_expect_eq(weir_as_double(weir_uint(UINT64_MAX)), 18446744073709551615.0);
}

Test(value, as_bool_is_false_for_nil_false_and_zero)
{
	weir_value empty = weir_string("");

	cr_expect(!weir_as_bool(weir_nil()));
	cr_expect(!weir_as_bool(weir_bool(false)));
	cr_expect(!weir_as_bool(weir_int(0)));
	cr_expect(!weir_as_bool(weir_double(-0.0)));
	cr_expect(weir_as_bool(weir_double(NAN)));
	cr_expect(weir_as_bool(weir_uint(UINT64_MAX)));
	cr_expect(weir_as_bool(empty));
	weir_release(empty);
}

Test(value, strings_are_copied_and_terminated)
{
	char text[] = "hello";
	weir_value value = weir_str(text, 4);
	size_t length;

	text[0] = 'J';
	cr_expect_str_eq(weir_as_str(value, &length), "hell");
	cr_expect_eq(length, 4);
	cr_expect(weir_is_string(value, "hell"));
	cr_expect(!weir_is_string(value, "hello"));
	cr_expect(!weir_is_string(value, "hel"));
	weir_release(value);
	value = weir_string_format("%s-%d", "x", 42);
	cr_expect(weir_is_string(value, "x-42"));
	weir_release(value);
	value = weir_str("a\0b", 3);
	cr_expect_eq(weir_length(value), 3);
	cr_expect(!weir_is_string(value, "a"));
	weir_release(value);
}

Test(value, a_static_string_is_neither_copied_nor_counted)
{
	static const char text[] = "literal";
	size_t before = faults_allocations();
	weir_value value = weir_string_static(text);

	cr_expect_eq(weir_as_str(value, NULL), text);
	for (int round = 0; round < 3; round++)
		weir_release(weir_retain(value));
	cr_expect_eq(faults_allocations(), before);
}

Test(value, copying_a_string_cuts_at_a_characters_start)
{
	weir_value value = weir_string("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"); /* a ä € and an emoji: 1 2 3 4 bytes */
	static const size_t fits[] = { 0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
	char buffer[16];

	for (size_t size = 0; size < 13; size++) {
		memset(buffer, '#', sizeof buffer);
		cr_expect_eq(weir_copy_string(value, buffer, size), 10);
		if (size > 0)
			cr_expect_eq(strlen(buffer), fits[size], "size %zu: %zu", size, strlen(buffer));
		cr_expect_eq(buffer[size], '#', "size %zu was overrun", size);
	}
	weir_release(value);
}

Test(value, a_slice_shares_the_memory_and_keeps_it)
{
	weir_value whole = weir_string("hello world");
	weir_value part = weir_slice(whole, WEIR_KIND_STR, 6, 5);
	weir_value part_of_part = weir_slice(part, WEIR_KIND_BIN, 1, 3);
	size_t length;

	cr_expect_eq(weir_as_str(part, NULL), weir_as_str(whole, NULL) + 6);
	weir_release(whole);
	cr_expect(weir_is_string(part, "world"));
	weir_release(part);
	cr_expect_eq(weir_kind(part_of_part), WEIR_KIND_BIN);
	cr_expect_eq(memcmp(weir_as_bytes(part_of_part, &length), "orl", 3), 0);
	cr_expect_eq(length, 3);
	weir_release(part_of_part);

	static const char literal[] = "literal";

	part = weir_slice(weir_string_static(literal), WEIR_KIND_STR, 3, 4);
	cr_expect_eq(weir_as_str(part, NULL), literal + 3);
}

Test(value, a_slice_that_is_not_inside_is_an_error)
{
	weir_value whole = weir_string("hello");
	weir_value wrong[] = {
		weir_slice(whole, WEIR_KIND_STR, 6, 0),
		weir_slice(whole, WEIR_KIND_STR, 0, 6),
		weir_slice(whole, WEIR_KIND_STR, 3, 3),
		weir_slice(whole, WEIR_KIND_STR, SIZE_MAX, 2),
		weir_slice(whole, WEIR_KIND_STR, 2, SIZE_MAX),
		weir_slice(whole, WEIR_KIND_ARRAY, 0, 1),
		weir_slice(weir_int(5), WEIR_KIND_STR, 0, 0),
	};

	for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
		cr_expect(weir_is_error(wrong[index]), "%zu", index);
		cr_expect_eq(weir_error_code(weir_as_error(wrong[index])), EINVAL);
		weir_release(wrong[index]);
	}
	weir_release(weir_slice(whole, WEIR_KIND_STR, 5, 0));
	weir_release(whole);
}

Test(value, a_slice_beyond_what_fits_in_a_value_is_a_copy)
{
	size_t size = (20u << 20);
	char *bytes = malloc(size);

	for (size_t index = 0; index < size; index++)
		bytes[index] = (char)(index * 7);

	weir_value whole = weir_bin(bytes, size);
	weir_value behind = weir_slice(whole, WEIR_KIND_BIN, (17u << 20), 1000);
	weir_value long_one = weir_slice(whole, WEIR_KIND_BIN, 10, (18u << 20));

	weir_release(whole);
	cr_expect_eq(memcmp(weir_as_bytes(behind, NULL), bytes + (17u << 20), 1000), 0);
	cr_expect_eq(memcmp(weir_as_bytes(long_one, NULL), bytes + 10, (18u << 20)), 0);
	cr_expect_eq(weir_length(long_one), (18u << 20));
	weir_release(behind);
	weir_release(long_one);
	free(bytes);
}

Test(value, an_ext_has_a_type_and_bytes)
{
	weir_value value = weir_ext(127, "abc", 3);

	cr_expect_eq(weir_kind(value), WEIR_KIND_EXT);
	cr_expect_eq(weir_ext_type(value), 127);
	cr_expect_eq(weir_length(value), 3);
	cr_expect_eq(memcmp(weir_as_bytes(value, NULL), "abc", 3), 0);
	weir_release(value);
	value = weir_ext(-128, NULL, 0);
	cr_expect_eq(weir_ext_type(value), -128);
	cr_expect_eq(weir_length(value), 0);
	weir_release(value);
	for (int wrong = -129; wrong <= 128; wrong += 257) {
		value = weir_ext(wrong, "", 0);
		cr_expect_eq(weir_error_code(weir_as_error(value)), EINVAL);
		weir_release(value);
	}
}

Test(value, arrays_and_maps_are_read_by_position_key_and_iteration)
{
	weir_value array = weir_make_array((weir_value[]){ weir_int(1), weir_string("two"), weir_nil() }, 3);
	weir_value map = weir_make_map(
		(struct weir_member[]){
			{ weir_string("a"), weir_int(1) },
			{ weir_string("b"), weir_nil() },
			{ weir_string("a"), weir_int(2) },
			{ weir_int(7), weir_string("seven") },
		},
		4);
	struct weir_iterator iterator;
	weir_value key;
	weir_value item;
	bool found;

	cr_expect_eq(weir_length(array), 3);
	cr_expect_eq(weir_as_int(weir_at(array, 0)), 1);
	cr_expect(weir_is_string(weir_at(array, 1), "two"));
	cr_expect(weir_is_nil(weir_at(array, 2)));
	cr_expect(weir_is_nil(weir_at(array, 3)));
	cr_expect_eq(weir_length(map), 4);
	cr_expect_eq(weir_as_int(weir_get(map, "a")), 1, "the first of two equal keys");
	cr_expect(weir_is_nil(weir_get_value(map, weir_string_static("b"), &found)) && found);
	cr_expect(weir_is_nil(weir_get_value(map, weir_string_static("c"), &found)) && !found);
	cr_expect(weir_is_string(weir_get_value(map, weir_double(7.0), NULL), "seven"));
	cr_expect(weir_is_nil(weir_at(map, 0)));
	iterator = weir_iterate(map);
	cr_expect(weir_iterator_next(&iterator, &key, &item) && weir_is_string(key, "a"));
	cr_expect(weir_iterator_next(&iterator, &key, NULL) && weir_is_string(key, "b"));
	cr_expect(weir_iterator_next(&iterator, NULL, &item) && weir_as_int(item) == 2);
	cr_expect(weir_iterator_next(&iterator, &key, &item) && weir_as_int(key) == 7);
	cr_expect(!weir_iterator_next(&iterator, &key, &item));
	iterator = weir_iterate(array);
	cr_expect(weir_iterator_next(&iterator, &key, &item) && weir_is_nil(key) && weir_as_int(item) == 1);
	weir_release(array);
	weir_release(map);
}

Test(value, an_error_among_the_parts_is_what_you_get)
{
	weir_value array = weir_make_array((weir_value[]){ weir_string("a"), weir_fail(EIO, "first"),
						   weir_fail(EINVAL, "second"), weir_string("b") },
		4);
	weir_value map = weir_make_map((struct weir_member[]){ { weir_string("a"), weir_int(1) },
					       { weir_fail(EIO, "key"), weir_string("b") } },
		2);

	cr_expect_str_eq(weir_error_message(weir_as_error(array)), "first");
	cr_expect_str_eq(weir_error_message(weir_as_error(map)), "key");
	weir_release(array);
	weir_release(map);
}

static int destroyed;

static void count_destroyed(void *pointer)
{
	destroyed += *(int *)pointer;
}

Test(value, an_object_is_destroyed_with_its_last_owner)
{
	int weight = 5;
	weir_value value = weir_object(&weight, count_destroyed);

	cr_expect_eq(weir_as_object(value), &weight);
	weir_release(weir_retain(value));
	cr_expect_eq(destroyed, 0);

	weir_value array = weir_make_array(&value, 1);

	weir_release(array);
	cr_expect_eq(destroyed, 5);
}

Test(value, an_object_is_destroyed_at_once_without_memory)
{
	int weight = 5;

	faults_fail_once(1);
	weir_value value = weir_object(&weight, count_destroyed);

	faults_stop();
	cr_expect_eq(weir_error_code(weir_as_error(value)), ENOMEM);
	cr_expect_eq(destroyed, 5);
	weir_release(value);
}

/* Every making function, with every allocation failing. */
static weir_value make_one(size_t which)
{
	static int weight;

	switch (which) {
	case 0:
		return weir_str("abc", 3);
	case 1:
		return weir_string_format("%d", 5);
	case 2:
		return weir_bin("abc", 3);
	case 3:
		return weir_ext(1, "abc", 3);
	case 4:
		return weir_make_array((weir_value[]){ weir_string("a"), weir_string("b") }, 2);
	case 5:
		return weir_make_map((struct weir_member[]){ { weir_string("a"), weir_string("b") } }, 1);
	case 6:
		return weir_object(&weight, count_destroyed);
	case 7:
		return weir_fail(ERANGE, "%d", 5);
	case 8: {
		size_t size = 17u << 20;
		char *bytes = calloc(1, size);
		weir_value whole = weir_bin(bytes, size);
		weir_value part =
			weir_is_error(whole) ? weir_retain(whole) : weir_slice(whole, WEIR_KIND_BIN, 1, size - 1);

		weir_release(whole);
		free(bytes);
		return part;
	}
	default:
		return weir_error_value(weir_error_wrap(weir_error_new(EIO, "cause"), ERANGE, "%s", "because"));
	}
}

Test(value, without_memory_each_is_the_error_ENOMEM)
{
	for (size_t which = 0; which <= 9; which++) {
		for (size_t number = 1;; number++) {
			faults_fail_once(number);

			weir_value value = make_one(which);

			faults_stop();
			if (!faults_hit()) {
				weir_release(value);
				break;
			}
			/* A wrapped error may lose its cause instead. */
			if (which < 9)
				cr_expect_eq(weir_error_code(weir_as_error(value)), ENOMEM, "%zu, allocation %zu",
					which, number);
			else
				cr_expect(weir_is_error(value));
			weir_release(value);
			cr_expect_eq(faults_live_blocks(), 0, "%zu, allocation %zu", which, number);
		}
	}
}

Test(value, a_million_levels_are_released_without_recursion)
{
	weir_value value = weir_string("innermost");

	for (int level = 0; level < 1000000; level++)
		value = weir_make_array(&value, 1);
	weir_release(value);
	/* And wide and deep. */
	value = weir_string("innermost");
	for (int level = 0; level < 17; level++) {
		weir_value pair[2] = { value, weir_retain(value) };

		value = weir_make_array(pair, 2);
	}
	weir_release(value);
}

Test(value, sharing_reaches_all_that_is_inside)
{
	weir_value string = weir_string("inside");
	weir_value error = weir_error_value(weir_error_wrap(weir_error_new(EIO, "cause"), EIO, "outer"));
	weir_observable *observable = weir_just(weir_int(1));
	weir_value inner = weir_make_array(
		(weir_value[]){ weir_retain(string), weir_int(1), weir_observable_value(weir_ref(observable)) }, 3);
	weir_value map = weir_make_map((struct weir_member[]){ { weir_string("key"), inner } }, 1);

	weir_value_share(map);
	weir_value_share(map);
	weir_value_share(weir_int(1));
	weir_value_share(weir_string_static("literal"));
	cr_expect(((const struct weir_block *)string.as.pointer)->shared);
	cr_expect(((const struct weir_block *)(const void *)observable)->shared);
	weir_value_share(error);
	cr_expect(((const struct weir_block *)(const void *)weir_error_cause(weir_as_error(error)))->shared);
	weir_release(map);
	cr_expect(weir_is_string(string, "inside"));
	weir_release(string);
	weir_release(error);
	weir_unref(observable);
}
