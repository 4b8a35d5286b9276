/* msgpack values out of chunks that are cut anywhere. */
#include "kit/unpacker.h"

#include "src/codec/codec_test.h"

#include <time.h>

#include "core/packed.h"
#include "kit/faults.h"

/* Every format, one value after the other. */
static const char stream[] =
	"\xc0\xc2\xc3\x07\xe5\xcc\xff\xcd\x01\x02\xce\x01\x02\x03\x04\xcf\x01\x02\x03\x04\x05\x06\x07\x08\xd0\x80\xd1"
	"\x80\x01"
	"\xd2\x80\x01\x02\x03\xd3\x80\x01\x02\x03\x04\x05\x06\x07\xca\x3f\xc0\x00\x00\xcb\x3f\xf8\x00\x00\x00\x00\x00"
	"\x00"
	"\xa0\xa5h\xc3\xa9ok"
	"\xd9\x04\xf0\x9f\x8c\x8a\xda\x00\x03xyz\xdb\x00\x00\x00\x02uv\xc4\x02\xff\xfe\xc5\x00\x01\xc1"
	"\xc6\x00\x00\x00\x01\x80\xd4\x01z\xd5\x01zz\xd6\x01zzzz\xd7\x01zzzzzzzz\xd8\x01zzzzzzzzzzzzzzzz\xc7\x03\x05zzz"
	"\xc8\x00"
	"\x01\x05z\xc9\x00\x00\x00\x01\x05z\x90\x80\x93\x01\x92\xa1k\xc0\x03\xdc\x00\x02\x01\x02\xdd\x00\x00\x00\x01"
	"\x81\xa2"
	"\xc3\xa9\x91\xa3xyz\x82\xa1k\x01\xa1l\x81\x05\x06\xde\x00\x01\xa1k\x07\xdf\x00\x00\x00\x01\xa1k\x07";

struct run {
	struct weir_unpacker unpacker;
	char text[2048];
	size_t length;
	size_t count;
	bool has_failed;
};

static void run_init(struct run *run, const struct weir_unpack_options *options)
{
	*run = (struct run){ 0 };
	cr_assert(!weir_is_error(weir_unpacker_init(&run->unpacker, options)));
}

/* Consumes `value`. */
static void run_add(struct run *run, weir_value value)
{
	if (weir_is_error(value)) {
		run->has_failed = true;
		run->length += (size_t)snprintf(run->text + run->length, sizeof run->text - run->length, "! %s",
			weir_error_message(weir_as_error(value)));
	} else {
		run->length += weir_print(value, run->text + run->length, sizeof run->text - 300 - run->length);
		run->text[run->length++] = ' ';
	}
	run->count++;
	weir_release(value);
}

/* In memory of exactly that size, which goes away at once. */
static void run_push(struct run *run, const char *bytes, size_t length)
{
	weir_value chunk = weir_bin(bytes, length);
	size_t offset = 0;
	weir_value value;

	while (!run->has_failed && weir_unpacker_take(&run->unpacker, chunk, &offset, &value))
		run_add(run, value);
	cr_assert(run->has_failed || offset == length);
	weir_release(chunk);
}

static void run_end(struct run *run)
{
	weir_value end = run->has_failed ? weir_nil() : weir_unpacker_end(&run->unpacker);

	if (weir_is_error(end))
		run_add(run, end);
	run->text[run->length] = '\0';
	weir_unpacker_finish(&run->unpacker);
}

static void run_whole(struct run *run, const char *bytes, size_t length, const struct weir_unpack_options *options)
{
	run_init(run, options);
	run_push(run, bytes, length);
	run_end(run);
}

/* However the input is cut in three, and byte by byte, the same comes out. */
static void assert_split_anywhere(const char *bytes, size_t length, const struct weir_unpack_options *options)
{
	static struct run whole;
	static struct run cut;

	run_whole(&whole, bytes, length, options);
	for (size_t first = 0; first <= length; first++) {
		for (size_t second = first; second <= length; second++) {
			run_init(&cut, options);
			run_push(&cut, bytes, first);
			run_push(&cut, bytes + first, second - first);
			run_push(&cut, bytes + second, length - second);
			run_end(&cut);
			cr_assert_str_eq(cut.text, whole.text, "cut at %zu and %zu", first, second);
		}
	}
	run_init(&cut, options);
	for (size_t at = 0; at < length; at++)
		run_push(&cut, bytes + at, 1);
	run_end(&cut);
	cr_assert_str_eq(cut.text, whole.text);
}

Test(unpacker, every_format_split_at_every_byte)
{
	static struct run whole;

	run_whole(&whole, stream, sizeof stream - 1, NULL);
	cr_assert(!whole.has_failed, "%s", whole.text);
	cr_assert_eq(whole.count, 39, "%zu: %s", whole.count, whole.text);
	assert_split_anywhere(stream, sizeof stream - 1, NULL);
}

Test(unpacker, errors_are_the_same_however_the_input_is_split)
{
	assert_split_anywhere(BYTES("\x01\x92\xa1k\x02\x03\xc1"), NULL);
	assert_split_anywhere(BYTES("\x01\x93\xa5h\xc3\xa9\xe2\x82\x01\x01"), NULL);
	assert_split_anywhere(BYTES("\x01\x93\xa5he\xffyy\x01\x01"), NULL);
	assert_split_anywhere(BYTES("\x01\x91\x91\x91\x02"), &(struct weir_unpack_options){ .max_depth = 2 });
	assert_split_anywhere(BYTES("\x01\x95\x01\x02\x03\x04\x05"), &(struct weir_unpack_options){ .max_size = 5 });
	assert_split_anywhere(
		BYTES("\x01\x82\xa1k\x01\xa1k\x02"), &(struct weir_unpack_options){ .rejects_duplicate_keys = true });
	assert_split_anywhere(BYTES("\x01\xdd\xff\xff\xff\xff\x01"), NULL);
	assert_split_anywhere(BYTES("\x01\xdb\xff\xff\xff\xff\x01"), NULL);
}

/* What lies beyond the limit is not looked at, be it there or not. */
Test(unpacker, limit_is_the_same_however_the_input_is_split)
{
	struct weir_unpack_options options = { .max_size = 16 };

	assert_split_anywhere(
		BYTES("\x82\x30\x32\xc4\x0a\x31\x32\x33\x34\x35\x36\x37\x38\x39\x30\xda\x00\x00"), &options);
	assert_split_anywhere(
		BYTES("\x82\x30\x32\xc4\x0a\x31\x32\x33\x34\x35\x36\x37\x38\x39\x30\xc1\x00\x00"), &options);
	assert_split_anywhere(
		BYTES("\x82\x30\x32\xc4\x0a\x31\x32\x33\x34\x35\x36\x37\x38\x39\x30\x01\x00\x00"), &options);
}

/* Nobody waits for the rest of a text that is wrong already. */
Test(unpacker, text_that_is_not_utf8_is_refused_as_soon_as_it_is_known)
{
	static struct run run;

	run_init(&run, NULL);
	run_push(&run, BYTES("\xd9\xff"
			     "abc\xff"
			     "def"));
	cr_assert(run.has_failed);
	weir_unpacker_finish(&run.unpacker);
	run_init(&run, NULL);
	run_push(&run, BYTES("\xd9\xff"
			     "abc\xf0\x9f"));
	cr_assert(!run.has_failed, "the character may go on");
	run_push(&run, BYTES("\x8c\x8a\xff\xff"));
	cr_assert(!run.has_failed);
	run_push(&run, BYTES("\xff\xff"));
	cr_assert(run.has_failed);
	weir_unpacker_finish(&run.unpacker);
}

Test(unpacker, messages_count_from_the_beginning_of_the_stream)
{
	static struct run run;

	run_whole(&run, BYTES("\x01\x92\xa1k\x02\x03\xc1"), NULL);
	cr_assert_str_eq(run.text, "1 [\"k\", 2] 3 ! byte 0xc1 at byte 6 begins no value");
	run_whole(&run,
		BYTES("\x01\x91\xa3"
		      "ab\xff"),
		NULL);
	cr_assert_str_eq(run.text, "1 ! the str that begins at byte 2 is not UTF-8: 0xff at byte 5");
	run_whole(&run, BYTES("\x01\x82\xa1k\x01\xa1k\x02"),
		&(struct weir_unpack_options){ .rejects_duplicate_keys = true });
	cr_assert_str_eq(
		run.text, "1 ! the map that begins at byte 1 has the key \"k\" twice: at byte 2 and at byte 5");
}

Test(unpacker, end_inside_a_value_is_an_error_at_every_byte)
{
	static struct run run;
	static const char value[] = "\x82\xa1k\xcd\x01\x02\xa1l\x92\xc4\x02zz\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00";
	char expected[128];

	for (size_t length = 1; length < sizeof value - 1; length++) {
		run_init(&run, NULL);
		run_push(&run, "\x05", 1);
		run_push(&run, value, length);
		run_end(&run);
		snprintf(expected, sizeof expected,
			"5 ! the input ends inside the value that begins at byte 1, after %zu bytes of it", length);
		cr_assert_str_eq(run.text, expected);
	}
	run_whole(&run, "", 0, NULL);
	cr_assert_str_eq(run.text, "", "no value at all is fine");
}

Test(unpacker, whole_values_share_the_chunk_and_broken_ones_have_a_block_of_their_own)
{
	struct weir_unpacker unpacker = { 0 };
	weir_value chunk = weir_bin(BYTES("\x91\xa2ok\x91\xa4mor"));
	const char *bytes = weir_as_bytes(chunk, NULL);
	size_t offset = 0;
	weir_value first;
	weir_value second;

	cr_assert(!weir_is_error(weir_unpacker_init(&unpacker, NULL)));
	cr_assert(weir_unpacker_take(&unpacker, chunk, &offset, &first));
	cr_assert_eq(weir_as_str(weir_at(first, 0), NULL), bytes + 2);
	cr_assert(!weir_unpacker_take(&unpacker, chunk, &offset, &second));
	weir_release(chunk);

	weir_value rest = weir_bin("e\x91\x07", 3);

	offset = 0;
	cr_assert(weir_unpacker_take(&unpacker, rest, &offset, &second));
	cr_assert_eq(offset, 1);
	weir_release(rest);
	weir_unpacker_finish(&unpacker);
	IS(first, "[\"ok\"]");
	IS(second, "[\"more\"]");
}

Test(unpacker, copies_on_request_and_from_static_bytes)
{
	struct weir_unpacker unpacker = { 0 };
	weir_value chunk = weir_bin(BYTES("\x91\xa2ok"));
	size_t offset = 0;
	weir_value value;

	weir_unpacker_init(&unpacker, &(struct weir_unpack_options){ .copies = true });
	cr_assert(weir_unpacker_take(&unpacker, chunk, &offset, &value));
	cr_assert_neq(weir_as_str(weir_at(value, 0), NULL), (const char *)weir_as_bytes(chunk, NULL) + 2);
	weir_release(chunk);
	IS(value, "[\"ok\"]");
	weir_unpacker_finish(&unpacker);
	unpacker = (struct weir_unpacker){ 0 };
	weir_unpacker_init(&unpacker, NULL);
	offset = 0;
	cr_assert(weir_unpacker_take(&unpacker, weir_string_static("\x91\xa2ok"), &offset, &value));
	IS(value, "[\"ok\"]");
	weir_unpacker_finish(&unpacker);
}

/* A sender who promises much and sends little. */
Test(unpacker, promises_take_no_memory)
{
	static const char *const promises[] = { "\xc6\x00\xff\xff\xf0", "\xdb\x00\xff\xff\xf0", "\xdd\x00\xff\xff\xf0",
		"\xdf\x00\x7f\xff\xf0", "\xdd\x00\x10\x00\x00\xdd\x00\x10\x00\x00\xdd\x00\x10\x00\x00" };

	for (size_t index = 0; index < sizeof promises / sizeof *promises; index++) {
		struct run run;

		watch_requests();
		run_init(&run, NULL);
		run_push(&run, promises[index], index < 4 ? 5 : 15);
		for (int more = 0; more < 100; more++)
			run_push(&run, "\x01", 1);
		cr_assert_eq(run.count, 0);
		cr_assert_lt(largest_request, 2048, "%zu bytes were requested", largest_request);
		weir_unpacker_finish(&run.unpacker);
		weir_set_allocator(NULL);
	}
}

Test(unpacker, size_of_a_value_is_limited_before_it_comes)
{
	static struct run run;
	struct weir_unpack_options options = { .max_size = 100 };

	run_whole(&run, BYTES("\x01\xc5\x00\x61"), &options);
	cr_assert_str_eq(run.text, "1 ! the input ends inside the value that begins at byte 1, after 3 bytes of it");
	run_whole(&run, BYTES("\x01\xc5\x00\x62"), &options);
	cr_assert_str_eq(run.text,
		"1 ! a bin of 98 bytes begins at byte 1, and makes the document longer than max_size, 100 bytes");
	run_whole(&run, BYTES("\xdd\x00\x10\x00\x00"), &options);
	cr_assert_str_eq(run.text,
		"! an array of 1048576 items begins at byte 0, and makes the document longer than max_size, 100 bytes");
}

Test(unpacker, no_more_than_the_limit_is_kept)
{
	static char zeros[1 << 20];
	struct weir_unpacker unpacker = { 0 };
	weir_value value;
	size_t offset = 0;

	watch_requests();

	weir_value head = weir_bin("\xc4", 1);
	weir_value chunk = weir_bin(zeros, sizeof zeros);

	weir_unpacker_init(&unpacker, &(struct weir_unpack_options){ .max_size = 100 });
	cr_assert(!weir_unpacker_take(&unpacker, head, &offset, &value));
	largest_request = 0;
	offset = 0;
	cr_assert(weir_unpacker_take(&unpacker, chunk, &offset, &value));
	cr_assert_eq(offset, 1);
	cr_assert_lt(largest_request, 1024, "%zu bytes were requested", largest_request);
	weir_release(value);
	weir_release(head);
	weir_release(chunk);
	weir_unpacker_finish(&unpacker);
}

/* Checked anew with every chunk, this would take hours. */
Test(unpacker, tiny_chunks_take_linear_time)
{
	enum {
		SIZE = 2 << 20,
	};
	static const char *const heads[] = { "\xdb\x00\x20\x00\x00", "\xdd\x00\x20\x00\x00", "\xc6\x00\x20\x00\x00" };
	clock_t begin = clock();

	for (size_t kind = 0; kind < 3; kind++) {
		static struct run run;
		static const char text[] = "\xc3\xa9\xf0\x9f\x8c\x8a\x01\x01";

		run_init(&run, NULL);
		run_push(&run, heads[kind], 5);
		for (size_t at = 0; at < SIZE; at++)
			run_push(&run, kind == 1 ? "\x01" : text + at % 8, 1);
		cr_assert_eq(run.count, 1, "%s", run.text);
		run_end(&run);
	}
	cr_assert_lt((double)(clock() - begin) / CLOCKS_PER_SEC, 60.0);
}

Test(unpacker, memory_of_a_large_value_is_given_back)
{
	struct run run;
	char *large = calloc(1, (size_t)1 << 20);

	memcpy(large, "\xc6\x00\x0f\xff\xfb", 5);
	run_init(&run, NULL);
	run_push(&run, large, 100);
	run_push(&run, large + 100, ((size_t)1 << 20) - 100);
	cr_assert_eq(run.count, 1);
	cr_assert_eq(run.unpacker.broken.capacity, 0);
	run_end(&run);
	free(large);
}

Test(unpacker, random_streams_in_random_chunks)
{
	uint64_t state = 7;

	for (int round = 0; round < 500; round++) {
		weir_value values[20];
		size_t count = 1 + next_random(&state) % 20;
		char *bytes = malloc((size_t)1 << 20);
		size_t length = 0;
		struct weir_unpacker unpacker = { 0 };
		size_t next = 0;

		for (size_t index = 0; index < count; index++) {
			values[index] = random_value(&state, 4);

			weir_value packed = weir_pack(values[index]);

			memcpy(bytes + length, weir_as_bytes(packed, NULL), weir_length(packed));
			length += weir_length(packed);
			weir_release(packed);
		}
		weir_unpacker_init(&unpacker, NULL);
		for (size_t at = 0, size; at < length; at += size) {
			size = 1 + next_random(&state) % (next_random(&state) % 2 ? 8 : 400);
			if (size > length - at)
				size = length - at;

			weir_value chunk = weir_bin(bytes + at, size);
			size_t offset = 0;
			weir_value value;

			while (weir_unpacker_take(&unpacker, chunk, &offset, &value)) {
				cr_assert(!weir_is_error(value));
				cr_assert(weir_equal(value, values[next++]));
				weir_release(value);
			}
			weir_release(chunk);
		}
		cr_assert_eq(next, count);
		cr_assert(!weir_is_error(weir_unpacker_end(&unpacker)));
		weir_unpacker_finish(&unpacker);
		for (size_t index = 0; index < count; index++)
			weir_release(values[index]);
		free(bytes);
	}
}
