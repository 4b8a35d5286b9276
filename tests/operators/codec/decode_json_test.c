/* decode_json: the value of each text, and what becomes of bad ones. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/filtering.h>

#include "chunks.h"
#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_value text_of(weir_value number, void *context)
{
	(void)context;
	return weir_string_format("{\"number\":%d,\"list\":[1,\"x\"]}", (int)weir_as_int(number));
}

static weir_observable *build(weir_observable *source)
{
	source = weir_map(source, text_of, NULL);
	/* In a library without JSON there is nothing else to try. */
	return json_is_there() ? weir_decode_json(source, NULL) : source;
}

const struct conformance_subject conformance_subject = { .name = "decode_json", .build = build };

static void skip_without_json(void)
{
	if (!json_is_there())
		cr_skip_test("this library was built without JSON");
}

TestSuite(decode_json, .init = skip_without_json);

static weir_observable *texts(void)
{
	return weir_of((weir_value[]){ weir_string("[1,2]"), weir_string("[1,"), weir_bin("{\"a\":true}", 10),
			       weir_int(7), weir_string("3") },
		5);
}

static weir_observable *decode(struct weir_bad_items bad_items)
{
	return weir_decode_json(texts(), &(struct weir_decode_json_options){ .bad_items = bad_items });
}

Test(decode_json, makes_of_each_text_its_value)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'a', weir_string("[1,2]"));
	weir_test_bind(test, 'b', weir_bin("5", 1));
	weir_test_bind(test, 'A', weir_make_array((weir_value[]){ weir_int(1), weir_int(2) }, 2));
	weir_test_expect(test, weir_decode_json(weir_test_cold(test, "-a--b-|"), NULL), "-A--5-|");
	weir_test_expect(test, weir_decode_json(weir_test_cold(test, "-b-#"), NULL), "-5-#");
	MARBLES_OK(test);
}

Test(decode_json, bad_item_ends_the_stream_by_default)
{
	COLLECTS(decode((struct weir_bad_items){ 0 }),
		"[1, 2] #WEIR_ETRUNCATED: line 1, column 3: ']' expected near end of file");

	weir_test *test = weir_test_new();

	weir_test_bind(test, 'b', weir_string("nope"));

	weir_observable *source = weir_test_cold(test, "-1-|");
	weir_observable *bad = weir_test_cold(test, "-b-b-|");

	weir_test_bind_error(test, EINVAL, "JSON is decoded from a str or bin, not from kind int");
	weir_test_expect(test, weir_decode_json(source, NULL), "-#");
	weir_test_bind_error(test, WEIR_ESYNTAX, "line 1, column 4: invalid token near 'nope'");
	weir_test_expect(test, weir_decode_json(bad, NULL), "-#");
	weir_test_expect_subscriptions(test, bad, "^!");
	MARBLES_OK(test);
}

Test(decode_json, skipped_items_are_reported_to_the_loop)
{
	COLLECTS(decode((struct weir_bad_items){ .policy = WEIR_BAD_ITEM_SKIPPED }),
		"[1, 2] (decode_json drops line 1, column 3: ']' expected near end of file) {\"a\": true} "
		"(decode_json drops JSON is decoded from a str or bin, not from kind int) 3 |");
}

static void report(weir_value input, const weir_error *error, void *context)
{
	FILE *file = context;
	char text[64];

	weir_print(input, text, sizeof text);
	fprintf(file, "%s: %s; ", text, weir_error_code_name(weir_error_code(error)));
}

Test(decode_json, skipped_items_are_reported_to_the_callback_instead)
{
	char text[256];
	FILE *file = fmemopen(text, sizeof text, "w");

	COLLECTS(decode((struct weir_bad_items){ .policy = WEIR_BAD_ITEM_SKIPPED, .report = report, .context = file }),
		"[1, 2] {\"a\": true} 3 |");
	fclose(file);
	cr_assert_str_eq(text, "\"[1,\": WEIR_ETRUNCATED; 7: EINVAL; ");
}

Test(decode_json, bad_items_are_emitted_on_request)
{
	COLLECTS(decode((struct weir_bad_items){ .policy = WEIR_BAD_ITEM_EMITTED }),
		"[1, 2] {\"error\": \"line 1, column 3: ']' expected near end of file\", \"code\": "
		"\"WEIR_ETRUNCATED\", "
		"\"input\": \"[1,\"} {\"a\": true} {\"error\": \"JSON is decoded from a str or bin, not from kind "
		"int\", "
		"\"code\": \"EINVAL\", \"input\": 7} 3 |");
}

static void ignore(weir_value input, const weir_error *error, void *context)
{
	(void)input;
	(void)error;
	(void)context;
}

Test(decode_json, skipped_item_is_requested_again)
{
	struct recorder recorder;

	record(&recorder, decode((struct weir_bad_items){ .policy = WEIR_BAD_ITEM_SKIPPED, .report = ignore }), 2);
	record_run(&recorder, weir_ms(1));
	weir_request(recorder.subscription, 1);
	record_run(&recorder, weir_ms(1));
	RECORDED(&recorder, "[1, 2]@0ms {\"a\": true}@0ms 3@1ms |@1ms");
}

static void cancel_it(weir_value input, const weir_error *error, void *context)
{
	(void)input;
	(void)error;
	weir_cancel(((struct recorder *)context)->subscription);
}

Test(decode_json, report_may_cancel)
{
	struct recorder recorder;

	/* The subscription is known when the first item is asked for. */
	record(&recorder,
		decode((struct weir_bad_items){
			.policy = WEIR_BAD_ITEM_SKIPPED, .report = cancel_it, .context = &recorder }),
		0);
	weir_request(recorder.subscription, WEIR_UNBOUNDED);
	RECORDED(&recorder, "[1, 2]@0ms");
}

Test(decode_json, limits_are_those_of_the_parser)
{
	weir_value texts[] = { weir_string("[1]"), weir_string("[[1]]") };

	COLLECTS(weir_decode_json(weir_of(texts, 2), &(struct weir_decode_json_options){ .json = { .max_depth = 1 } }),
		"[1] #WEIR_ELIMIT: line 1, byte 2 of it: what begins here with '[' is nested deeper than max_depth, 1 "
		"levels");
	COLLECTS(weir_decode_json(weir_range(1, 3), &(struct weir_decode_json_options){ .json = { .max_depth = 513 } }),
		"#EINVAL: max_depth is at most 512, not 513");
}

Test(decode_json, error_names_the_stage)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct recorder recorder;

	record_on(&recorder, loop, weir_take(weir_decode_json(weir_just(weir_string("]")), NULL), 1), 1);
	weir_loop_free(loop);
	cr_assert_not_null(strstr(recorder.message, "near ']'"));
	weir_subscription_unref(recorder.subscription);
}
