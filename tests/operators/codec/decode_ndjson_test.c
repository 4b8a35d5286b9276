/* decode_ndjson: one value per line, however the bytes are cut. */
#include <errno.h>

#include <weir/codec.h>

#include "chunks.h"
#include "kit/conformance.h"

/* The array begins in every second chunk and ends in the next. */
static weir_value chunk_for(weir_value number, void *context)
{
	int64_t n = weir_as_int(number);

	(void)context;
	return weir_string_format(
		"%s{\"number\":%d}\r\n\n%s", n % 2 == 1 && n > 1 ? "2]\n" : "", (int)n, n % 2 == 0 ? "[1," : "");
}

static weir_observable *build(weir_observable *source)
{
	source = weir_map(source, chunk_for, NULL);
	/* In a library without JSON the lines are what there is to try. */
	return json_is_there() ? weir_decode_ndjson(source, NULL) : weir_lines(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "decode_ndjson", .build = build };

static void skip_without_json(void)
{
	if (!json_is_there())
		cr_skip_test("this library was built without JSON");
}

TestSuite(decode_ndjson, .init = skip_without_json);

static const char text[] = "{\"a\":1}\n\r\n\n\"\xc3\xa9\\n\"\r\n3\n[4,\n[5]";

Test(decode_ndjson, lines_however_they_are_cut)
{
	static const char expected[] = "{\"a\": 1} \"\xc3\xa9\\u000a\" 3 #WEIR_ETRUNCATED: line 1, column 3: "
				       "']' expected near end of file";

	for (size_t first = 0; first < sizeof text; first++)
		for (size_t second = first; second < sizeof text; second++)
			COLLECTS(weir_decode_ndjson(cut_at(text, sizeof text - 1, first, second), NULL), expected);
	COLLECTS(weir_decode_ndjson(bytewise(text, sizeof text - 1), NULL), expected);
}

Test(decode_ndjson, bad_lines_do_not_kill_the_feed)
{
	struct weir_decode_ndjson_options options = { .bad_items = { .policy = WEIR_BAD_ITEM_SKIPPED } };

	COLLECTS(weir_decode_ndjson(bytewise(text, sizeof text - 1), &options),
		"{\"a\": 1} \"\xc3\xa9\\u000a\" 3 "
		"(decode_json drops line 1, column 3: ']' expected near end of file) [5] |");
	options.max_line_length = 4;
	COLLECTS(weir_decode_ndjson(bytewise(text, sizeof text - 1), &options),
		"(lines drops line 1 is too long: 5 bytes so far, limit 4) "
		"(lines drops line 4 is too long: 5 bytes so far, limit 4) 3 "
		"(decode_json drops line 1, column 3: ']' expected near end of file) [5] |");
}

Test(decode_ndjson, partial_last_line_is_a_value_or_an_error)
{
	struct weir_decode_ndjson_options options = { .rejects_partial_last_line = true };

	COLLECTS(weir_decode_ndjson(bytewise(BYTES("1\n2")), NULL), "1 2 |");
	COLLECTS(weir_decode_ndjson(bytewise(BYTES("1\n2")), &options),
		"1 #WEIR_ETRUNCATED: the input ended inside line 2, after 1 bytes of it");
	/* Whatever becomes of bad items: the connection was cut. */
	options.bad_items.policy = WEIR_BAD_ITEM_SKIPPED;
	COLLECTS(weir_decode_ndjson(bytewise(BYTES("1\n2")), &options),
		"1 #WEIR_ETRUNCATED: the input ended inside line 2, after 1 bytes of it");
}

Test(decode_ndjson, text_that_is_not_utf8_is_bad)
{
	COLLECTS(weir_decode_ndjson(bytewise(BYTES("1\n\"\xff\"\n2\n")),
			 &(struct weir_decode_ndjson_options){ .bad_items = { .policy = WEIR_BAD_ITEM_SKIPPED } }),
		"1 (decode_json drops line 1, column 1: unable to decode byte 0xff near '\"') 2 |");
}

Test(decode_ndjson, limits_reach_the_parser)
{
	COLLECTS(weir_decode_ndjson(bytewise(BYTES("[1]\n[[2]]\n")),
			 &(struct weir_decode_ndjson_options){ .json = { .max_depth = 1 } }),
		"[1] #WEIR_ELIMIT: line 1, byte 2 of it: what begins here with '[' is nested deeper than max_depth, 1 "
		"levels");
}
