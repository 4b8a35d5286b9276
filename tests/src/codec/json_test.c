/* weir_parse_json: RFC 8259, the edges of jansson, limits, memory. Skipped in a library without JSON. */
#include "codec_test.h"

#include <locale.h>

#include "kit/faults.h"

#define PARSE(literal) weir_parse_json(BYTES(literal), NULL)
#define PARSE_WITH(literal, ...) weir_parse_json(BYTES(literal), &(struct weir_json_options){ __VA_ARGS__ })

static bool json_is_there(void)
{
	weir_value value = PARSE("1");
	bool is_there = !weir_is_error(value);

	if (!is_there)
		FAILS(weir_retain(value), ENOTSUP, "built without JSON");
	weir_release(value);
	return is_there;
}

static void skip_without_json(void)
{
	if (!json_is_there())
		cr_skip_test("this library was built without JSON");
}

TestSuite(json, .init = skip_without_json);

Test(json, every_kind_of_value)
{
	IS(PARSE("null"), "nil");
	IS(PARSE("true"), "true");
	IS(PARSE("false"), "false");
	IS(PARSE("0"), "0");
	IS(PARSE("-0"), "0");
	IS(PARSE("-12"), "-12");
	IS(PARSE("1.5"), "1.5");
	IS(PARSE("1e2"), "100");
	IS(PARSE("\"text\""), "\"text\"");
	IS(PARSE("\"\""), "\"\"");
	IS(PARSE("[]"), "[]");
	IS(PARSE("{}"), "{}");
	IS(PARSE(" [ 1 , [ ] , { \"a\" : null } ]\r\n\t"), "[1, [], {\"a\": nil}]");
}

Test(json, kinds_of_numbers)
{
	weir_value value = PARSE("[1, 1.0, 1e0, 9223372036854775807, -9223372036854775808]");

	cr_assert_eq(weir_kind(weir_at(value, 0)), WEIR_KIND_INT);
	cr_assert_eq(weir_kind(weir_at(value, 1)), WEIR_KIND_DOUBLE);
	cr_assert_eq(weir_kind(weir_at(value, 2)), WEIR_KIND_DOUBLE);
	cr_assert_eq(weir_as_int(weir_at(value, 3)), INT64_MAX);
	cr_assert_eq(weir_as_int(weir_at(value, 4)), INT64_MIN);
	weir_release(value);
}

Test(json, escapes)
{
	IS(PARSE("\"\\u00e9\\ud83c\\udf0a\\/\""), "\"\xc3\xa9\xf0\x9f\x8c\x8a/\"");

	weir_value value = PARSE("\"\\\"\\\\\\b\\f\\n\\r\\t\"");

	cr_assert(weir_is_string(value, "\"\\\b\f\n\r\t"));
	weir_release(value);
}

Test(json, members_keep_their_order)
{
	IS(PARSE("{\"z\":1,\"a\":2,\"m\":{\"y\":3,\"b\":4}}"), "{\"z\": 1, \"a\": 2, \"m\": {\"y\": 3, \"b\": 4}}");
}

Test(json, byte_order_mark_is_ignored_at_the_beginning_only)
{
	IS(PARSE("\xef\xbb\xbf[1]"), "[1]");
	FAILS(PARSE("[\xef\xbb\xbf"
		    "1]"),
		WEIR_ESYNTAX, "");
	FAILS(PARSE("\xef\xbb\xbf"), WEIR_ETRUNCATED, "the text is empty");
}

Test(json, malformed_texts)
{
	static const char *const texts[] = { "nul", "True", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{'a':1}",
		"{\"a\" 1}", "{1:2}", "[1 2]", "01", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "NaN", "Infinity",
		"-Infinity", "'a'", "\"a\nb\"",
		("\"a\x01"
		 "b\""),
		"\"\\x41\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "[1]]", "[1] 2", "1 2",
		"// c\n1", "/* c */1", "{\"a\":1]", "[1}", "]", "}", ":", ",", "\xff", "[\"\xff\"]", "[\"\xc0\xaf\"]",
		"[\"\xed\xa0\x80\"]", "[\"\xf4\x90\x80\x80\"]", "[\"\xc3\"]", "\xc2\xa0[1]", "[1]\x0c" };

	for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) {
		weir_value value = weir_parse_json(texts[index], strlen(texts[index]), NULL);

		cr_assert(weir_is_error(value), "%s was accepted", texts[index]);

		int code = weir_error_code(weir_as_error(value));

		/* "1e" may go on. */
		cr_assert(code == WEIR_ESYNTAX || code == WEIR_ETRUNCATED, "%s: %s", texts[index],
			weir_error_message(weir_as_error(value)));
		weir_release(value);
	}
	FAILS(PARSE("\0"), WEIR_ESYNTAX, "");
	FAILS(PARSE("[1]\0"), WEIR_ESYNTAX, "");
	FAILS(PARSE("\"a\0b\""), WEIR_ESYNTAX, "");
}

Test(json, truncated_at_every_byte)
{
	static const char text[] = "{\"a\":[1.5,true,null,\"\\u00e9\xc3\xa9\"],\"b\":{}}";

	for (size_t length = 0; length < sizeof text - 1; length++) {
		weir_value value = weir_parse_json(text, length, NULL);

		cr_assert(weir_is_error(value), "%zu bytes", length);
		weir_release(value);
	}
	IS(PARSE(""), "the text is empty (WEIR_ETRUNCATED)");
	FAILS(PARSE("[1"), WEIR_ETRUNCATED, "']' expected near end of file");
	FAILS(PARSE("{\"a\":"), WEIR_ETRUNCATED, "");
	FAILS(PARSE("  "), WEIR_ETRUNCATED, "");
}

Test(json, messages_say_where_and_show_the_text_there)
{
	FAILS(PARSE("[1,\n 2,\n nope]"), WEIR_ESYNTAX, "line 3, column 5: invalid token near 'nope'");
	FAILS(PARSE("[1, \"a long text that stands before\" 2]"), WEIR_ESYNTAX,
		"line 1, column 38: ']' expected near '2'");
	FAILS(PARSE("{\"key\": \"broken \xff here\"}"), WEIR_ESYNTAX, "0xff");
	FAILS(PARSE("\xff rest"), WEIR_ESYNTAX, "unable to decode byte 0xff near '\xef\xbf\xbd rest'");
	FAILS(PARSE("[1,\0]"), WEIR_ESYNTAX, "line 1, column 4: invalid token near '[1, ]'");
	FAILS(PARSE("[\"a\tb\"]"), WEIR_ESYNTAX, "control character 0x9");
	FAILS(PARSE("[12345678901234567890123]"), ERANGE, "too big integer near '[12345678901234567890123]'");
}

Test(json, numbers_out_of_range)
{
	FAILS(PARSE("9223372036854775808"), ERANGE, "too big integer near '9223372036854775808'");
	FAILS(PARSE("-9223372036854775809"), ERANGE, "too big negative integer near '-9223372036854775809'");
	FAILS(PARSE("18446744073709551615"), ERANGE, "too big integer");
	FAILS(PARSE("1e400"), ERANGE, "real number overflow near '1e400'");
	FAILS(PARSE("[-1e400]"), ERANGE, "real number overflow");
	/* Too small is nothing. */
	IS(PARSE("1e-400"), "0");
}

#define ROUNDS .rounds_big_integers = true

Test(json, big_integers_become_doubles_on_request)
{
	IS(PARSE_WITH("9223372036854775808", ROUNDS), "9.22337203685478e+18");
	IS(PARSE_WITH("-9223372036854775809", ROUNDS), "-9.22337203685478e+18");
	IS(PARSE_WITH("[9223372036854775807, -9223372036854775808, 9999999999999999999, 1]", ROUNDS),
		"[9223372036854775807, -9223372036854775808, 1e+19, 1]");
	IS(PARSE_WITH("{\"12345678901234567890\": 12345678901234567890}", ROUNDS),
		"{\"12345678901234567890\": 1.23456789012346e+19}");
	IS(PARSE_WITH("[\"a \\\" 12345678901234567890\", 123456789012345678901234567890]", ROUNDS),
		"[\"a \\\" 12345678901234567890\", 1.23456789012346e+29]");
	IS(PARSE_WITH("[12345678901234567890.5, 12345678901234567890e2, 1]", ROUNDS),
		"[1.23456789012346e+19, 1.23456789012346e+21, 1]");
	FAILS(PARSE_WITH("[00000000000000000000000001]", ROUNDS), WEIR_ESYNTAX, "");
	FAILS(PARSE_WITH("[--12345678901234567890]", ROUNDS), WEIR_ESYNTAX, "");

	char digits[401];

	memset(digits, '9', sizeof digits);
	FAILS(weir_parse_json(digits, sizeof digits, &(struct weir_json_options){ ROUNDS }), ERANGE, "overflow");
}

Test(json, key_that_occurs_twice)
{
	IS(PARSE("{\"a\":1,\"b\":2,\"a\":3}"), "{\"a\": 3, \"b\": 2}");
	FAILS(PARSE_WITH("{\"a\":1,\"b\":2,\"a\":3}", .rejects_duplicate_keys = true), WEIR_ESYNTAX,
		"duplicate object key near '\"a\"'");
	IS(PARSE_WITH("[{\"a\":1},{\"a\":{\"a\":2}}]", .rejects_duplicate_keys = true),
		"[{\"a\": 1}, {\"a\": {\"a\": 2}}]");
}

Test(json, nul_is_accepted_on_request)
{
	FAILS(PARSE("[\"a\\u0000b\"]"), WEIR_ESYNTAX, "accepts_nul is not set");

	weir_value value = PARSE_WITH("\"a\\u0000b\"", .accepts_nul = true);

	cr_assert_eq(weir_length(value), 3);
	cr_assert_arr_eq(weir_as_str(value, NULL), "a\0b", 3);
	weir_release(value);
	FAILS(PARSE_WITH("{\"a\\u0000b\":1}", .accepts_nul = true), WEIR_ESYNTAX, "NUL byte in object key");
	FAILS(PARSE_WITH("\"a\0b\"", .accepts_nul = true), WEIR_ESYNTAX, "");
}

static weir_value nested(size_t depth, unsigned max_depth, const char *open, const char *close)
{
	char *text = malloc(8 * (depth + 1));
	char *end = text;

	if (text == NULL)
		return weir_nil();
	for (size_t index = 0; index < depth; index++)
		end = stpcpy(end, open);
	end = stpcpy(end, "1");
	for (size_t index = 0; index < depth; index++)
		end = stpcpy(end, close);

	weir_value value =
		weir_parse_json(text, (size_t)(end - text), &(struct weir_json_options){ .max_depth = max_depth });

	free(text);
	return value;
}

Test(json, depth_is_limited_before_anything_is_parsed)
{
	weir_release(nested(WEIR_DEFAULT_MAX_DEPTH, 0, "[", "]"));
	FAILS(nested(WEIR_DEFAULT_MAX_DEPTH + 1, 0, "[", "]"), WEIR_ELIMIT,
		"line 1, byte 65 of it: what begins here with '[' is nested deeper than max_depth, 64 levels");
	FAILS(nested(3, 2, "{\"a\":", "}"), WEIR_ELIMIT, "line 1, byte 11 of it: what begins here with '{'");
	FAILS(nested(3, 2, "[\n", "]"), WEIR_ELIMIT, "line 3, byte 1 of it");

	weir_value deepest = nested(WEIR_MAX_DEPTH, WEIR_MAX_DEPTH, "[", "]");

	cr_assert(!weir_is_error(deepest));
	weir_release(deepest);
	FAILS(nested(WEIR_MAX_DEPTH + 1, WEIR_MAX_DEPTH, "[", "]"), WEIR_ELIMIT, "512 levels");
	FAILS(nested(1, WEIR_MAX_DEPTH + 1, "[", "]"), EINVAL, "max_depth is at most 512, not 513");
	watch_requests();
	FAILS(nested(1000000, 0, "[", "]"), WEIR_ELIMIT, "");
	cr_assert_lt(largest_request, 1024);
}

Test(json, brackets_in_strings_do_not_nest)
{
	IS(PARSE_WITH("[\"[[[{\\\"[[\", \"\\\\\", \"]\"]", .max_depth = 1), "[\"[[[{\\\"[[\", \"\\\\\", \"]\"]");
	IS(PARSE_WITH("[[],[],{}]", .max_depth = 2), "[[], [], {}]");
}

Test(json, size_is_limited)
{
	IS(PARSE_WITH("[1]", .max_size = 3), "[1]");
	FAILS(PARSE_WITH("[1] ", .max_size = 3), WEIR_ELIMIT, "the text of 4 bytes is longer than max_size, 3 bytes");

	size_t length = WEIR_DEFAULT_MAX_SIZE + 1;
	char *text = malloc(length);

	memset(text, ' ', length);
	text[0] = '1';
	IS(weir_parse_json(text, length - 1, NULL), "1");
	FAILS(weir_parse_json(text, length, NULL), WEIR_ELIMIT, "max_size, 16777216 bytes");
	free(text);
}

/* Empty objects are what takes most memory by far per byte of text. */
Test(json, memory_of_the_tree_is_limited)
{
	size_t length = (size_t)3 << 20;
	char *text = malloc(length);

	for (size_t at = 0; at < length; at += 3)
		memcpy(text + at, "{},", 3);
	text[0] = '[';
	text[1] = ' ';
	text[2] = ' ';
	text[length - 1] = ']';
	FAILS(weir_parse_json(text, length, NULL), WEIR_ELIMIT,
		"parsing takes more memory than max_tree_size, 134217728 bytes");

	weir_value value =
		weir_parse_json(text, length, &(struct weir_json_options){ .max_tree_size = (size_t)1 << 30 });

	cr_assert_eq(weir_length(value), length / 3 - 1);
	weir_release(value);
	FAILS(weir_parse_json(text, length, &(struct weir_json_options){ .max_tree_size = 1 }), WEIR_ELIMIT,
		"max_tree_size, 1 bytes");
	/* What is on the stack anyway is not counted. */
	IS(weir_parse_json("[1]", 3, &(struct weir_json_options){ .max_tree_size = 1000 }), "[1]");
	free(text);
}

Test(json, document_is_one_allocation_and_small_texts_need_no_other)
{
	static const char text[] =
		"{\"type\":\"Feature\",\"properties\":{\"mag\":1.29,\"place\":\"10km SSW of Idyllwild, CA\","
		"\"time\":1388620296020,\"tz\":-480,\"felt\":null,\"sig\":26,\"ids\":\",ci11408890,\"},"
		"\"geometry\":{\"type\":\"Point\",\"coordinates\":[-116.7776667,33.6633333,11.008]}}";

	faults_install();
	weir_release(PARSE("[1]"));

	size_t live = faults_live_blocks();
	size_t before = faults_allocations();
	weir_value value = weir_parse_json(text, sizeof text - 1, NULL);

	cr_assert_eq(faults_allocations() - before, 1);
	cr_assert_eq(weir_as_int(weir_get(weir_get(value, "properties"), "time")), 1388620296020);
	weir_release(value);
	cr_assert_eq(faults_live_blocks(), live);
}

/* jansson alone would abort, or read beyond its buffer, when the text of a token cannot grow. */
Test(json, every_allocation_may_fail)
{
	enum {
		LENGTH = 60000,
	};
	char *text = malloc(LENGTH + 100);

	cr_assert_not_null(text);

	size_t length = (size_t)sprintf(text, "[\"");

	memset(text + length, 'x', LENGTH);
	length += LENGTH;
	length += (size_t)sprintf(text + length, "\", 123456789012345678901234567890, {\"a\":[]}]");
	faults_install();
	for (int from_then_on = 0; from_then_on <= 1; from_then_on++) {
		size_t live = faults_live_blocks();
		bool hit = true;

		for (size_t number = 1; hit; number++) {
			weir_memory_trim();
			if (from_then_on)
				faults_fail_from(number);
			else
				faults_fail_once(number);

			weir_value value = weir_parse_json(text, length, &(struct weir_json_options){ ROUNDS });

			faults_stop();
			hit = faults_hit();
			if (hit)
				FAILS(weir_retain(value), ENOMEM, "");
			else
				cr_assert(!weir_is_error(value));
			weir_release(value);
			cr_assert_eq(faults_live_blocks(), live);
		}
	}
	free(text);
}

Test(json, what_was_parsed_outlives_everything_else)
{
	char text[] = "{\"a\":[\"string\"]}";
	weir_value value = weir_parse_json(text, sizeof text - 1, NULL);
	weir_value string = weir_retain(weir_at(weir_get(value, "a"), 0));

	memset(text, 0, sizeof text);
	weir_release(value);
	IS(string, "\"string\"");
}

Test(json, numbers_are_read_the_same_in_every_locale)
{
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
		cr_skip_test("the locale de_DE.UTF-8 is not installed");
	IS(weir_parse_json("[1.5]", 5, NULL), "[1,5]");
}

Test(json, random_values_come_back_equal)
{
	uint64_t state = 5;
	int compared = 0;

	for (int round = 0; round < 20000; round++) {
		weir_value value = random_value(&state, 5);
		weir_value text = weir_format_json(value, NULL);

		/* What JSON has no form for was refused. */
		if (!weir_is_error(text)) {
			weir_value again = weir_parse_json(weir_as_str(text, NULL), weir_length(text),
				&(struct weir_json_options){ .accepts_nul = true });

			if (!weir_is_error(again)) {
				cr_assert(weir_equal(value, again), "%.*s", (int)weir_length(text),
					weir_as_str(text, NULL));
				compared++;
			} else {
				cr_assert_eq(weir_error_code(weir_as_error(again)), ERANGE, "%s",
					weir_error_message(weir_as_error(again)));
			}
			weir_release(again);
		}
		weir_release(text);
		weir_release(value);
	}
	cr_assert_gt(compared, 5000);
}
