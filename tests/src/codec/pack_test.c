/* weir_pack: canonical encodings, round trips, and msgpack-c as the judge of both directions. */
#include "codec_test.h"

#include <msgpack.h>

#include "kit/faults.h"

/* Consumes `value`. */
#define PACKS(value, literal) assert_packs(value, BYTES(literal), __LINE__)

static void assert_packs(weir_value value, const char *bytes, size_t length, int line)
{
	weir_value packed = weir_pack(value);
	size_t own_length;
	const unsigned char *own = weir_as_bytes(packed, &own_length);
	char text[256] = "";

	cr_assert_eq(weir_kind(packed), WEIR_KIND_BIN, "line %d", line);
	for (size_t index = 0; index < own_length && index < 40; index++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "\\x%02x", own[index]);
	cr_assert(own_length == length && memcmp(own, bytes, length) == 0, "line %d: it is %s", line, text);
	weir_release(packed);
	weir_release(value);
}

Test(pack, numbers_take_the_shortest_form)
{
	PACKS(weir_nil(), "\xc0");
	PACKS(weir_bool(false), "\xc2");
	PACKS(weir_bool(true), "\xc3");
	PACKS(weir_int(0), "\x00");
	PACKS(weir_int(127), "\x7f");
	PACKS(weir_int(128), "\xcc\x80");
	PACKS(weir_int(255), "\xcc\xff");
	PACKS(weir_int(256), "\xcd\x01\x00");
	PACKS(weir_int(65535), "\xcd\xff\xff");
	PACKS(weir_int(65536), "\xce\x00\x01\x00\x00");
	PACKS(weir_int(UINT32_MAX), "\xce\xff\xff\xff\xff");
	PACKS(weir_int((int64_t)UINT32_MAX + 1), "\xcf\x00\x00\x00\x01\x00\x00\x00\x00");
	PACKS(weir_int(INT64_MAX), "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff");
	PACKS(weir_uint(UINT64_MAX), "\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
	PACKS(weir_int(-1), "\xff");
	PACKS(weir_int(-32), "\xe0");
	PACKS(weir_int(-33), "\xd0\xdf");
	PACKS(weir_int(-128), "\xd0\x80");
	PACKS(weir_int(-129), "\xd1\xff\x7f");
	PACKS(weir_int(-32768), "\xd1\x80\x00");
	PACKS(weir_int(-32769), "\xd2\xff\xff\x7f\xff");
	PACKS(weir_int(INT32_MIN), "\xd2\x80\x00\x00\x00");
	PACKS(weir_int((int64_t)INT32_MIN - 1), "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff");
	PACKS(weir_int(INT64_MIN), "\xd3\x80\x00\x00\x00\x00\x00\x00\x00");
	PACKS(weir_double(1.5), "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00");
}

static void assert_head(enum weir_kind kind, size_t length, const char *head, size_t head_length)
{
	char *bytes = calloc(1, length + 1);
	weir_value value = kind == WEIR_KIND_STR   ? weir_str(bytes, length)
			   : kind == WEIR_KIND_BIN ? weir_bin(bytes, length)
						   : weir_ext(5, bytes, length);
	weir_value packed = weir_pack(value);

	cr_assert_eq(weir_length(packed), head_length + length, "%zu bytes", length);
	cr_assert_arr_eq(weir_as_bytes(packed, NULL), head, head_length, "%zu bytes", length);
	weir_release(packed);
	weir_release(value);
	free(bytes);
}

Test(pack, lengths_take_the_shortest_form)
{
	assert_head(WEIR_KIND_STR, 0, BYTES("\xa0"));
	assert_head(WEIR_KIND_STR, 31, BYTES("\xbf"));
	assert_head(WEIR_KIND_STR, 32, BYTES("\xd9\x20"));
	assert_head(WEIR_KIND_STR, 255, BYTES("\xd9\xff"));
	assert_head(WEIR_KIND_STR, 256, BYTES("\xda\x01\x00"));
	assert_head(WEIR_KIND_STR, 65536, BYTES("\xdb\x00\x01\x00\x00"));
	assert_head(WEIR_KIND_BIN, 0, BYTES("\xc4\x00"));
	assert_head(WEIR_KIND_BIN, 255, BYTES("\xc4\xff"));
	assert_head(WEIR_KIND_BIN, 256, BYTES("\xc5\x01\x00"));
	assert_head(WEIR_KIND_BIN, 65536, BYTES("\xc6\x00\x01\x00\x00"));
	assert_head(WEIR_KIND_EXT, 0, BYTES("\xc7\x00\x05"));
	assert_head(WEIR_KIND_EXT, 1, BYTES("\xd4\x05"));
	assert_head(WEIR_KIND_EXT, 2, BYTES("\xd5\x05"));
	assert_head(WEIR_KIND_EXT, 4, BYTES("\xd6\x05"));
	assert_head(WEIR_KIND_EXT, 8, BYTES("\xd7\x05"));
	assert_head(WEIR_KIND_EXT, 16, BYTES("\xd8\x05"));
	assert_head(WEIR_KIND_EXT, 17, BYTES("\xc7\x11\x05"));
	assert_head(WEIR_KIND_EXT, 256, BYTES("\xc8\x01\x00\x05"));
	assert_head(WEIR_KIND_EXT, 65536, BYTES("\xc9\x00\x01\x00\x00\x05"));
}

static weir_value array_of_zeros(size_t count)
{
	weir_value *items = calloc(count, sizeof *items);

	for (size_t index = 0; index < count; index++)
		items[index] = weir_int(0);

	weir_value array = weir_make_array(items, count);

	free(items);
	return array;
}

static weir_value map_of_zeros(size_t count)
{
	struct weir_member *members = calloc(count, sizeof *members);

	for (size_t index = 0; index < count; index++)
		members[index] = (struct weir_member){ weir_int(0), weir_int(0) };

	weir_value map = weir_make_map(members, count);

	free(members);
	return map;
}

static void assert_container(weir_value container, const char *head, size_t head_length, size_t body)
{
	weir_value packed = weir_pack(container);

	cr_assert_eq(weir_length(packed), head_length + body);
	cr_assert_arr_eq(weir_as_bytes(packed, NULL), head, head_length);
	weir_release(packed);
	weir_release(container);
}

Test(pack, counts_take_the_shortest_form)
{
	assert_container(array_of_zeros(0), BYTES("\x90"), 0);
	assert_container(array_of_zeros(15), BYTES("\x9f"), 15);
	assert_container(array_of_zeros(16), BYTES("\xdc\x00\x10"), 16);
	assert_container(array_of_zeros(65536), BYTES("\xdd\x00\x01\x00\x00"), 65536);
	assert_container(map_of_zeros(0), BYTES("\x80"), 0);
	assert_container(map_of_zeros(15), BYTES("\x8f"), 30);
	assert_container(map_of_zeros(16), BYTES("\xde\x00\x10"), 32);
	assert_container(map_of_zeros(65536), BYTES("\xdf\x00\x01\x00\x00"), 131072);
}

Test(pack, ext_keeps_its_type)
{
	PACKS(weir_ext(-128, "a", 1), "\xd4\x80"
				      "a");
	PACKS(weir_ext(127, "abc", 3), "\xc7\x03\x7f"
				       "abc");
}

Test(pack, strings_of_every_storage)
{
	weir_value whole = weir_string("a whole string");

	PACKS(weir_string_static("static"), "\xa6static");
	PACKS(weir_slice(whole, WEIR_KIND_STR, 2, 5), "\xa5whole");
	PACKS(weir_slice(whole, WEIR_KIND_BIN, 2, 5), "\xc4\x05whole");
	weir_release(whole);
}

Test(pack, documents_inside_live_containers_are_copied)
{
	weir_value document = weir_unpack(BYTES("\x81\xa1k\x93\x01\x02\x03"), NULL, NULL);

	PACKS(weir_make_array(
		      (weir_value[]){ weir_retain(weir_get(document, "k")), weir_int(9), weir_retain(document) }, 3),
		"\x93\x93\x01\x02\x03\x09\x81\xa1k\x93\x01\x02\x03");
	weir_release(document);
}

Test(pack, document_goes_out_as_it_came_in_and_shares_its_memory)
{
	/* An integer that is longer than it must be stays so. */
	static const char bytes[] = "\x81\xa1k\x92\xcf\x00\x00\x00\x00\x00\x00\x00\x01\xa2ok";

	faults_install();

	weir_value document = weir_unpack(bytes, sizeof bytes - 1, NULL, NULL);
	size_t before = faults_allocations();
	weir_value packed = weir_pack(document);
	weir_value part = weir_pack(weir_get(document, "k"));
	weir_value string = weir_pack(weir_at(weir_get(document, "k"), 1));

	cr_assert_eq(faults_allocations(), before, "nothing is allocated");
	weir_release(document);
	cr_assert_eq(weir_length(packed), sizeof bytes - 1);
	cr_assert_arr_eq(weir_as_bytes(packed, NULL), bytes, sizeof bytes - 1);
	cr_assert_eq(weir_length(part), sizeof bytes - 1 - 3);
	cr_assert_arr_eq(weir_as_bytes(part, NULL), bytes + 3, sizeof bytes - 1 - 3);
	cr_assert_arr_eq(weir_as_bytes(string, NULL), "\xa2ok", 3);
	cr_assert_eq(weir_length(string), 3);
	weir_release(string);
	weir_release(part);
	weir_release(packed);
}

Test(pack, values_of_one_chunk_are_packed_without_their_neighbours)
{
	weir_value chunk = weir_bin(BYTES("\x91\x01\x91\x02\x91\x03"));
	size_t used;
	weir_value first = weir_unpack_value(chunk, 0, NULL, &used);
	weir_value second = weir_unpack_value(chunk, 2, NULL, &used);

	weir_release(chunk);
	PACKS(first, "\x91\x01");
	PACKS(second, "\x91\x02");
}

Test(pack, what_lies_beyond_the_reach_of_a_slice_is_copied)
{
	size_t length = (size_t)20 << 20;
	char *bytes = calloc(1, length + 64);
	size_t used;

	memcpy(bytes, "\xc6\x01\x40\x00\x00", 5);
	memcpy(bytes + 5 + length, "\x92\x01\x02", 3);

	weir_value chunk = weir_bin(bytes, length + 64);
	weir_value large = weir_unpack_value(chunk, 0, &(struct weir_unpack_options){ .max_size = SIZE_MAX }, &used);

	cr_assert_eq(used, length + 5);
	PACKS(weir_unpack_value(chunk, used, NULL, &used), "\x92\x01\x02");

	weir_value packed = weir_pack(large);

	cr_assert_eq(weir_length(packed), length + 5);
	weir_release(packed);
	weir_release(large);
	weir_release(chunk);
	free(bytes);
}

static int destroyed;

static void destroy(void *pointer)
{
	(void)pointer;
	destroyed++;
}

Test(pack, objects_and_errors_have_no_form)
{
	FAILS(weir_pack(weir_error_value(weir_error_new(ENOMEM, "x"))), EINVAL,
		"an error has no form in msgpack (out of memory)");

	weir_value array = weir_make_array(
		(weir_value[]){ weir_int(1),
			weir_make_map((struct weir_member[]){ { weir_string("deep down"),
					      weir_make_array((weir_value[]){ weir_object(NULL, destroy) }, 1) } },
				1) },
		2);

	FAILS(weir_pack(array), EINVAL, "a value of kind object has no form in msgpack, at [1].deep down[0]");
	weir_release(array);
	cr_assert_eq(destroyed, 1);
}

Test(pack, place_of_an_object_is_told_by_keys_of_any_kind)
{
	weir_value map = weir_make_map(
		(struct weir_member[]){ { weir_int(5),
			weir_make_map((struct weir_member[]){ { weir_string(""), weir_object(NULL, NULL) } }, 1) } },
		1);

	FAILS(weir_pack(map), EINVAL, "at [5][\"\"]");
	weir_release(map);
}

static weir_value nested(unsigned depth)
{
	weir_value value = weir_int(1);

	while (depth-- > 0)
		value = weir_make_array(&value, 1);
	return value;
}

Test(pack, depth_is_limited)
{
	weir_value deepest = nested(WEIR_MAX_DEPTH);
	weir_value deeper = nested(WEIR_MAX_DEPTH + 1);
	weir_value packed = weir_pack(deepest);
	weir_value unpacked =
		weir_unpack_value(packed, 0, &(struct weir_unpack_options){ .max_depth = WEIR_MAX_DEPTH }, NULL);

	cr_assert(weir_equal(unpacked, deepest));
	FAILS(weir_pack(deeper), WEIR_ELIMIT, "nests deeper than 512 levels");
	weir_release(unpacked);
	weir_release(packed);
	weir_release(deepest);
	weir_release(deeper);
}

static weir_value pack_large(void)
{
	static char text[3000];
	weir_value value = weir_make_array((weir_value[]){ weir_str(text, sizeof text), weir_str(text, 100) }, 2);
	weir_value packed = weir_pack(value);

	weir_release(value);
	return packed;
}

static weir_value pack_object(void)
{
	weir_value value = weir_make_array((weir_value[]){ weir_object(NULL, NULL) }, 1);
	weir_value packed = weir_pack(value);

	weir_release(value);
	return packed;
}

Test(pack, every_allocation_may_fail)
{
	weir_value (*const works[])(void) = { pack_large, pack_object };

	faults_install();
	for (size_t index = 0; index < 2; index++) {
		size_t live = faults_live_blocks();
		bool hit = true;

		for (size_t number = 1; hit; number++) {
			weir_memory_trim();
			faults_fail_once(number);

			weir_value packed = works[index]();

			faults_stop();
			hit = faults_hit();
			cr_assert(!hit || weir_is_error(packed));
			weir_release(packed);
			cr_assert_eq(faults_live_blocks(), live);
		}
	}
}

Test(pack, random_values_come_back_equal)
{
	uint64_t state = 1;

	for (int round = 0; round < 5000; round++) {
		weir_value value = random_value(&state, 6);
		weir_value packed = weir_pack(value);
		weir_value unpacked = weir_unpack_value(packed, 0, NULL, NULL);
		weir_value again = weir_pack(unpacked);

		cr_assert(weir_equal(value, unpacked), "round %d", round);
		cr_assert(weir_equal(packed, again), "round %d", round);
		weir_release(again);
		weir_release(unpacked);
		weir_release(packed);
		weir_release(value);
	}
}

static bool same_bytes(const void *left, const void *right, size_t length)
{
	return length == 0 || memcmp(left, right, length) == 0;
}

/* Whether msgpack-c read the same. */
static bool same(weir_value value, const msgpack_object *object)
{
	size_t length;
	const void *bytes = weir_as_bytes(value, &length);
	struct weir_iterator items = weir_iterate(value);
	weir_value key;
	weir_value item;

	switch (object->type) {
	case MSGPACK_OBJECT_NIL:
		return weir_is_nil(value);
	case MSGPACK_OBJECT_BOOLEAN:
		return weir_kind(value) == WEIR_KIND_BOOL && weir_as_bool(value) == object->via.boolean;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		return weir_equal(value, weir_uint(object->via.u64)) && weir_kind(value) != WEIR_KIND_DOUBLE;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return weir_equal(value, weir_int(object->via.i64)) && weir_kind(value) != WEIR_KIND_DOUBLE;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		return weir_kind(value) == WEIR_KIND_DOUBLE && weir_equal(value, weir_double(object->via.f64));
	case MSGPACK_OBJECT_STR:
		return weir_kind(value) == WEIR_KIND_STR && length == object->via.str.size &&
		       same_bytes(bytes, object->via.str.ptr, length);
	case MSGPACK_OBJECT_BIN:
		return weir_kind(value) == WEIR_KIND_BIN && length == object->via.bin.size &&
		       same_bytes(bytes, object->via.bin.ptr, length);
	case MSGPACK_OBJECT_EXT:
		return weir_kind(value) == WEIR_KIND_EXT && weir_ext_type(value) == object->via.ext.type &&
		       length == object->via.ext.size && same_bytes(bytes, object->via.ext.ptr, length);
	case MSGPACK_OBJECT_ARRAY:
		if (weir_kind(value) != WEIR_KIND_ARRAY || weir_length(value) != object->via.array.size)
			return false;
		for (uint32_t index = 0; weir_iterator_next(&items, NULL, &item); index++)
			if (!same(item, &object->via.array.ptr[index]))
				return false;
		return true;
	case MSGPACK_OBJECT_MAP:
		if (weir_kind(value) != WEIR_KIND_MAP || weir_length(value) != object->via.map.size)
			return false;
		for (uint32_t index = 0; weir_iterator_next(&items, &key, &item); index++)
			if (!same(key, &object->via.map.ptr[index].key) || !same(item, &object->via.map.ptr[index].val))
				return false;
		return true;
	}
	return false;
}

/* What we accept, msgpack-c reads as the same value of the same size; what it is asked to read is short. */
static void compare(const char *bytes, size_t length, int *ret_accepted)
{
	size_t used;
	weir_value value = weir_unpack(
		bytes, length, &(struct weir_unpack_options){ .max_depth = 30, .accepts_invalid_utf8 = true }, &used);
	msgpack_zone zone;
	msgpack_object object;
	size_t offset = 0;

	if (weir_is_error(value)) {
		weir_release(value);
		return;
	}
	++*ret_accepted;
	msgpack_zone_init(&zone, 4096);

	msgpack_unpack_return verdict = msgpack_unpack(bytes, length, &offset, &zone, &object);

	cr_assert(verdict == MSGPACK_UNPACK_SUCCESS || verdict == MSGPACK_UNPACK_EXTRA_BYTES, "msgpack-c says %d",
		verdict);
	cr_assert_eq(offset, used, "it takes %zu bytes for msgpack-c, %zu for us", offset, used);
	cr_assert(same(value, &object));
	msgpack_zone_destroy(&zone);
	weir_release(value);
}

Test(pack, msgpack_c_reads_what_we_packed)
{
	uint64_t state = 2;
	int accepted = 0;

	for (int round = 0; round < 5000; round++) {
		weir_value value = random_value(&state, 6);
		weir_value packed = weir_pack(value);

		compare(weir_as_bytes(packed, NULL), weir_length(packed), &accepted);
		weir_release(packed);
		weir_release(value);
	}
	cr_assert_eq(accepted, 5000);
}

Test(unpack, what_we_accept_of_mutated_documents_msgpack_c_reads_the_same)
{
	uint64_t state = 3;
	int accepted = 0;
	char bytes[4096];

	for (int round = 0; round < 40000; round++) {
		weir_value value = random_value(&state, 4);
		weir_value packed = weir_pack(value);
		size_t length = weir_length(packed);

		if (length <= sizeof bytes) {
			memcpy(bytes, weir_as_bytes(packed, NULL), length);
			for (uint64_t count = next_random(&state) % 4; count > 0; count--)
				bytes[next_random(&state) % length] = (char)next_random(&state);
			compare(bytes, length, &accepted);
		}
		weir_release(packed);
		weir_release(value);
	}
	cr_assert_gt(accepted, 10000, "%d were accepted: too few to prove anything", accepted);
}

/* The other direction: what msgpack-c finds malformed we do not accept. Short, so that no length makes it allocate much. */
Test(unpack, what_msgpack_c_refuses_of_short_inputs_we_refuse)
{
	uint64_t state = 4;
	int refused = 0;

	for (int round = 0; round < 300000; round++) {
		char bytes[8];
		size_t length = 1 + next_random(&state) % sizeof bytes;
		uint64_t random = next_random(&state);
		bool is_small = true;
		msgpack_zone zone;
		msgpack_object object;
		size_t offset = 0;

		memcpy(bytes, &random, sizeof bytes);
		/* Lengths of 16 and 32 bits are what it allocates by. */
		for (size_t index = 0; index < length; index++)
			is_small =
				is_small && ((unsigned char)bytes[index] < 0xdc || (unsigned char)bytes[index] > 0xdf);
		if (!is_small)
			continue;
		msgpack_zone_init(&zone, 4096);

		msgpack_unpack_return verdict = msgpack_unpack(bytes, length, &offset, &zone, &object);
		weir_value value = weir_unpack(
			bytes, length, &(struct weir_unpack_options){ .accepts_invalid_utf8 = true }, &offset);

		if (verdict == MSGPACK_UNPACK_CONTINUE) {
			cr_assert(weir_is_error(value));
			cr_assert_eq(weir_error_code(weir_as_error(value)), WEIR_ETRUNCATED);
			refused++;
		} else if (verdict == MSGPACK_UNPACK_PARSE_ERROR) {
			cr_assert(weir_is_error(value));
			refused++;
		} else {
			cr_assert(!weir_is_error(value), "%s", weir_error_message(weir_as_error(value)));
		}
		weir_release(value);
		msgpack_zone_destroy(&zone);
	}
	cr_assert_gt(refused, 1000);
}
