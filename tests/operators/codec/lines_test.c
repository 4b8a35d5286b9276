/* lines: cut anywhere, asked for one by one, shared with the chunk. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/filtering.h>
#include <weir/memory.h>
#include <weir/operator.h>

#include "chunks.h"
#include "kit/conformance.h"
#include "kit/faults.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value chunk_for(weir_value number, void *context)
{
	(void)context;
	return weir_string_format("-end of %d\nwhole\r\n\nbeginning", (int)weir_as_int(number));
}

static weir_observable *build(weir_observable *source)
{
	return weir_lines(weir_map(source, chunk_for, NULL), NULL);
}

const struct conformance_subject conformance_subject = { .name = "lines", .build = build };

static const char text[] = "one\ntwo\r\n\n\r\nlone \r cr\r\r\n\xc3\xa9t\xc3\xa9\nlast";

static void assert_lines(
	const struct weir_lines_options *options, const char *bytes, size_t length, const char *expected)
{
	for (size_t first = 0; first <= length; first++)
		for (size_t second = first; second <= length; second++)
			COLLECTS(weir_lines(cut_at(bytes, length, first, second), options), expected);
	COLLECTS(weir_lines(bytewise(bytes, length), options), expected);
}

Test(lines, however_they_are_cut)
{
	assert_lines(NULL, text, sizeof text - 1,
		"\"one\" \"two\" \"\" \"\" \"lone \\u000d cr\\u000d\" \"\xc3\xa9t\xc3\xa9\" \"last\" |");
	assert_lines(NULL, "", 0, "|");
	assert_lines(NULL, "\n", 1, "\"\" |");
	assert_lines(NULL, "a\n", 2, "\"a\" |");
}

Test(lines, blank_ones_are_skipped_on_request)
{
	assert_lines(&(struct weir_lines_options){ .skips_blank = true }, BYTES("\n\r\na\n\n \n\n"), "\"a\" \" \" |");
}

Test(lines, partial_last_one_is_an_error_on_request)
{
	assert_lines(&(struct weir_lines_options){ .rejects_partial_last = true }, BYTES("a\nbc"),
		"\"a\" #WEIR_ETRUNCATED: the input ended inside line 2, after 2 bytes of it");
	assert_lines(&(struct weir_lines_options){ .rejects_partial_last = true }, BYTES("a\nbc\n"), "\"a\" \"bc\" |");
}

Test(lines, long_one_ends_the_stream_or_is_left_out)
{
	struct weir_lines_options options = { .max_length = 3 };

	COLLECTS(weir_lines(bytewise(BYTES("abc\nabcde\nab\n")), &options),
		"\"abc\" #WEIR_ELIMIT: line 2 is too long: 4 bytes so far, limit 3");
	options.bad_items.policy = WEIR_BAD_ITEM_SKIPPED;
	COLLECTS(weir_lines(bytewise(BYTES("abc\nabcde\nab\n")), &options),
		"\"abc\" (lines drops line 2 is too long: 4 bytes so far, limit 3) \"ab\" |");
	options.bad_items.policy = WEIR_BAD_ITEM_EMITTED;
	COLLECTS(weir_lines(bytewise(BYTES("abc\nabcde\nab\n")), &options),
		"\"abc\" {\"error\": \"line 2 is too long: 4 bytes so far, limit 3\", \"code\": \"WEIR_ELIMIT\", "
		"\"input\": nil} "
		"\"ab\" |");
	COLLECTS(weir_lines(cut_at(BYTES("abc\nabcde\nab\n"), 0, 0), &(struct weir_lines_options){ .max_length = 3 }),
		"\"abc\" #WEIR_ELIMIT: line 2 is too long: 5 bytes so far, limit 3");
}

Test(lines, what_is_not_utf8_is_bad_repaired_or_bytes)
{
	static const char bytes[] = "fine\nb\xff"
				    "d\n\xc3\nend\xe2\x82\n";
	struct weir_lines_options options = { 0 };

	assert_lines(
		&options, bytes, sizeof bytes - 1, "\"fine\" #WEIR_ESYNTAX: line 2 is not UTF-8: 0xff at byte 1 of it");
	options.bad_items.policy = WEIR_BAD_ITEM_SKIPPED;
	COLLECTS(weir_lines(bytewise(bytes, sizeof bytes - 1), &options),
		"\"fine\" (lines drops line 2 is not UTF-8: 0xff at byte 1 of it) (lines drops line 3 is not UTF-8: "
		"0xc3 at byte 0 "
		"of it) (lines drops line 4 is not UTF-8: 0xe2 at byte 3 of it) |");
	options.bad_items.policy = WEIR_BAD_ITEM_EMITTED;
	COLLECTS(weir_lines(bytewise(BYTES("b\xff\n")), &options),
		"{\"error\": \"line 1 is not UTF-8: 0xff at byte 1 of it\", \"code\": \"WEIR_ESYNTAX\", \"input\": <2 "
		"bytes>} |");
	assert_lines(&(struct weir_lines_options){ .kind = WEIR_LINES_REPAIRED }, bytes, sizeof bytes - 1,
		"\"fine\" \"b\xef\xbf\xbd"
		"d\" \"\xef\xbf\xbd\" \"end\xef\xbf\xbd\" |");
	assert_lines(&(struct weir_lines_options){ .kind = WEIR_LINES_BYTES }, bytes, sizeof bytes - 1,
		"<fine> <b\xff"
		"d> <\xc3> <end\xe2\x82> |");
}

Test(lines, items_that_are_no_bytes_are_an_error)
{
	weir_value items[] = { weir_string("a\n"), weir_int(5) };

	COLLECTS(weir_lines(weir_of(items, 2), NULL),
		"\"a\" #EINVAL: an item is of kind int, and should be bytes, bin or str");
	items[0] = weir_ext(1, "a\n", 2);
	COLLECTS(weir_lines(weir_of(items, 1), NULL),
		"#EINVAL: an item is of kind ext, and should be bytes, bin or str");
}

static const struct chunk five_lines[] = { { BYTES("1\n2\n3\n4") }, { BYTES("\n5\n") } };

Test(lines, are_cut_as_they_are_asked_for)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;

	record(&recorder, weir_lines(chunks_by(numbers((struct numbers){ .count = 2, .log = &log }), five_lines), NULL),
		0);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 0, "nothing is requested that nobody asked for");
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 1, "a chunk is requested when the one before is used up");
	weir_request(recorder.subscription, 2);
	record_run(&recorder, weir_ms(1));
	cr_assert_eq(log.requested, 2);
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"1\"@1ms \"2\"@1ms \"3\"@2ms \"4\"@2ms \"5\"@3ms |@3ms");
}

/* The end needs no demand. */
Test(lines, completion_comes_with_the_last_line)
{
	struct recorder recorder;

	record(&recorder, weir_lines(CHUNKS(five_lines), NULL), 5);
	RECORDED(&recorder, "\"1\"@0ms \"2\"@0ms \"3\"@0ms \"4\"@0ms \"5\"@0ms |@0ms");
}

Test(lines, of_a_chunk_come_before_the_error_of_the_source)
{
	struct recorder recorder;
	struct numbers source = { .count = 2, .end = NUMBERS_FAIL };

	/* It fails when its two chunks are taken, while two lines of the second are not. */
	record(&recorder,
		weir_lines(
			chunks_by(numbers(source), (struct chunk[]){ { BYTES("1\n") }, { BYTES("2\n3\n4") } }), NULL),
		2);
	record_run(&recorder, weir_ms(1));
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "\"1\"@0ms \"2\"@0ms \"3\"@1ms #WEIR_EUSER@1ms");
}

static size_t lines_seen;

static void count_line(weir_value line, void *context)
{
	const char *bytes = context;
	const char *own = weir_as_str(line, NULL);

	cr_assert(own >= bytes && own < bytes + 4000, "the line is a copy");
	lines_seen++;
}

Test(lines, inside_one_chunk_share_its_memory)
{
	static char bytes[4000];

	for (size_t at = 0; at < sizeof bytes; at += 4)
		memcpy(bytes + at, "abc\n", 4);
	faults_install();

	weir_loop *loop = weir_loop_new_virtual();
	weir_value chunk = weir_bin(bytes, sizeof bytes);
	weir_observable *lines = weir_lines(weir_just(weir_retain(chunk)), NULL);
	size_t before = faults_allocations();

	weir_subscribe(lines, loop,
		&(struct weir_observer){ .next = count_line, .context = (void *)weir_as_bytes(chunk, NULL) });
	cr_assert_eq(lines_seen, 1000);
	cr_assert_leq(faults_allocations() - before, 2, "allocations do not grow with the lines: %zu",
		faults_allocations() - before);
	weir_release(chunk);
	weir_loop_free(loop);
}

/* A chunk of many lines leaves other pipelines their turn. */
Test(lines, of_a_large_chunk_come_in_several_turns)
{
	static char bytes[100000];
	struct recorder recorder;
	weir_value chunks[] = { weir_nil(), weir_string("x\n") };

	memset(bytes, '\n', sizeof bytes);
	chunks[0] = weir_bin(bytes, sizeof bytes);
	record(&recorder, weir_skip(weir_lines(weir_of(chunks, 2), NULL), sizeof bytes), WEIR_UNBOUNDED);
	cr_assert_eq(recorder.length, 0);
	cr_assert_eq(weir_loop_timer_count(recorder.loop), 1);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "\"x\"@0ms |@0ms");
}

static void count_batch(const weir_value *values, size_t count, void *context)
{
	size_t *batches = context;

	(void)values;
	batches[0]++;
	batches[1] += count;
}

Test(lines, go_out_in_batches_to_those_who_take_them)
{
	weir_loop *loop = weir_loop_new_virtual();
	static char bytes[300];
	size_t batches[2] = { 0 };
	weir_value chunk;

	memset(bytes, '\n', sizeof bytes);
	chunk = weir_bin(bytes, sizeof bytes);
	weir_subscribe(weir_lines(weir_just(chunk), NULL), loop,
		&(struct weir_observer){ .next_batch = count_batch, .context = batches });
	cr_assert_eq(batches[1], 300);
	cr_assert_eq(batches[0], 5);
	weir_loop_free(loop);
}

Test(lines, batches_are_no_larger_than_what_was_asked_for)
{
	weir_loop *loop = weir_loop_new_virtual();
	size_t batches[2] = { 0 };
	weir_subscription *subscription = weir_subscribe(weir_lines(weir_just(weir_string("\n\n\n\n\n\n\n\n\n")), NULL),
		loop, &(struct weir_observer){ .next_batch = count_batch, .context = batches, .demand = 2 });

	cr_assert_eq(batches[1], 2);
	weir_request(subscription, 3);
	cr_assert_eq(batches[1], 5);
	cr_assert_eq(batches[0], 2);
	weir_cancel(subscription);
	weir_loop_free(loop);
}

static void cancel_it(weir_value input, const weir_error *error, void *context)
{
	(void)input;
	(void)error;
	weir_cancel(((struct recorder *)context)->subscription);
}

Test(lines, report_of_a_bad_line_may_cancel)
{
	struct recorder recorder;
	struct weir_lines_options options = { .bad_items = { WEIR_BAD_ITEM_SKIPPED, cancel_it, &recorder } };

	record(&recorder, weir_lines(cut_at(BYTES("a\nb\n\xff\nc\n"), 3, 6), &options), 0);
	weir_request(recorder.subscription, WEIR_UNBOUNDED);
	RECORDED(&recorder, "\"a\"@0ms \"b\"@0ms");
	/* Cut ahead, with nothing asked for. */
	record(&recorder, weir_lines(cut_at(BYTES("a\n\xff\nc\n"), 0, 0), &options), 0);
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "\"a\"@0ms");
}

Test(lines, of_a_slow_source_come_when_they_are_whole)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_string("x"));
	weir_test_bind(test, 'b', weir_string("y\nz\n"));
	weir_test_bind(test, 'c', weir_string("last"));
	weir_test_bind(test, 'X', weir_string("xy"));
	weir_test_bind(test, 'Z', weir_string("z"));
	weir_test_bind(test, 'L', weir_string("last"));
	/* What is not ended by a line feed may go on. */
	weir_test_expect(test, weir_lines(weir_test_cold(test, "-a-b----c-|"), NULL), "---(XZ)---(L|)");
	MARBLES_OK(test);
}

/* An operator that does not keep to what was requested of it. */
static void twice_next(struct weir_node *node, weir_value value)
{
	weir_emit_next(node, weir_retain(value));
	weir_emit_next(node, value);
}

static const struct weir_node_class twice_class = { .name = "twice", .next = twice_next };

Test(lines, a_chunk_that_nobody_requested_is_an_error)
{
	weir_observable *chunks = weir_extend(weir_just(weir_string("a\nb\n")), &twice_class, NULL);
	struct recorder recorder;

	record(&recorder, weir_lines(chunks, NULL), 1);
	cr_assert_str_eq(recorder.message, "an item arrived that had not been requested");
	RECORDED(&recorder, "\"a\"@0ms #WEIR_EDEMAND@0ms");
}

/* No memory is not the fault of an item. */
Test(lines, without_memory_end_whatever_becomes_of_bad_items)
{
	static char bytes[40];
	struct weir_lines_options options = { .bad_items = { .policy = WEIR_BAD_ITEM_EMITTED } };
	weir_loop *loop = weir_loop_new_virtual();
	bool hit = true;

	/* A line in two chunks is kept and copied, and so is a bad one. */
	memset(bytes, '\xff', sizeof bytes);
	bytes[sizeof bytes - 1] = '\n';
	faults_install();
	for (size_t number = 1; hit; number++) {
		weir_observable *lines = weir_lines(cut_at(bytes, sizeof bytes, 20, 30), &options);
		struct recorder recorder;

		weir_memory_trim();
		faults_fail_once(number);
		record_on(&recorder, loop, lines, WEIR_UNBOUNDED);
		faults_stop();
		hit = faults_hit();
		cr_assert_eq(hit, strcmp(recorder.text, "#ENOMEM@0ms") == 0, "%zu: %s", number, recorder.text);
		record_end(&recorder);
	}
	weir_set_allocator(NULL);
	weir_loop_free(loop);
}
