/* decode_msgpack: values however the bytes are cut, as they are asked for. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/filtering.h>

#include "chunks.h"
#include "kit/conformance.h"
#include "kit/faults.h"
#include "kit/recorder.h"

/* A map begins in every second chunk and ends in the next. */
static weir_value chunk_for(weir_value number, void *context)
{
	static const char *const chunks[] = { "\xa1"
					      "1\x92\x05\xa2ok\x07",
		"\xa1"
		"2\x81\xa3ke",
		"y\x93\x01\x02\x03\x91\x91\xa4yes!" };
	int64_t n = weir_as_int(number);

	(void)context;
	return weir_string(chunks[n == 1 ? 0 : n % 2 == 0 ? 1 : 2]);
}

static weir_observable *build(weir_observable *source)
{
	return weir_decode_msgpack(weir_map(source, chunk_for, NULL), NULL);
}

const struct conformance_subject conformance_subject = { .name = "decode_msgpack", .build = build };

static const char stream[] = "\x01\x92\xa2ok\x02\xc0\x82\xa1k\xcd\x01\x02\xa1l\xc4\x02zz\xa3h\xc3\xa9";
static const char values[] = "1 [\"ok\", 2] nil {\"k\": 258, \"l\": <2 bytes>} \"h\xc3\xa9\" |";

Test(decode_msgpack, values_however_they_are_cut)
{
	for (size_t first = 0; first < sizeof stream; first++)
		for (size_t second = first; second < sizeof stream; second++)
			COLLECTS(weir_decode_msgpack(cut_at(stream, sizeof stream - 1, first, second), NULL), values);
	COLLECTS(weir_decode_msgpack(bytewise(stream, sizeof stream - 1), NULL), values);
	COLLECTS(weir_decode_msgpack(
			 bytewise(stream, sizeof stream - 1), &(struct weir_unpack_options){ .copies = true }),
		values);
	COLLECTS(weir_decode_msgpack(weir_empty(), NULL), "|");
}

Test(decode_msgpack, values_before_an_error_are_delivered)
{
	static const char bad[] = "\x01\x91\x02\xc1\x03";

	for (size_t first = 0; first < sizeof bad; first++)
		for (size_t second = first; second < sizeof bad; second++)
			COLLECTS(weir_decode_msgpack(cut_at(bad, sizeof bad - 1, first, second), NULL),
				"1 [2] #WEIR_ESYNTAX: byte 0xc1 at byte 3 begins no value");
}

Test(decode_msgpack, completion_inside_a_value_is_an_error)
{
	COLLECTS(weir_decode_msgpack(bytewise(BYTES("\x01\x93\x01\x02")), NULL),
		"1 #WEIR_ETRUNCATED: the input ends inside the value that begins at byte 1, after 3 bytes of it");
}

Test(decode_msgpack, limits_and_policies)
{
	COLLECTS(weir_decode_msgpack(
			 bytewise(BYTES("\x91\x01\x91\x91\x01")), &(struct weir_unpack_options){ .max_depth = 1 }),
		"[1] #WEIR_ELIMIT: the array that begins at byte 3 is nested deeper than max_depth, 1 levels");
	COLLECTS(weir_decode_msgpack(bytewise(BYTES("\x01\xdd\x00\x10\x00\x00")),
			 &(struct weir_unpack_options){ .max_size = 1000 }),
		"1 #WEIR_ELIMIT: an array of 1048576 items begins at byte 1, and makes the document longer than "
		"max_size, "
		"1000 bytes");
	COLLECTS(weir_decode_msgpack(bytewise(BYTES("\x82\x01\x01\x01\x02")),
			 &(struct weir_unpack_options){ .rejects_duplicate_keys = true }),
		"#WEIR_ESYNTAX: the map that begins at byte 0 has the key 1 twice: at byte 1 and at byte 3");
	COLLECTS(weir_decode_msgpack(bytewise(BYTES("\x91\xa1\xff")), NULL),
		"#WEIR_ESYNTAX: the str that begins at byte 1 is not UTF-8: 0xff at byte 2");
	COLLECTS(weir_decode_msgpack(weir_never(), &(struct weir_unpack_options){ .max_depth = 1000 }),
		"#EINVAL: max_depth is at most 512, not 1000");
}

Test(decode_msgpack, items_that_are_no_bytes_are_an_error)
{
	weir_value items[] = { weir_bin("\x01", 1), weir_double(5) };

	COLLECTS(weir_decode_msgpack(weir_of(items, 2), NULL),
		"1 #EINVAL: an item is of kind double, and should be bytes, bin or str");
}

static const struct chunk five_values[] = { { BYTES("\x01\x02\x03\x91") }, { BYTES("\x04\x05") } };

Test(decode_msgpack, values_are_decoded_as_they_are_asked_for)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder,
		weir_decode_msgpack(chunks_by(numbers((struct numbers){ .count = 2, .log = &log }), five_values), NULL),
		0);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 0);
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 1);
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 2);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "1@1ms 2@1ms 3@2ms [4]@2ms 5@3ms |@3ms");
}

Test(decode_msgpack, an_error_needs_no_demand)
{
	struct recorder recorder;

	record(&recorder, weir_decode_msgpack(bytewise(BYTES("\x01\xc1")), NULL), 1);
	/* The second chunk has not been asked for. */
	RECORDED(&recorder, "1@0ms");
	record(&recorder, weir_decode_msgpack(cut_at(BYTES("\x01\xc1"), 0, 0), NULL), 1);
	RECORDED(&recorder, "1@0ms #WEIR_ESYNTAX@0ms");
}

static size_t values_seen;

static void count_value(weir_value value, void *context)
{
	(void)context;
	cr_assert_eq(weir_length(value), 2);
	values_seen++;
}

Test(decode_msgpack, values_inside_one_chunk_share_its_memory)
{
	static char bytes[4000];

	for (size_t at = 0; at < sizeof bytes; at += 4)
		memcpy(bytes + at, "\x92\x01\xa1x", 4);
	faults_install();

	weir_loop *loop = weir_loop_new_virtual();
	weir_observable *decoded = weir_decode_msgpack(weir_just(weir_bin(bytes, sizeof bytes)), NULL);
	size_t before = faults_allocations();

	weir_subscribe(decoded, loop, &(struct weir_observer){ .next = count_value });
	cr_assert_eq(values_seen, 1000);
	cr_assert_leq(faults_allocations() - before, 3, "allocations do not grow with the values: %zu",
		faults_allocations() - before);
	weir_loop_free(loop);
}

static weir_value kept[3];
static size_t kept_count;

static void keep(weir_value value, void *context)
{
	(void)context;
	kept[kept_count++] = weir_retain(value);
}

Test(decode_msgpack, values_outlive_the_stream)
{
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(weir_decode_msgpack(cut_at(BYTES("\x91\xa1"
							"a\x91\xa1"
							"b\x91\xa1"
							"c"),
						   4, 5),
			       NULL),
		loop, &(struct weir_observer){ .next = keep });
	weir_loop_free(loop);
	cr_assert_eq(kept_count, 3);
	for (size_t index = 0; index < 3; index++) {
		cr_assert(weir_is_string(weir_at(kept[index], 0), (char[]){ (char)('a' + index), '\0' }));
		weir_release(kept[index]);
	}
}
