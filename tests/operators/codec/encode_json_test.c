/* encode_json: the JSON text of each value. */
#include <errno.h>

#include <weir/codec.h>

#include "chunks.h"
#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_encode_json(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "encode_json", .build = build };

Test(encode_json, makes_of_each_value_its_text)
{
	weir_test *test = weir_test_new();
	weir_value pair[] = { weir_int(1), weir_int(2) };

	weir_test_bind(test, 'p', weir_make_array(pair, 2));
	weir_test_bind(test, 'P', weir_string("[1,2]"));
	weir_test_bind(test, 'X', weir_string("\"x\""));
	weir_test_bind(test, 'F', weir_string("5"));
	weir_test_expect(test, weir_encode_json(weir_test_cold(test, "-p-x5-|"), NULL), "-P-XF-|");
	weir_test_expect(test, weir_encode_json(weir_test_cold(test, "-5-#"), NULL), "-F-#");
	MARBLES_OK(test);
}

Test(encode_json, options_are_those_of_the_formatter)
{
	weir_value values[] = { weir_bin("f", 1), weir_double(1 / 0.0), weir_int(3) };

	COLLECTS(weir_encode_json(weir_of(values, 3),
			 &(struct weir_json_format_options){
				 .bin_as_base64 = true, .non_finite_as_null = true, .ends_line = true }),
		"\"\\\"Zg==\\\"\\u000a\" \"null\\u000a\" \"3\\u000a\" |");
}

Test(encode_json, value_without_a_form_ends_the_stream)
{
	weir_value values[] = { weir_int(1), weir_bin("f", 1), weir_int(3) };

	COLLECTS(weir_encode_json(weir_of(values, 3), NULL), "\"1\" #EINVAL: a value of kind bin has no form in JSON");
}

Test(encode_json, demand_is_passed_on)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'A', weir_string("1"));
	weir_test_bind(test, 'B', weir_string("2"));
	weir_test_expect_with_demand(
		test, weir_encode_json(numbers((struct numbers){ .count = 9, .log = &log }), NULL), 2, 0, "(AB)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
