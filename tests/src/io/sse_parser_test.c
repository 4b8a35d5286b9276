/* The event stream parser: the format cases of web-platform-tests/eventsource, every way to split a stream, limits. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/memory.h>

#include "base/utf8.h"
#include "io/sse_parser.h"

#define TEXT(literal) (literal), (sizeof(literal) - 1)

/* What a parser did, as text: type{data}id for an event, # for a comment, retry=n, !ERROR. */
struct run {
	struct weir_sse_parser parser;
	FILE *file;
	char *log;
	size_t log_length;
	int pauses_after; /* events; 0: never */
	const char *last_data;
};

static bool on_event(void *context, const struct weir_sse_event *event)
{
	struct run *run = context;

	cr_assert_eq(weir_utf8_valid_prefix(event->type, event->type_length), event->type_length);
	cr_assert_eq(weir_utf8_valid_prefix(event->data, event->data_length), event->data_length);
	cr_assert_eq(weir_utf8_valid_prefix(event->id, event->id_length), event->id_length);
	fwrite(event->type, 1, event->type_length, run->file);
	fputc('{', run->file);
	fwrite(event->data, 1, event->data_length, run->file);
	fputc('}', run->file);
	fwrite(event->id, 1, event->id_length, run->file);
	fputc(' ', run->file);
	run->last_data = event->data;
	return run->pauses_after == 0 || --run->pauses_after > 0;
}

static void on_comment(void *context)
{
	fputs("# ", ((struct run *)context)->file);
}

static void on_retry(void *context, uint64_t milliseconds)
{
	fprintf(((struct run *)context)->file, "retry=%llu ", (unsigned long long)milliseconds);
}

static void run_begin(struct run *run, size_t max_event_size)
{
	static const struct weir_sse_callbacks callbacks = {
		.event = on_event, .comment = on_comment, .retry = on_retry
	};

	*run = (struct run){ 0 };
	run->file = open_memstream(&run->log, &run->log_length);
	weir_sse_parser_init(&run->parser, &callbacks, run, max_event_size);
}

/* From a copy that is gone afterwards, as a read buffer is. */
static void run_push(struct run *run, const char *bytes, size_t length)
{
	char *piece = malloc(length > 0 ? length : 1);
	size_t at = 0;

	memcpy(piece, bytes, length);
	while (at < length) {
		size_t consumed;
		int result = weir_sse_parser_push(&run->parser, piece + at, length - at, &consumed);

		if (result < 0)
			fprintf(run->file, "!%s ", strerrorname_np(-result));
		cr_assert(consumed > 0 || result < 0, "stuck");
		at += consumed;
	}
	free(piece);
}

/* The end of the stream. The log is the caller's to free. */
static void run_end(struct run *run)
{
	bool was_unfinished = weir_sse_parser_reset_connection(&run->parser);

	fprintf(run->file, "last=%s%s", weir_sse_parser_last_id(&run->parser), was_unfinished ? " unfinished" : "");
	fclose(run->file);
	weir_sse_parser_finish(&run->parser);
}

static void assert_run(struct run *run, const char *expected, size_t expected_length)
{
	run_end(run);
	cr_assert(run->log_length == expected_length && memcmp(run->log, expected, expected_length) == 0,
		"got:      %s\nexpected: %s", run->log, expected);
	free(run->log);
}

/* The stream in one piece, cut at every position, at every pair of positions if it is short, and byte by byte. */
static void assert_stream_limited(
	size_t max_event_size, const char *stream, size_t length, const char *expected, size_t expected_length)
{
	size_t last_second_cut = length <= 120 ? length : 0;
	struct run run;

	for (size_t first = 0; first <= length; first++)
		for (size_t second = first; second <= (last_second_cut > first ? last_second_cut : first); second++) {
			run_begin(&run, max_event_size);
			run_push(&run, stream, first);
			run_push(&run, stream + first, second - first);
			run_push(&run, stream + second, length - second);
			assert_run(&run, expected, expected_length);
		}
	run_begin(&run, max_event_size);
	for (size_t i = 0; i < length; i++)
		run_push(&run, stream + i, 1);
	assert_run(&run, expected, expected_length);
}

#define ASSERT_STREAM(stream, expected) assert_stream_limited(0, TEXT(stream), TEXT(expected))
#define ASSERT_LIMITED(limit, stream, expected) assert_stream_limited(limit, TEXT(stream), TEXT(expected))

#define BOM "\xEF\xBB\xBF"

/* web-platform-tests */

Test(sse_parser, format_bom_one_is_stripped_and_the_second_belongs_to_the_name)
{
	ASSERT_STREAM(BOM "data:1\n\n" BOM "data:2\n\ndata:3\n\n", "message{1} message{3} last=");
}

Test(sse_parser, format_bom_2_only_one_leading_mark_is_stripped)
{
	ASSERT_STREAM(BOM BOM "data:1\n\ndata:2\n\ndata:3\n\n", "message{2} message{3} last=");
}

Test(sse_parser, part_of_a_byte_order_mark_is_part_of_the_first_name)
{
	ASSERT_STREAM("\xEF\xBB"
		      "data:1\n\ndata:2\n\n",
		"message{2} last=");
	ASSERT_STREAM("\xEF\n\ndata:2\n\n", "message{2} last=");
	ASSERT_STREAM("\xEF\xBB", "last=");
}

Test(sse_parser, each_connection_may_start_with_a_byte_order_mark)
{
	struct run run;

	run_begin(&run, 0);
	run_push(&run, TEXT(BOM "data:1\n\n"));
	weir_sse_parser_reset_connection(&run.parser);
	run_push(&run, TEXT(BOM "data:2\n\n"));
	assert_run(&run, TEXT("message{1} message{2} last="));
}

Test(sse_parser, format_comments_are_reported_but_no_events)
{
	ASSERT_STREAM("data:1\r:\0\n:\r\ndata:2\n:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\rdata:3\n:data:fail\r:"
		      "bbbbbbbbbbbbbbbbbbbbb\ndata:4\n\n",
		"# # # # # message{1\n2\n3\n4} last=");
}

Test(sse_parser, format_data_before_final_empty_line_is_discarded)
{
	ASSERT_STREAM("retry:1000\ndata:test1\n\nid:test\ndata:test2", "retry=1000 message{test1} last= unfinished");
	ASSERT_STREAM("data:test\n", "last= unfinished");
	ASSERT_STREAM("retry:1000", "last= unfinished");
}

Test(sse_parser, format_field_data)
{
	ASSERT_STREAM("data:\n\ndata\ndata\n\ndata:test\n\n", "message{} message{\n} message{test} last=");
}

Test(sse_parser, format_field_event_lasts_for_one_event)
{
	ASSERT_STREAM("event:test\ndata:x\n\ndata:x\n\n", "test{x} message{x} last=");
}

Test(sse_parser, format_field_event_empty_means_message)
{
	ASSERT_STREAM("event: \ndata:data\n\n", "message{data} last=");
	ASSERT_STREAM("event: a\nevent\ndata:data\n\n", "message{data} last=");
	ASSERT_STREAM("event: a\nevent: bc\ndata:data\n\n", "bc{data} last=");
}

Test(sse_parser, event_type_is_reset_by_a_blank_line_without_data)
{
	ASSERT_STREAM("event: a\n\ndata: 1\n\n", "message{1} last=");
}

Test(sse_parser, format_field_id)
{
	ASSERT_STREAM("id: \xE2\x80\xA6\nretry: 200\ndata: hello\n\n",
		"retry=200 message{hello}\xE2\x80\xA6 last=\xE2\x80\xA6");
}

Test(sse_parser, format_field_id_2_is_kept_until_it_is_set_again)
{
	ASSERT_STREAM("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "message{a}1 message{b}1 message{c}2 last=2");
}

Test(sse_parser, format_field_id_3_empty_id_resets)
{
	ASSERT_STREAM("id: 1\ndata: a\n\nid\ndata: b\n\n", "message{a}1 message{b} last=");
	ASSERT_STREAM("id: 1\ndata: a\n\nid:\ndata: b\n\n", "message{a}1 message{b} last=");
	ASSERT_STREAM("id: 1\ndata: a\n\nid: \n\n", "message{a}1 last=");
}

Test(sse_parser, format_field_id_null_is_ignored)
{
	ASSERT_STREAM("id: \0a\ndata: x\n\nid: a\0\ndata: x\n\nid: 1\ndata: y\n\nid: 2\0\ndata: z\n\n",
		"message{x} message{x} message{y}1 message{z}1 last=1");
}

Test(sse_parser, format_field_parsing)
{
	ASSERT_STREAM("data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n "
		      "data:32\ndata:4\n\n",
		"message{\0\n 2\n1\n3\n\n4} last=");
}

Test(sse_parser, format_field_retry)
{
	ASSERT_STREAM("retry:03000\ndata:x\n\n", "retry=3000 message{x} last=");
	ASSERT_STREAM("retry:0\n", "retry=0 last=");
}

Test(sse_parser, format_field_retry_bogus_is_ignored)
{
	ASSERT_STREAM("retry:3000\nretry:1000x\ndata:x\n\n", "retry=3000 message{x} last=");
	ASSERT_STREAM("retry:-1\nretry:+1\nretry:1 \nretry:  1\nretry:1e3\nretry:\xD9\xA3\nretry:1\0\n", "last=");
}

Test(sse_parser, format_field_retry_empty_is_ignored)
{
	ASSERT_STREAM("retry\nretry:\nretry: \ndata:test\n\n", "message{test} last=");
}

Test(sse_parser, format_field_unknown)
{
	ASSERT_STREAM("data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
		"# message{test\n\ntest} last=");
}

Test(sse_parser, format_leading_space_one_is_removed)
{
	ASSERT_STREAM("data:\ttest\rdata: \ndata:test\n\n", "message{\ttest\n\ntest} last=");
	ASSERT_STREAM("data:  two\n\n", "message{ two} last=");
}

Test(sse_parser, format_newlines)
{
	ASSERT_STREAM("data:test\r\ndata\ndata:test\r\n\r", "message{test\n\ntest} last=");
}

Test(sse_parser, format_null_character)
{
	ASSERT_STREAM("data:\0\n\n\n\n", "message{\0} last=");
}

Test(sse_parser, format_utf_8)
{
	ASSERT_STREAM("data:ok\xE2\x80\xA6\n\n", "message{ok\xE2\x80\xA6} last=");
}

Test(sse_parser, message_2_dispatches_between_blank_lines_only)
{
	ASSERT_STREAM("data:msg\ndata:msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n",
		"message{msg\nmsg} # message{} message{end} last=");
}

/* beyond them */

Test(sse_parser, examples_of_the_standard)
{
	ASSERT_STREAM("data: YHOO\ndata: +2\ndata: 10\n\n", "message{YHOO\n+2\n10} last=");
	ASSERT_STREAM(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
		"# message{first event}1 message{second event} last= unfinished");
	ASSERT_STREAM("data:test\n\ndata: test\n\n", "message{test} message{test} last=");
}

Test(sse_parser, lone_cr_at_end_of_read_dispatches_now)
{
	struct run run;

	run_begin(&run, 0);
	run_push(&run, TEXT("data:1\r\r"));
	fflush(run.file);
	cr_assert_str_eq(run.log, "message{1} ");
	run_push(&run, TEXT("\ndata:2\r\n\r"));
	fflush(run.file);
	cr_assert_str_eq(run.log, "message{1} message{2} ");
	run_push(&run, TEXT("\n\ndata:3\n\n"));
	assert_run(&run, TEXT("message{1} message{2} message{3} last="));
}

Test(sse_parser, line_feed_of_a_cut_crlf_is_swallowed_only_once)
{
	ASSERT_STREAM("data:1\r\n\n", "message{1} last=");
	ASSERT_STREAM("data:1\r\r\ndata:2\r\n\r\n", "message{1} message{2} last=");
}

Test(sse_parser, blank_line_without_data_commits_the_id_but_dispatches_nothing)
{
	ASSERT_STREAM("id: prime\n\n", "last=prime");
	ASSERT_STREAM("id: prime\ndata\n\n", "message{}prime last=prime");
	ASSERT_STREAM("id: prime\n\ndata: 1\n\n", "message{1}prime last=prime");
}

Test(sse_parser, id_of_an_unfinished_event_is_not_committed)
{
	ASSERT_STREAM("id: 1\ndata: a\n\nid: 2\ndata: b\n", "message{a}1 last=1 unfinished");
	ASSERT_STREAM("id: 1\n\nid: 2\n", "last=1 unfinished");
}

Test(sse_parser, id_is_kept_across_connections)
{
	struct run run;

	run_begin(&run, 0);
	run_push(&run, TEXT("id: 7\ndata: a\n\nid: 8\ndata: lo"));
	cr_assert(weir_sse_parser_reset_connection(&run.parser));
	cr_assert_str_eq(weir_sse_parser_last_id(&run.parser), "7");
	run_push(&run, TEXT("data: b\n\n"));
	assert_run(&run, TEXT("message{a}7 message{b}7 last=7"));
}

Test(sse_parser, restored_id_is_used_until_the_stream_sets_one)
{
	struct run run;

	run_begin(&run, 0);
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, TEXT("41")), 0);
	run_push(&run, TEXT("data: a\n\nid: 42\ndata: b\n\n"));
	assert_run(&run, TEXT("message{a}41 message{b}42 last=42"));
}

Test(sse_parser, restored_id_that_could_break_a_header_is_refused)
{
	struct run run;

	run_begin(&run, 0);
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, TEXT("ok")), 0);
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, TEXT("a\r\nEvil: 1")), -EINVAL);
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, TEXT("a\0b")), -EINVAL);
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, TEXT("\xFF")), -EINVAL);
	cr_assert_str_eq(weir_sse_parser_last_id(&run.parser), "ok");
	cr_assert_eq(weir_sse_parser_set_last_id(&run.parser, NULL, 0), 0);
	assert_run(&run, TEXT("last="));
}

Test(sse_parser, retry_counts_at_the_end_of_its_line)
{
	ASSERT_STREAM("retry: 5\ndata: 1\nretry: 6\r\n", "retry=5 retry=6 last= unfinished");
}

Test(sse_parser, huge_retry_is_cut_to_the_cap)
{
	ASSERT_STREAM("retry: 86400000\nretry: 86400001\nretry: 18446744073709551616\nretry: "
		      "99999999999999999999999999999999999999999999999999999999999999999\n",
		"retry=86400000 retry=86400000 retry=86400000 retry=86400000 last=");
}

Test(sse_parser, names_longer_or_shorter_than_known_ones_are_unknown)
{
	ASSERT_STREAM(
		"dat:1\ndatab:1\nidd:1\ni:1\nretryretry:1\nevent_:x\nDATA:1\n data:1\ndatadatadata:1\ndatadatadata\n\n",
		"last=");
}

Test(sse_parser, ill_formed_utf_8_is_replaced_as_the_encoding_standard_says)
{
	ASSERT_STREAM("data:\x80"
		      "a\xE2\x82\ndata:\xF0\x9F\x98\x80\xED\xA0\x80\n\n",
		"message{\xEF\xBF\xBD"
		"a\xEF\xBF\xBD\n\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD} last=");
	ASSERT_STREAM(
		"event:\xC3\nid:a\xFF\ndata:\xFE\n\n", "\xEF\xBF\xBD{\xEF\xBF\xBD}a\xEF\xBF\xBD last=a\xEF\xBF\xBD");
	ASSERT_STREAM("data:\xE2\rdata:\x82\xAC\r\r", "message{\xEF\xBF\xBD\n\xEF\xBF\xBD\xEF\xBF\xBD} last=");
}

Test(sse_parser, name_with_ill_formed_utf_8_is_unknown)
{
	ASSERT_STREAM("data\xFF:1\n\xFF"
		      "data:2\n\n",
		"last=");
}

Test(sse_parser, single_data_line_inside_one_piece_is_not_copied)
{
	static const char stream[] = "id: 1\ndata: payload\n\n";
	struct run run;
	size_t consumed;

	run_begin(&run, 0);
	cr_assert_eq(weir_sse_parser_push(&run.parser, TEXT(stream), &consumed), 0);
	cr_assert_eq(run.last_data, stream + 12);
	cr_assert_null(run.parser.data.bytes);
	assert_run(&run, TEXT("message{payload}1 last=1"));
}

Test(sse_parser, false_from_the_callback_pauses_behind_its_event)
{
	static const char stream[] = "data:1\n\ndata:2\n\ndata:3\n\n";
	struct run run;
	size_t consumed;

	run_begin(&run, 0);
	run.pauses_after = 2;
	cr_assert_eq(weir_sse_parser_push(&run.parser, TEXT(stream), &consumed), 0);
	cr_assert_eq(consumed, 16);
	run_push(&run, stream + consumed, sizeof stream - 1 - consumed);
	assert_run(&run, TEXT("message{1} message{2} message{3} last="));
}

Test(sse_parser, empty_push_does_nothing)
{
	struct run run;
	size_t consumed = 1;

	run_begin(&run, 0);
	cr_assert_eq(weir_sse_parser_push(&run.parser, NULL, 0, &consumed), 0);
	cr_assert_eq(consumed, 0);
	assert_run(&run, TEXT("last="));
}

Test(sse_parser, comments_and_retry_need_no_callbacks)
{
	struct weir_sse_callbacks callbacks = { .event = on_event };
	struct run run;

	run_begin(&run, 0);
	weir_sse_parser_init(&run.parser, &callbacks, &run, 0);
	run_push(&run, TEXT(": hi\nretry: 3\ndata: x\n\n"));
	assert_run(&run, TEXT("message{x} last="));
}

/* limits */

Test(sse_parser, event_of_exactly_the_maximum_passes)
{
	ASSERT_LIMITED(8, "data:12345678\n\n", "message{12345678} last=");
	ASSERT_LIMITED(8, "data:1234\ndata:678\n\n", "message{1234\n678} last=");
	ASSERT_LIMITED(8, "event:123\nid:45\ndata:678\n\n", "123{678}45 last=45");
}

Test(sse_parser, oversized_event_is_reported_once_and_the_next_one_delivered)
{
	ASSERT_LIMITED(8, "data:123456789\n\ndata:ok\n\n", "!EMSGSIZE message{ok} last=");
	ASSERT_LIMITED(8, "data:1234\ndata:6789\ndata:more\nevent:x\n\ndata:ok\n\n", "!EMSGSIZE message{ok} last=");
	ASSERT_LIMITED(4, "data\ndata\ndata\ndata\ndata\ndata\ndata\n\ndata:ok\n\n", "!EMSGSIZE message{ok} last=");
	ASSERT_LIMITED(4, "event:12345\ndata\n\ndata:ok\n\n", "!EMSGSIZE message{ok} last=");
}

Test(sse_parser, id_and_retry_of_an_oversized_event_still_count)
{
	ASSERT_LIMITED(8, "id:1\ndata:123456789\n\ndata:ok\n\n", "!EMSGSIZE message{ok}1 last=1");
	ASSERT_LIMITED(
		8, "data:123456789\nid:2\n:c\nretry:3\n\ndata:ok\n\n", "!EMSGSIZE # retry=3 message{ok}2 last=2");
}

Test(sse_parser, oversized_id_is_ignored_and_its_event_lost)
{
	ASSERT_LIMITED(8, "id:1\n\nid:123456789\ndata:x\n\ndata:ok\n\n", "!EMSGSIZE message{ok}1 last=1");
	ASSERT_LIMITED(8, "data:123456789\nid:123456789\n\ndata:ok\n\n", "!EMSGSIZE message{ok} last=");
}

Test(sse_parser, comments_and_unknown_fields_have_no_limit)
{
	ASSERT_LIMITED(2, ":123456789\nfoo: 123456789\nfoobarfoobarfoobar\ndata:ok\n\n", "# message{ok} last=");
}

Test(sse_parser, oversized_event_error_says_size_and_limit)
{
	struct run run;
	size_t consumed;

	run_begin(&run, 8);
	cr_assert_eq(weir_sse_parser_push(&run.parser, TEXT("data:123456789012"), &consumed), -EMSGSIZE);
	cr_assert_eq(consumed, 17);
	cr_assert_str_eq(run.parser.message, "event is too large: 12 bytes so far, limit 8");
	assert_run(&run, TEXT("last= unfinished"));
}

Test(sse_parser, megabytes_without_line_end_keep_no_more_than_the_maximum)
{
	static const char *const starts[] = { "data:", "id:", "event:", ":", "unknown:", "retry:", "" };

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		struct run run;
		char piece[4096];

		memset(piece, '7', sizeof piece);
		run_begin(&run, 1u << 16);
		run_push(&run, starts[i], strlen(starts[i]));
		for (int n = 0; n < 1024; n++)
			run_push(&run, piece, sizeof piece);
		cr_assert_leq(run.parser.data.capacity + run.parser.type.capacity + run.parser.incoming_id.capacity,
			1u << 18);
		run_push(&run, TEXT("\n\ndata:ok\n\n"));
		run_end(&run);
		cr_assert(strstr(run.log, "message{ok} last="), "%s", run.log);
		cr_assert_eq(strstr(run.log, "!EMSGSIZE") != NULL, i < 3);
		free(run.log);
	}
}

Test(sse_parser, ill_formed_bytes_make_an_event_at_most_three_times_as_long)
{
	struct run run;

	run_begin(&run, 1000);
	run_push(&run, TEXT("data:"));
	for (int i = 0; i < 1000; i++)
		run_push(&run, "\xFF", 1);
	run_push(&run, TEXT("\n\n"));
	run_end(&run);
	cr_assert_eq(run.log_length, strlen("message{} last=") + 3000);
	free(run.log);
}

static double seconds_for(size_t length, size_t piece_length, const char *pattern)
{
	struct run run;
	char *stream = malloc(length);
	size_t pattern_length = strlen(pattern);
	clock_t start;

	for (size_t i = 0; i < length; i++)
		stream[i] = pattern[i % pattern_length];
	run_begin(&run, length);
	run_push(&run, TEXT("data:"));
	start = clock();
	for (size_t at = 0; at < length; at += piece_length)
		run_push(&run, stream + at, length - at < piece_length ? length - at : piece_length);
	start = clock() - start;
	run_end(&run);
	free(run.log);
	free(stream);
	return (double)start / CLOCKS_PER_SEC;
}

/* Each is 4 MiB: milliseconds if linear, minutes if quadratic. */
Test(sse_parser, tiny_pieces_and_tiny_lines_take_linear_time)
{
	cr_assert_lt(seconds_for(4u << 20, 1, "x"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 3, "x\ndata:"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 4u << 20, "\ndata"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 4u << 20, "\r"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 4u << 20, "\n"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 1, "\nid:1"), 10.0);
	cr_assert_lt(seconds_for(4u << 20, 2, "\xFF\ndata:\xFF"), 10.0);
}

/* allocation */

static long allocations_until_failure;

static void *fail_one(void *memory, size_t size, void *context)
{
	(void)context;
	return allocations_until_failure-- == 0 ? NULL : realloc(memory, size);
}

static void give_back(void *memory, void *context)
{
	(void)context;
	free(memory);
}

/* Whatever fails, exactly one event is lost, and it is reported. */
Test(sse_parser, each_failed_allocation_costs_one_event)
{
	static const char stream[] =
		"id:1\nevent:e\ndata:a\ndata:b\n\ndata:\xFF\n\n"
		"id:2\nevent:a type that is longer than the smallest buffer, which is 64 bytes\ndata:c\n\n";
	static const char expected_start[] = "!ENOMEM ";
	int failures = 0;

	for (size_t piece = 1; piece < sizeof stream; piece += 3)
		for (long failing = 0; failing < 40; failing++) {
			struct run run;
			int events = 0;

			run_begin(&run, 0);
			allocations_until_failure = failing;
			weir_set_allocator(&(struct weir_allocator){ .reallocate = fail_one, .deallocate = give_back });
			for (size_t at = 0; at < sizeof stream - 1; at += piece)
				run_push(&run, stream + at,
					sizeof stream - 1 - at < piece ? sizeof stream - 1 - at : piece);
			weir_set_allocator(NULL);
			run_end(&run);
			for (const char *at = run.log; (at = strchr(at, '{')); at++)
				events++;
			if (strstr(run.log, expected_start)) {
				failures++;
				cr_assert_eq(events, 2, "%s", run.log);
			} else {
				cr_assert_str_eq(run.log,
					"e{a\nb}1 message{\xEF\xBF\xBD}1 "
					"a type that is longer than the smallest buffer, which is 64 bytes{c}2 last=2");
			}
			free(run.log);
		}
	cr_assert_gt(failures, 20);
}

/* A stream of everything at once, too long for all pairs: each position, and all piece lengths. */
Test(sse_parser, every_piece_length_gives_the_same_events)
{
	static const char stream[] =
		BOM ": welcome\r\n\r\nretry: 2500\r\n\r\nid: \xE2\x82\xAC-1\r\nevent: add\r\ndata: {\"a\":\r\n"
		    "data: 1}\r\n\r\ndata: caf\xC3\xA9 \xF0\x9F\x98\x80\r\rdata\rdata\r\rid: \0\rid: 2\r\n\n"
		    "event: bad \xF0\x9F\ndata: \xE2\x28\xA1\n\n:\n\nid\ndata: no id\n\nfoo: bar\nfoo\ndata:"
		    "x\nunknown\xFF: y\nretry: 10x\nretry: 99999999999999999999\n\r\n\r\ndata: tail\n";
	static const char expected[] =
		"# retry=2500 add{{\"a\":\n1}}\xE2\x82\xAC-1 message{caf\xC3\xA9 \xF0\x9F\x98\x80}\xE2\x82\xAC-1 "
		"message{\n}\xE2\x82\xAC-1 bad \xEF\xBF\xBD{\xEF\xBF\xBD(\xEF\xBF\xBD}2 # message{no id} "
		"retry=86400000 message{x} last= unfinished";

	assert_stream_limited(0, TEXT(stream), TEXT(expected));
	for (size_t piece = 2; piece < sizeof stream; piece++) {
		struct run run;

		run_begin(&run, 0);
		for (size_t at = 0; at < sizeof stream - 1; at += piece)
			run_push(&run, stream + at, sizeof stream - 1 - at < piece ? sizeof stream - 1 - at : piece);
		assert_run(&run, TEXT(expected));
	}
}
