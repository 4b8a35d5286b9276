/* weir_unpack and weir_unpack_value: every format, every limit, hostile bytes. */
#include "codec_test.h"

#include <time.h>

#include "kit/faults.h"

#define UNPACK(literal) weir_unpack(BYTES(literal), NULL, NULL)
#define UNPACK_WITH(literal, ...) weir_unpack(BYTES(literal), &(struct weir_unpack_options){ __VA_ARGS__ }, NULL)

Test(unpack, every_format)
{
	IS(UNPACK("\xc0"), "nil");
	IS(UNPACK("\xc2"), "false");
	IS(UNPACK("\xc3"), "true");
	IS(UNPACK("\x00"), "0");
	IS(UNPACK("\x7f"), "127");
	IS(UNPACK("\xff"), "-1");
	IS(UNPACK("\xe0"), "-32");
	IS(UNPACK("\xcc\xff"), "255");
	IS(UNPACK("\xcd\xff\xfe"), "65534");
	IS(UNPACK("\xce\xff\xff\xff\xfd"), "4294967293");
	IS(UNPACK("\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"), "9223372036854775807");
	IS(UNPACK("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615");
	IS(UNPACK("\xd0\x80"), "-128");
	IS(UNPACK("\xd1\x80\x00"), "-32768");
	IS(UNPACK("\xd2\x80\x00\x00\x00"), "-2147483648");
	IS(UNPACK("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), "-9223372036854775808");
	IS(UNPACK("\xca\x3f\xc0\x00\x00"), "1.5");
	IS(UNPACK("\xcb\xc0\x04\x00\x00\x00\x00\x00\x00"), "-2.5");
	IS(UNPACK("\xa0"), "\"\"");
	IS(UNPACK("\xa3h\xc3\xa9"), "\"h\xc3\xa9\"");
	IS(UNPACK("\xd9\x02hi"), "\"hi\"");
	IS(UNPACK("\xda\x00\x02hi"), "\"hi\"");
	IS(UNPACK("\xdb\x00\x00\x00\x02hi"), "\"hi\"");
	IS(UNPACK("\xc4\x00"), "<0 bytes>");
	IS(UNPACK("\xc4\x02\xff\xfe"), "<2 bytes>");
	IS(UNPACK("\xc5\x00\x02\xff\xfe"), "<2 bytes>");
	IS(UNPACK("\xc6\x00\x00\x00\x02\xff\xfe"), "<2 bytes>");
	IS(UNPACK("\xd4\x05z"), "<ext 5, 1 bytes>");
	IS(UNPACK("\xd5\xffzz"), "<ext -1, 2 bytes>");
	IS(UNPACK("\xd6\x05zzzz"), "<ext 5, 4 bytes>");
	IS(UNPACK("\xd7\x05zzzzzzzz"), "<ext 5, 8 bytes>");
	IS(UNPACK("\xd8\x80zzzzzzzzzzzzzzzz"), "<ext -128, 16 bytes>");
	IS(UNPACK("\xc7\x00\x7f"), "<ext 127, 0 bytes>");
	IS(UNPACK("\xc7\x03\x01zzz"), "<ext 1, 3 bytes>");
	IS(UNPACK("\xc8\x00\x03\x01zzz"), "<ext 1, 3 bytes>");
	IS(UNPACK("\xc9\x00\x00\x00\x03\x01zzz"), "<ext 1, 3 bytes>");
	IS(UNPACK("\x90"), "[]");
	IS(UNPACK("\x93\x01\xc0\x90"), "[1, nil, []]");
	IS(UNPACK("\xdc\x00\x02\x01\x02"), "[1, 2]");
	IS(UNPACK("\xdd\x00\x00\x00\x02\x01\x02"), "[1, 2]");
	IS(UNPACK("\x80"), "{}");
	IS(UNPACK("\x81\xa1k\x07"), "{\"k\": 7}");
	IS(UNPACK("\xde\x00\x01\xa1k\x07"), "{\"k\": 7}");
	IS(UNPACK("\xdf\x00\x00\x00\x01\xa1k\x07"), "{\"k\": 7}");
}

/* What comes behind a first byte, so that the value is whole: the length field, and the body for length 0. */
static size_t rest_of(unsigned char first)
{
	static const unsigned char rests[32] = { 0, 0, 0, 0, 1, 2, 4, 2, 3, 5, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9,
		17, 1, 2, 4, 2, 4, 2, 4 };

	if (first < 0x80 || first >= 0xe0)
		return 0;
	if (first < 0x90)
		return 2u * (first & 0x0f);
	if (first < 0xa0)
		return first & 0x0f;
	if (first < 0xc0)
		return first & 0x1f;
	return rests[first - 0xc0];
}

Test(unpack, every_first_byte_whole_truncated_and_with_more_behind)
{
	for (unsigned first = 0; first < 256; first++) {
		unsigned char bytes[64] = { (unsigned char)first };
		size_t size = 1 + rest_of((unsigned char)first);
		size_t used = 0;
		weir_value value = weir_unpack(bytes, size, NULL, NULL);

		if (first == 0xc1) {
			FAILS(value, WEIR_ESYNTAX, "byte 0xc1 at byte 0 begins no value");
			continue;
		}
		cr_assert(!weir_is_error(value), "0x%02x", first);
		weir_release(value);
		for (size_t length = 0; length < size; length++)
			FAILS(weir_unpack(bytes, length, NULL, NULL), WEIR_ETRUNCATED, "");
		FAILS(weir_unpack(bytes, size + 1, NULL, NULL), WEIR_ESYNTAX, "0x00 follows");
		value = weir_unpack(bytes, sizeof bytes, NULL, &used);
		cr_assert_eq(used, size, "0x%02x takes %zu bytes, not %zu", first, size, used);
		weir_release(value);
	}
}

Test(unpack, what_fails_leaves_the_number_of_used_bytes_alone)
{
	size_t used = 77;

	FAILS(weir_unpack("\x92\x01", 2, NULL, &used), WEIR_ETRUNCATED, "");
	cr_assert_eq(used, 77);
}

Test(unpack, messages_say_what_where_and_which_limit)
{
	FAILS(UNPACK(""), WEIR_ETRUNCATED, "the input is empty");
	FAILS(UNPACK("\x92\x01\xc1"), WEIR_ESYNTAX, "byte 0xc1 at byte 2 begins no value");
	FAILS(UNPACK("\x01\x02"), WEIR_ESYNTAX, "the document ends at byte 1 of 2, and 0x02 follows");
	FAILS(UNPACK("\x91\xa5heLL"), WEIR_ETRUNCATED,
		"a str of 5 bytes begins at byte 1, and the input ends 5 bytes later");
	FAILS(UNPACK("\x91\xda\x01"), WEIR_ETRUNCATED,
		"the input ends inside the document that begins at byte 0, after 3 bytes");
	FAILS(UNPACK("\x91\xcb\x01"), WEIR_ETRUNCATED, "a number of 8 bytes begins at byte 1");
	FAILS(UNPACK("\x91\xc7\x09\x01"), WEIR_ETRUNCATED, "an ext of 9 bytes begins at byte 1");
	FAILS(UNPACK("\x91\xa3"
		     "ab\xff"),
		WEIR_ESYNTAX, "the str that begins at byte 1 is not UTF-8: 0xff at byte 4");
	FAILS(UNPACK_WITH("\xa9twelve...", .max_size = 5), WEIR_ELIMIT,
		"a str of 9 bytes begins at byte 0, and makes the document longer than max_size, 5 bytes");
	FAILS(UNPACK_WITH("\x91\x91\x91\x01", .max_depth = 2), WEIR_ELIMIT,
		"the array that begins at byte 2 is nested deeper than max_depth, 2 levels");
}

Test(unpack, lengths_are_believed_only_as_far_as_bytes_are_there)
{
	watch_requests();
	FAILS(UNPACK("\xdd\x04\x00\x00\x01"), WEIR_ETRUNCATED, "an array of 67108865 items");
	FAILS(UNPACK("\xdd\xff\xff\xff\xff\x00"), WEIR_ETRUNCATED, "an array of 4294967295 items");
	FAILS(UNPACK("\xdf\xff\xff\xff\xff\x00"), WEIR_ETRUNCATED, "a map of 4294967295 members");
	FAILS(UNPACK("\xdb\xff\xff\xff\xff\x00"), WEIR_ETRUNCATED, "a str of 4294967295 bytes");
	FAILS(UNPACK("\xc6\xff\xff\xff\xff\x00"), WEIR_ETRUNCATED, "a bin of 4294967295 bytes");
	FAILS(UNPACK("\xc9\xff\xff\xff\xff\x00\x00"), WEIR_ETRUNCATED, "an ext of 4294967295 bytes");
	FAILS(UNPACK("\x81\xde\xff\xff\x00"), WEIR_ETRUNCATED, "a map of 65535 members");
	cr_assert_lt(largest_request, 1024, "%zu bytes were requested", largest_request);
}

Test(unpack, bomb_of_150_bytes_requests_nothing)
{
	char bomb[150];

	for (size_t at = 0; at < sizeof bomb; at += 5)
		memcpy(bomb + at, "\xdd\x00\x10\x00\x00", 5);
	watch_requests();
	FAILS(weir_unpack(bomb, sizeof bomb, NULL, NULL), WEIR_ETRUNCATED,
		"an array of 1048576 items begins at byte 0");
	cr_assert_lt(largest_request, 1024, "%zu bytes were requested", largest_request);
}

/* Each level promises less than is there; all of them together do not. */
Test(unpack, lengths_of_nested_containers_add_up)
{
	FAILS(UNPACK("\x95\x95\x95\x01\x02\x03\x04\x05"), WEIR_ETRUNCATED, "an array of 5 items begins at byte 1");
	IS(UNPACK("\x92\x92\x92\x01\x02\x03\x04"), "[[[1, 2], 3], 4]");
}

static weir_value nested(size_t depth, unsigned max_depth)
{
	static char bytes[WEIR_MAX_DEPTH + 2];

	memset(bytes, 0x91, depth);
	bytes[depth] = 0x01;
	return weir_unpack(bytes, depth + 1, &(struct weir_unpack_options){ .max_depth = max_depth }, NULL);
}

Test(unpack, depth_is_limited)
{
	weir_release(nested(WEIR_DEFAULT_MAX_DEPTH, 0));
	cr_assert(!weir_is_error(nested(0, 1)));
	IS(nested(1, 1), "[1]");
	FAILS(nested(2, 1), WEIR_ELIMIT, "max_depth, 1 levels");
	FAILS(nested(WEIR_DEFAULT_MAX_DEPTH + 1, 0), WEIR_ELIMIT, "max_depth, 64 levels");

	weir_value deepest = nested(WEIR_MAX_DEPTH, WEIR_MAX_DEPTH);

	cr_assert(!weir_is_error(deepest));
	weir_release(deepest);
	FAILS(nested(WEIR_MAX_DEPTH + 1, WEIR_MAX_DEPTH), WEIR_ELIMIT, "max_depth, 512 levels");
	FAILS(nested(1, WEIR_MAX_DEPTH + 1), EINVAL, "max_depth is at most 512, not 513");
}

/* An empty container, and one behind a deep one, count by their own depth. */
Test(unpack, depth_is_that_of_each_branch)
{
	FAILS(UNPACK_WITH("\x91\x91\x90", .max_depth = 2), WEIR_ELIMIT, "begins at byte 2");
	IS(UNPACK_WITH("\x94\x91\x90\x91\x80\x01\x90", .max_depth = 3), "[[[]], [{}], 1, []]");
}

Test(unpack, size_is_limited)
{
	IS(UNPACK_WITH("\x93\x01\x02\x03", .max_size = 4), "[1, 2, 3]");
	FAILS(UNPACK_WITH("\x93\x01\x02\x03", .max_size = 3), WEIR_ELIMIT, "an array of 3 items begins at byte 0");
	FAILS(UNPACK_WITH("\xcd\x01\x02", .max_size = 2), WEIR_ELIMIT,
		"a number of 2 bytes begins at byte 0, and makes the document longer than max_size, 2 bytes");

	size_t used;

	/* The limit is that of one document, not of what stands behind it. */
	IS(weir_unpack(BYTES("\x01\x02\x03"), &(struct weir_unpack_options){ .max_size = 1 }, &used), "1");

	size_t length = WEIR_DEFAULT_MAX_SIZE + 1;
	char *bytes = malloc(length);

	memset(bytes, 'x', length);
	memcpy(bytes, "\xdb\x00\xff\xff\xfb", 5);

	weir_value value = weir_unpack(bytes, length - 1, NULL, NULL);

	cr_assert_eq(weir_length(value), WEIR_DEFAULT_MAX_SIZE - 5);
	weir_release(value);
	bytes[4]++;
	FAILS(weir_unpack(bytes, length, NULL, NULL), WEIR_ELIMIT, "max_size, 16777216 bytes");
	free(bytes);
}

Test(unpack, strings_that_are_not_utf8_are_an_error_or_accepted)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x8c",
		"plain\xff", "eight by\xfftes" };

	for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
		char bytes[32];
		size_t length = strlen(bad[index]);

		bytes[0] = (char)(0xa0 + length);
		memcpy(bytes + 1, bad[index], length);
		FAILS(weir_unpack(bytes, length + 1, NULL, NULL), WEIR_ESYNTAX, "is not UTF-8");

		weir_value value = weir_unpack(
			bytes, length + 1, &(struct weir_unpack_options){ .accepts_invalid_utf8 = true }, NULL);

		cr_assert_eq(weir_kind(value), WEIR_KIND_STR);
		cr_assert_arr_eq(weir_as_str(value, NULL), bad[index], length);
		weir_release(value);
	}
	IS(UNPACK("\xa4\xf0\x9f\x8c\x8a"), "\"\xf0\x9f\x8c\x8a\"");
}

Test(unpack, keys_of_any_kind)
{
	IS(UNPACK("\x85\xc0\x01\x02\x03\xc4\x01z\x04\x91\x05\x06\x81\x07\x08\x09"),
		"{nil: 1, 2: 3, <1 bytes>: 4, [5]: 6, {7: 8}: 9}");
}

#define NO_DUPLICATES .rejects_duplicate_keys = true

Test(unpack, key_that_occurs_twice)
{
	weir_value both = UNPACK("\x82\xa1k\x01\xa1k\x02");

	cr_assert_eq(weir_length(both), 2);
	cr_assert_eq(weir_as_int(weir_get(both, "k")), 1, "the first is found");
	weir_release(both);
	FAILS(UNPACK_WITH("\x82\xa1k\x01\xa1k\x02", NO_DUPLICATES), WEIR_ESYNTAX,
		"the map that begins at byte 0 has the key \"k\" twice: at byte 1 and at byte 4");
	FAILS(UNPACK_WITH("\x91\x82\x01\x01\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\x02", NO_DUPLICATES), WEIR_ESYNTAX,
		"the map that begins at byte 1 has the key 1 twice");
	FAILS(UNPACK_WITH("\x82\x91\x01\x01\x91\x01\x02", NO_DUPLICATES), WEIR_ESYNTAX, "the key [1] twice");
	FAILS(UNPACK_WITH("\x81\x82\xc0\x01\xc0\x02\x05", NO_DUPLICATES), WEIR_ESYNTAX, "begins at byte 1");
	/* The same key in two maps, as key and as value, as str and as bin, is not twice. */
	IS(UNPACK_WITH("\x92\x81\xa1k\x01\x81\xa1k\x01", NO_DUPLICATES), "[{\"k\": 1}, {\"k\": 1}]");
	IS(UNPACK_WITH("\x82\xa1k\xa1k\xc4\x01k\x81\xa1k\x01", NO_DUPLICATES), "{\"k\": \"k\", <1 bytes>: {\"k\": 1}}");
	IS(UNPACK_WITH("\x82\xa1k\x81\xa1k\x01\xa1l\x02", NO_DUPLICATES), "{\"k\": {\"k\": 1}, \"l\": 2}");
	IS(UNPACK_WITH("\x05", NO_DUPLICATES), "5");
	IS(UNPACK_WITH("\x80", NO_DUPLICATES), "{}");
}

Test(unpack, duplicates_among_many_keys_are_found_in_linear_time)
{
	enum {
		COUNT = 300000,
	};
	unsigned char *bytes = malloc(5 + 6 * COUNT);
	size_t length = 5;
	clock_t begin = clock();

	memcpy(bytes, "\xdf\x00\x04\x93\xe0", 5);
	for (uint32_t index = 0; index < COUNT; index++, length += 6) {
		uint32_t key = __builtin_bswap32(index + 65536);

		bytes[length] = 0xce;
		memcpy(bytes + length + 1, &key, 4);
		bytes[length + 5] = 0xc0;
	}

	weir_value value = weir_unpack(bytes, length, &(struct weir_unpack_options){ NO_DUPLICATES }, NULL);

	cr_assert_eq(weir_length(value), COUNT);
	weir_release(value);
	/* The last key again. */
	memcpy(bytes + length - 6, bytes + 5, 6);
	FAILS(weir_unpack(bytes, length, &(struct weir_unpack_options){ NO_DUPLICATES }, NULL), WEIR_ESYNTAX,
		"the key 65536 twice: at byte 5");
	cr_assert_lt((double)(clock() - begin) / CLOCKS_PER_SEC, 20.0);
	free(bytes);
}

Test(unpack, document_is_one_allocation_and_number_none)
{
	static const char document[] = "\x83\xa1"
				       "a\x93\x01\xa3two\x91\x03\xa1"
				       "b\x81\xa1"
				       "c\xc0\xa1"
				       "d\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00";

	faults_install();

	size_t live = faults_live_blocks();
	size_t before = faults_allocations();
	weir_value value = weir_unpack(document, sizeof document - 1, NULL, NULL);

	cr_assert_eq(faults_allocations() - before, 1);

	weir_value part = weir_retain(weir_get(weir_get(value, "b"), "c"));
	weir_value string = weir_retain(weir_at(weir_get(value, "a"), 1));

	cr_assert_eq(faults_allocations() - before, 1);
	weir_release(value);
	cr_assert(weir_is_string(string, "two"), "a part that was retained outlives its document");
	weir_release(part);
	weir_release(string);
	before = faults_allocations();
	weir_release(weir_unpack("\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 9, NULL, NULL));
	weir_release(weir_unpack("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", 9, NULL, NULL));
	cr_assert_eq(faults_allocations() - before, 0);
	cr_assert_eq(faults_live_blocks(), live);
}

Test(unpack, copy_is_independent_of_the_bytes)
{
	char bytes[] = "\x91\xa2ok";
	weir_value value = weir_unpack(bytes, 4, NULL, NULL);

	memset(bytes, 0xc1, sizeof bytes);
	IS(value, "[\"ok\"]");
}

Test(unpack_value, shares_the_memory_of_the_bin)
{
	weir_value bin = weir_bin(BYTES("\x01\x92\xa2ok\x02\x03"));
	size_t used;
	weir_value value = weir_unpack_value(bin, 1, NULL, &used);

	cr_assert_eq(used, 5);
	cr_assert_eq(weir_as_str(weir_at(value, 0), NULL), (const char *)weir_as_bytes(bin, NULL) + 3);
	weir_release(bin);
	IS(value, "[\"ok\", 2]");
}

Test(unpack_value, slices_and_parts_of_documents_are_bytes_like_others)
{
	weir_value bin = weir_bin(BYTES("ab\x92\xa2ok\x02zz"));
	weir_value slice = weir_slice(bin, WEIR_KIND_STR, 2, 5);

	weir_release(bin);
	IS(weir_unpack_value(slice, 0, NULL, NULL), "[\"ok\", 2]");
	weir_release(slice);

	/* msgpack inside msgpack. */
	weir_value outer = UNPACK("\x91\xc4\x03\x92\x01\x02");
	weir_value inner = weir_unpack_value(weir_at(outer, 0), 0, NULL, NULL);

	weir_release(outer);
	IS(inner, "[1, 2]");
}

Test(unpack_value, copies_when_it_is_told_or_cannot_share)
{
	weir_value bin = weir_bin(BYTES("\x91\xa2ok"));
	weir_value copy = weir_unpack_value(bin, 0, &(struct weir_unpack_options){ .copies = true }, NULL);

	cr_assert_neq(weir_as_str(weir_at(copy, 0), NULL), (const char *)weir_as_bytes(bin, NULL) + 2);
	weir_release(bin);
	IS(copy, "[\"ok\"]");
	IS(weir_unpack_value(weir_string_static("\x91\x07"), 0, NULL, NULL), "[7]");
}

Test(unpack_value, wrong_arguments)
{
	weir_value bin = weir_bin("\x01", 1);
	weir_value ext = weir_ext(1, "\x01", 1);

	FAILS(weir_unpack_value(weir_int(1), 0, NULL, NULL), EINVAL, "not from kind int");
	FAILS(weir_unpack_value(ext, 0, NULL, NULL), EINVAL, "not from kind ext");
	FAILS(weir_unpack_value(bin, 2, NULL, NULL), EINVAL, "offset 2 is behind the end of 1 bytes");
	FAILS(weir_unpack_value(bin, 1, NULL, NULL), WEIR_ETRUNCATED, "empty");
	FAILS(weir_unpack_value(bin, 0, &(struct weir_unpack_options){ .max_depth = 9999 }, NULL), EINVAL, "9999");
	weir_release(bin);
	weir_release(ext);
}

static void fail_each_allocation(weir_value (*work)(void))
{
	size_t live;
	bool hit = true;

	faults_install();
	live = faults_live_blocks();
	for (size_t number = 1; hit; number++) {
		weir_memory_trim();
		faults_fail_once(number);

		weir_value value = work();

		faults_stop();
		hit = faults_hit();
		cr_assert(!hit || weir_is_error(value));
		weir_release(value);
		cr_assert_eq(faults_live_blocks(), live);
	}
}

static weir_value unpack_without_duplicates(void)
{
	return UNPACK_WITH("\x82\xa1k\x01\xa1l\x02", NO_DUPLICATES);
}

static weir_value unpack_malformed(void)
{
	return UNPACK("\x92\x01\xc1");
}

Test(unpack, every_allocation_may_fail)
{
	fail_each_allocation(unpack_without_duplicates);
	fail_each_allocation(unpack_malformed);
}
