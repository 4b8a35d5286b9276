/* encode_msgpack: the encoding of each value. */
#include <errno.h>

#include <weir/codec.h>

#include "chunks.h"
#include "kit/conformance.h"
#include "kit/marbles.h"

static weir_observable *build(weir_observable *source)
{
	return weir_encode_msgpack(source);
}

const struct conformance_subject conformance_subject = { .name = "encode_msgpack", .build = build };

Test(encode_msgpack, makes_of_each_value_its_encoding)
{
	weir_test *test = weir_test_new();
	weir_value pair[] = { weir_int(1), weir_int(2) };

	weir_test_bind(test, 'p', weir_make_array(pair, 2));
	weir_test_bind(test, 'P', weir_bin("\x92\x01\x02", 3));
	weir_test_bind(test, 'X', weir_bin("\xa1x", 2));
	weir_test_bind(test, 'F', weir_bin("\x05", 1));
	weir_test_expect(test, weir_encode_msgpack(weir_test_cold(test, "-p-x5-|")), "-P-XF-|");
	weir_test_expect(test, weir_encode_msgpack(weir_test_cold(test, "-5-#")), "-F-#");
	MARBLES_OK(test);
}

Test(encode_msgpack, value_without_a_form_ends_the_stream)
{
	weir_test *test = weir_test_new();

	weir_test_bind(test, 'o', weir_object(NULL, NULL));
	weir_test_bind(test, 'F', weir_bin("\x05", 1));

	weir_observable *source = weir_test_cold(test, "-5-o-5-|");

	weir_test_bind_error(test, EINVAL, "a value of kind object has no form in msgpack");
	weir_test_expect(test, weir_encode_msgpack(source), "-F-#");
	weir_test_expect_subscriptions(test, source, "^--!");
	MARBLES_OK(test);
}

Test(encode_msgpack, what_is_encoded_decodes_as_the_same)
{
	weir_value values[] = { weir_string("text"), weir_double(1.5), weir_nil() };

	COLLECTS(weir_decode_msgpack(weir_encode_msgpack(weir_of(values, 3)), NULL), "\"text\" 1.5 nil |");
}

Test(encode_msgpack, demand_is_passed_on)
{
	weir_test *test = weir_test_new();
	struct numbers_log log = { 0 };

	weir_test_bind(test, 'A', weir_bin("\x01", 1));
	weir_test_bind(test, 'B', weir_bin("\x02", 1));
	weir_test_expect_with_demand(
		test, weir_encode_msgpack(numbers((struct numbers){ .count = 9, .log = &log })), 2, 0, "(AB)");
	cr_expect_null(weir_test_run(test));
	cr_expect_eq(log.requested, 2);
	weir_test_free(test);
}
