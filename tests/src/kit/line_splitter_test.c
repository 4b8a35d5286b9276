/* Splitting pieces of bytes into lines. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/memory.h>

#include "kit/line_splitter.h"

struct log {
	FILE *file;
	char *text;
	size_t length;
	const char *last_bytes;
	int pauses_after; /* lines; 0: never */
};

static void open_log(struct log *log)
{
	*log = (struct log){ 0 };
	log->file = open_memstream(&log->text, &log->length);
}

static void assert_log(struct log *log, const char *expected)
{
	fclose(log->file);
	cr_assert_str_eq(log->text, expected);
	free(log->text);
}

static bool record(void *context, const char *bytes, size_t length)
{
	struct log *log = context;

	fputc('[', log->file);
	fwrite(bytes, 1, length, log->file);
	fputc(']', log->file);
	log->last_bytes = bytes;
	return log->pauses_after == 0 || --log->pauses_after > 0;
}

/* Pushes until all is taken; errors go to the log. */
static void push(struct weir_line_splitter *splitter, struct log *log, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t consumed;
		int result = weir_line_splitter_push(splitter, bytes, length, &consumed);

		if (result < 0)
			fprintf(log->file, "!%s@%llu", strerrorname_np(-result),
				(unsigned long long)splitter->line_number);
		cr_assert(consumed > 0 || result < 0, "stuck");
		bytes += consumed;
		length -= consumed;
	}
}

static void end(struct weir_line_splitter *splitter, struct log *log)
{
	int result = weir_line_splitter_end(splitter);

	if (result < 0)
		fprintf(log->file, "!%s", strerrorname_np(-result));
}

/* However the input is cut in three, and byte by byte. */
static void assert_lines(const struct weir_line_splitter_options *options, const char *input, const char *expected)
{
	size_t length = strlen(input);

	for (size_t first = 0; first <= length; first++)
		for (size_t second = first; second <= length; second++) {
			struct weir_line_splitter splitter;
			struct log log;

			open_log(&log);
			weir_line_splitter_init(&splitter, options, record, &log);
			push(&splitter, &log, input, first);
			push(&splitter, &log, input + first, second - first);
			push(&splitter, &log, input + second, length - second);
			end(&splitter, &log);
			weir_line_splitter_finish(&splitter);
			assert_log(&log, expected);
		}
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(&splitter, options, record, &log);
	for (size_t i = 0; i < length; i++)
		push(&splitter, &log, input + i, 1);
	end(&splitter, &log);
	weir_line_splitter_finish(&splitter);
	assert_log(&log, expected);
}

Test(line_splitter, lines_end_with_lf_or_crlf)
{
	assert_lines(NULL, "one\ntwo\r\nthree\n", "[one][two][three]");
}

Test(line_splitter, lone_cr_is_data)
{
	assert_lines(NULL, "a\rb\r\r\n\rc\n", "[a\rb\r][\rc]");
}

Test(line_splitter, blank_lines_are_delivered_by_default)
{
	assert_lines(NULL, "\n\r\na\n\n", "[][][a][]");
}

Test(line_splitter, blank_lines_are_skipped_on_request)
{
	assert_lines(&(struct weir_line_splitter_options){ .skips_blank_lines = true }, "\n\r\na\n \n\n", "[a][ ]");
}

Test(line_splitter, partial_last_line_is_delivered_by_default)
{
	assert_lines(NULL, "a\nb", "[a][b]");
	assert_lines(NULL, "a\nb\r", "[a][b]");
	assert_lines(NULL, "a\n", "[a]");
	assert_lines(NULL, "", "");
}

Test(line_splitter, partial_last_line_is_an_error_on_request)
{
	struct weir_line_splitter_options options = { .rejects_partial_last_line = true };

	assert_lines(&options, "a\nb", "[a]!EPROTO");
	assert_lines(&options, "a\nb\n", "[a][b]");
	assert_lines(&options, "", "");
}

Test(line_splitter, truncation_error_names_the_line_and_its_length)
{
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(
		&splitter, &(struct weir_line_splitter_options){ .rejects_partial_last_line = true }, record, &log);
	push(&splitter, &log, "a\n{\"b\":", 7);
	cr_assert_eq(weir_line_splitter_end(&splitter), -EPROTO);
	cr_assert_str_eq(splitter.message, "the input ended inside line 2, after 5 bytes of it");
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "[a]");
}

Test(line_splitter, line_of_exactly_the_maximum_passes_with_any_line_end)
{
	assert_lines(
		&(struct weir_line_splitter_options){ .max_line_length = 3 }, "abc\nabc\r\nabc", "[abc][abc][abc]");
}

Test(line_splitter, oversized_line_is_reported_once_and_the_next_one_is_delivered)
{
	struct weir_line_splitter_options options = { .max_line_length = 3 };

	assert_lines(&options, "ab\nabcd\nabc\n", "[ab]!EMSGSIZE@2[abc]");
	assert_lines(&options, "abcdefghijklm\r\nabc\nabcd", "!EMSGSIZE@1[abc]!EMSGSIZE@3");
	assert_lines(&options, "abc\r\r\nx\nabc\rd\n", "!EMSGSIZE@1[x]!EMSGSIZE@3");
}

Test(line_splitter, oversized_line_error_says_size_and_limit)
{
	struct weir_line_splitter splitter;
	struct log log;
	size_t consumed;

	open_log(&log);
	weir_line_splitter_init(&splitter, &(struct weir_line_splitter_options){ .max_line_length = 4 }, record, &log);
	cr_assert_eq(weir_line_splitter_push(&splitter, "123456", 6, &consumed), -EMSGSIZE);
	cr_assert_eq(consumed, 6);
	cr_assert_str_eq(splitter.message, "line 1 is too long: 6 bytes so far, limit 4");
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "");
}

Test(line_splitter, megabyte_without_line_end_keeps_no_more_than_the_maximum)
{
	struct weir_line_splitter splitter;
	struct log log;
	char piece[1024];

	memset(piece, 'x', sizeof piece);
	open_log(&log);
	weir_line_splitter_init(
		&splitter, &(struct weir_line_splitter_options){ .max_line_length = 4096 }, record, &log);
	for (int i = 0; i < 1024; i++)
		push(&splitter, &log, piece, sizeof piece);
	cr_assert_leq(splitter.partial.capacity, 8192);
	push(&splitter, &log, "\nnext\n", 6);
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "!EMSGSIZE@1[next]");
}

Test(line_splitter, line_inside_one_piece_is_not_copied)
{
	static const char input[] = "one\ntwo\n";
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(&splitter, NULL, record, &log);
	push(&splitter, &log, input, sizeof input - 1);
	cr_assert_eq(log.last_bytes, input + 4);
	cr_assert_null(splitter.partial.bytes);
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "[one][two]");
}

Test(line_splitter, false_from_the_callback_pauses_behind_its_line)
{
	static const char input[] = "one\ntwo\nthree\n";
	struct weir_line_splitter splitter;
	struct log log;
	size_t consumed;

	open_log(&log);
	log.pauses_after = 2;
	weir_line_splitter_init(&splitter, NULL, record, &log);
	cr_assert_eq(weir_line_splitter_push(&splitter, input, sizeof input - 1, &consumed), 0);
	cr_assert_eq(consumed, 8);
	push(&splitter, &log, input + consumed, sizeof input - 1 - consumed);
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "[one][two][three]");
}

Test(line_splitter, nul_bytes_are_data)
{
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(&splitter, NULL, record, &log);
	push(&splitter, &log, "a\0b\n\0", 5);
	push(&splitter, &log, "\0\n", 2);
	weir_line_splitter_finish(&splitter);
	fclose(log.file);
	cr_assert_eq(log.length, 9);
	cr_assert_arr_eq(log.text, "[a\0b][\0\0]", 9);
	free(log.text);
}

Test(line_splitter, reset_forgets_the_partial_line)
{
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(&splitter, NULL, record, &log);
	push(&splitter, &log, "lost", 4);
	weir_line_splitter_reset(&splitter);
	push(&splitter, &log, "kept\n", 5);
	cr_assert_eq(splitter.line_number, 1);
	weir_line_splitter_finish(&splitter);
	assert_log(&log, "[kept]");
}

Test(line_splitter, long_line_byte_by_byte_takes_linear_time)
{
	struct weir_line_splitter splitter;
	struct log log;
	clock_t start = clock();

	open_log(&log);
	weir_line_splitter_init(
		&splitter, &(struct weir_line_splitter_options){ .max_line_length = 8u << 20 }, record, &log);
	for (size_t i = 0; i < 4u << 20; i++)
		push(&splitter, &log, "x", 1);
	push(&splitter, &log, "\n", 1);
	weir_line_splitter_finish(&splitter);
	fclose(log.file);
	cr_assert_eq(log.length, (4u << 20) + 2);
	cr_assert_lt((double)(clock() - start) / CLOCKS_PER_SEC, 10.0);
	free(log.text);
}

static void *refuse_memory(void *memory, size_t size, void *context)
{
	(void)memory, (void)size, (void)context;
	return NULL;
}

static void give_back(void *memory, void *context)
{
	(void)context;
	free(memory);
}

Test(line_splitter, failed_allocation_costs_one_line)
{
	struct weir_line_splitter splitter;
	struct log log;

	open_log(&log);
	weir_line_splitter_init(&splitter, NULL, record, &log);
	weir_set_allocator(&(struct weir_allocator){ .reallocate = refuse_memory, .deallocate = give_back });
	push(&splitter, &log, "whole\nhal", 9);
	push(&splitter, &log, "f\nwhole again\n", 14);
	weir_line_splitter_finish(&splitter);
	weir_set_allocator(NULL);
	assert_log(&log, "[whole]!ENOMEM@2[whole again]");
}
