/* weir_format_json: what every kind becomes, and what has no form. */
#include "codec_test.h"

#include <locale.h>
#include <math.h>

#include "kit/faults.h"

/* Consumes `value`. */
#define FORMATS(value, text) assert_formats(value, NULL, text, __LINE__)
#define FORMATS_WITH(value, text, ...) \
	assert_formats(value, &(struct weir_json_format_options){ __VA_ARGS__ }, text, __LINE__)

static void assert_formats(weir_value value, const struct weir_json_format_options *options, const char *text, int line)
{
	weir_value formatted = weir_format_json(value, options);

	cr_assert(!weir_is_error(formatted), "line %d: %s", line, weir_error_message(weir_as_error(formatted)));
	cr_assert_eq(weir_kind(formatted), WEIR_KIND_STR);
	cr_assert(weir_is_string(formatted, text), "line %d: it is %.*s", line, (int)weir_length(formatted),
		weir_as_str(formatted, NULL));
	weir_release(formatted);
	weir_release(value);
}

/* Consumes `value`. */
static void assert_no_form(weir_value value, const char *part, int line)
{
	weir_value formatted = weir_format_json(value, NULL);

	assert_fails(formatted, EINVAL, part, line);
	weir_release(value);
}

#define NO_FORM(value, part) assert_no_form(value, part, __LINE__)

Test(format_json, every_kind_that_json_has)
{
	FORMATS(weir_nil(), "null");
	FORMATS(weir_bool(true), "true");
	FORMATS(weir_bool(false), "false");
	FORMATS(weir_int(0), "0");
	FORMATS(weir_int(INT64_MIN), "-9223372036854775808");
	FORMATS(weir_int(INT64_MAX), "9223372036854775807");
	FORMATS(weir_uint(UINT64_MAX), "18446744073709551615");
	FORMATS(weir_string(""), "\"\"");
	FORMATS(weir_string("h\xc3\xa9 \xf0\x9f\x8c\x8a"), "\"h\xc3\xa9 \xf0\x9f\x8c\x8a\"");
	FORMATS(weir_make_array(NULL, 0), "[]");
	FORMATS(weir_make_map(NULL, 0), "{}");
	FORMATS(weir_unpack(BYTES("\x82\xa1z\x93\x01\xc0\x80\xa1k\xc2"), NULL, NULL),
		"{\"z\":[1,null,{}],\"k\":false}");
	FORMATS(weir_make_map(
			(struct weir_member[]){ { weir_string("z"), weir_int(1) }, { weir_string("a"), weir_int(2) } },
			2),
		"{\"z\":1,\"a\":2}");
}

Test(format_json, strings_are_escaped_where_they_must)
{
	FORMATS(weir_string("\" \\ / \b\f\n\r\t \x01 \x1f \x7f"),
		"\"\\\" \\\\ / \\b\\f\\n\\r\\t \\u0001 \\u001f \x7f\"");
	FORMATS(weir_str("a\0b", 3), "\"a\\u0000b\"");
	FORMATS(weir_make_map((struct weir_member[]){ { weir_string("\n"), weir_nil() } }, 1), "{\"\\n\":null}");
}

Test(format_json, doubles_read_as_the_same_number_and_as_doubles)
{
	FORMATS(weir_double(0), "0.0");
	FORMATS(weir_double(-0.0), "-0.0");
	FORMATS(weir_double(1), "1.0");
	FORMATS(weir_double(-2.5), "-2.5");
	FORMATS(weir_double(0.1), "0.1");
	FORMATS(weir_double(0.3), "0.3");
	FORMATS(weir_double(0.1 + 0.2), "0.30000000000000004");
	FORMATS(weir_double(21.53), "21.53");
	FORMATS(weir_double(1013.25), "1013.25");
	FORMATS(weir_double(-116.7776667), "-116.7776667");
	FORMATS(weir_double(0.000001), "0.000001");
	FORMATS(weir_double(1.0 / 3), "0.3333333333333333");
	FORMATS(weir_double(123456789012345.0), "123456789012345.0");
	FORMATS(weir_double(9007199254740993.0), "9007199254740992.0");
	FORMATS(weir_double(1e21), "1e+21");
	FORMATS(weir_double(1e-9), "0.000000001");
	FORMATS(weir_double(1e300), "1e+300");
	FORMATS(weir_double(1.7976931348623157e308), "1.7976931348623157e+308");
}

Test(format_json, random_doubles_read_as_the_same_bits)
{
	uint64_t state = 6;

	for (int round = 0; round < 200000; round++) {
		uint64_t bits = next_random(&state);
		double real;
		char buffer[64];

		memcpy(&real, &bits, sizeof real);
		if (!isfinite(real))
			continue;
		/* Many digits, and few. */
		if (round % 2)
			real = (double)(int64_t)(bits >> (bits % 60)) /
			       (double[]){ 1, 10, 100, 1e3, 1e6, 1e9, 3, 7 }[bits % 8];

		weir_value text = weir_format_json(weir_double(real), NULL);

		weir_copy_string(text, buffer, sizeof buffer);
		cr_assert_eq(strtod(buffer, NULL), real, "%s is not %.17g", buffer, real);
		cr_assert(strpbrk(buffer, ".e") != NULL, "%s reads as an integer", buffer);
		weir_release(text);
	}
}

Test(format_json, numbers_are_the_same_in_every_locale)
{
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL)
		cr_skip_test("no locale with a decimal comma is installed");
	FORMATS(weir_double(0.5), "0.5");
	FORMATS(weir_double(1.0 / 3), "0.3333333333333333");
	FORMATS(weir_double(1.5e300), "1.5e+300");
}

Test(format_json, bin_is_base64_on_request)
{
	NO_FORM(weir_bin("x", 1), "a value of kind bin has no form in JSON");
	FORMATS_WITH(weir_bin("", 0), "\"\"", .bin_as_base64 = true);
	FORMATS_WITH(weir_bin("f", 1), "\"Zg==\"", .bin_as_base64 = true);
	FORMATS_WITH(weir_bin("fo", 2), "\"Zm8=\"", .bin_as_base64 = true);
	FORMATS_WITH(weir_bin("foo", 3), "\"Zm9v\"", .bin_as_base64 = true);
	FORMATS_WITH(weir_bin("foob", 4), "\"Zm9vYg==\"", .bin_as_base64 = true);
	FORMATS_WITH(weir_bin("\xff\xfe\xfd\x00", 4), "\"//79AA==\"", .bin_as_base64 = true);
}

Test(format_json, doubles_that_are_not_finite_are_null_on_request)
{
	NO_FORM(weir_double(NAN), "NaN has no form in JSON");
	NO_FORM(weir_make_array((weir_value[]){ weir_double(-INFINITY) }, 1), "infinity has no form in JSON, at [0]");
	FORMATS_WITH(
		weir_make_array((weir_value[]){ weir_double(NAN), weir_double(INFINITY), weir_double(-INFINITY) }, 3),
		"[null,null,null]", .non_finite_as_null = true);
}

Test(format_json, line_is_ended_on_request)
{
	FORMATS_WITH(weir_int(5), "5\n", .ends_line = true);
}

Test(format_json, what_has_no_form)
{
	NO_FORM(weir_ext(1, "x", 1), "a value of kind ext has no form in JSON");
	NO_FORM(weir_error_value(weir_error_new(EINVAL, "why")), "an error has no form in JSON (why)");
	NO_FORM(weir_object(NULL, NULL), "a value of kind object");
	NO_FORM(weir_make_map(
			(struct weir_member[]){ { weir_string("a"), weir_int(1) }, { weir_int(5), weir_int(1) } }, 2),
		"a key that is no str has no form in JSON, at [5]");
	NO_FORM(weir_make_array((weir_value[]){ weir_string("fine"), weir_str("\xff", 1) }, 2),
		"a str that is not UTF-8 has no form in JSON, at [1]");
	NO_FORM(weir_make_map((struct weir_member[]){ { weir_str("\xc3", 1), weir_int(1) } }, 1), "not UTF-8");
	NO_FORM(weir_unpack(BYTES("\x81\xa4list\x92\x01\xc4\x01z"), NULL, NULL),
		"kind bin has no form in JSON, at .list[1]");
}

Test(format_json, depth_is_limited)
{
	weir_value value = weir_int(1);

	for (int depth = 0; depth < WEIR_MAX_DEPTH; depth++)
		value = weir_make_array(&value, 1);

	weir_value text = weir_format_json(value, NULL);

	cr_assert_eq(weir_length(text), 2 * WEIR_MAX_DEPTH + 1);
	weir_release(text);
	value = weir_make_array(&value, 1);
	FAILS(weir_format_json(value, NULL), WEIR_ELIMIT, "nests deeper than 512 levels");
	weir_release(value);
}

Test(format_json, short_text_is_one_allocation)
{
	weir_value value = weir_unpack(BYTES("\x82\xa1z\x93\x01\xc0\x80\xa1k\xc2"), NULL, NULL);

	faults_install();

	size_t before = faults_allocations();

	weir_release(weir_format_json(value, NULL));
	cr_assert_eq(faults_allocations() - before, 1);
	weir_set_allocator(NULL);
	weir_release(value);
}

Test(format_json, every_allocation_may_fail)
{
	static char text[5000];
	bool hit = true;

	memset(text, '"', sizeof text);
	faults_install();

	weir_value value = weir_str(text, sizeof text);
	size_t live = faults_live_blocks();

	for (size_t number = 1; hit; number++) {
		weir_memory_trim();
		faults_fail_once(number);

		weir_value formatted = weir_format_json(value, NULL);

		faults_stop();
		hit = faults_hit();
		cr_assert_eq(weir_is_error(formatted), hit);
		weir_release(formatted);
		cr_assert_eq(faults_live_blocks(), live);
	}
	weir_release(value);
}
