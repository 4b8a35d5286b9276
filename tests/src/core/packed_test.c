/* Documents as packed bytes: every form of the format is read, in place, and keeps its document alive. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include <weir/value.h>

#include "core/packed.h"
#include "kit/faults.h"
#include "kit/teardown.h"

static void set_up(void)
{
	faults_install();
}

static void tear_down(void)
{
	leave_nothing(NULL);
}

TestSuite(packed, .init = set_up, .fini = tear_down);

struct row {
	const char *bytes;
	size_t size;
	const char *printed;
};

#define ROW(literal, printed) \
	{ \
		(literal), sizeof(literal) - 1, (printed) \
	}

/* One of every first byte's family, and the edges of each. */
static const struct row rows[] = {
	ROW("\x00", "0"),
	ROW("\x7f", "127"),
	ROW("\xe0", "-32"),
	ROW("\xff", "-1"),
	ROW("\xc0", "nil"),
	ROW("\xc2", "false"),
	ROW("\xc3", "true"),
	ROW("\xcc\xff", "255"),
	ROW("\xcd\xff\xff", "65535"),
	ROW("\xce\xff\xff\xff\xff", "4294967295"),
	ROW("\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", "9223372036854775807"),
	ROW("\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
	ROW("\xd0\x80", "-128"),
	ROW("\xd1\x80\x00", "-32768"),
	ROW("\xd2\x80\x00\x00\x00", "-2147483648"),
	ROW("\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808"),
	ROW("\xd3\x00\x00\x00\x00\x00\x00\x00\x05", "5"),
	ROW("\xca\x3f\x80\x00\x00", "1"),
	ROW("\xca\xff\x80\x00\x00", "-inf"),
	ROW("\xcb\x40\x04\x00\x00\x00\x00\x00\x00", "2.5"),
	ROW("\xa0", "\"\""),
	ROW("\xa3"
	    "abc",
		"\"abc\""),
	ROW("\xd9\x01x", "\"x\""),
	ROW("\xda\x00\x01x", "\"x\""),
	ROW("\xdb\x00\x00\x00\x01x", "\"x\""),
	ROW("\xc4\x02\x00\xff", "<2 bytes>"),
	ROW("\xc5\x00\x01\xff", "<1 bytes>"),
	ROW("\xc6\x00\x00\x00\x01\xff", "<1 bytes>"),
	ROW("\xd4\x05x", "<ext 5, 1 bytes>"),
	ROW("\xd5\xfbxy", "<ext -5, 2 bytes>"),
	ROW("\xd6\x01wxyz", "<ext 1, 4 bytes>"),
	ROW("\xd7\x01stuvwxyz", "<ext 1, 8 bytes>"),
	ROW("\xd8\x01"
	    "0123456789abcdef",
		"<ext 1, 16 bytes>"),
	ROW("\xc7\x03\x80xyz", "<ext -128, 3 bytes>"),
	ROW("\xc8\x00\x01\x7fz", "<ext 127, 1 bytes>"),
	ROW("\xc9\x00\x00\x00\x00\x00", "<ext 0, 0 bytes>"),
	ROW("\x90", "[]"),
	ROW("\x92\x01\xa1x", "[1, \"x\"]"),
	ROW("\xdc\x00\x02\x01\x02", "[1, 2]"),
	ROW("\xdd\x00\x00\x00\x01\x91\x01", "[[1]]"),
	ROW("\x80", "{}"),
	ROW("\x81\xa1"
	    "a\x01",
		"{\"a\": 1}"),
	ROW("\xde\x00\x01\x01\x02", "{1: 2}"),
	ROW("\xdf\x00\x00\x00\x01\xc0\x80", "{nil: {}}"),
};

Test(packed, every_form_is_read)
{
	char text[64];

	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		weir_value value = weir_packed_document(rows[index].bytes, rows[index].size);
		const unsigned char *bytes = (const unsigned char *)rows[index].bytes;

		weir_print(value, text, sizeof text);
		cr_expect_str_eq(text, rows[index].printed, "row %zu: %s", index, text);
		cr_expect_eq(weir_packed_end(bytes) - bytes, (ptrdiff_t)rows[index].size, "row %zu", index);
		weir_release(value);
	}
}

Test(packed, all_of_them_in_one_array_are_walked_and_indexed)
{
	enum { COUNT = sizeof rows / sizeof rows[0] };
	char bytes[1024] = "\xdc\x00";
	size_t size = 3;
	char text[64];

	bytes[2] = COUNT;
	for (size_t index = 0; index < COUNT; index++) {
		memcpy(bytes + size, rows[index].bytes, rows[index].size);
		size += rows[index].size;
	}

	weir_value document = weir_packed_document(bytes, size);
	struct weir_iterator iterator = weir_iterate(document);
	weir_value item;

	cr_assert_eq(weir_length(document), COUNT);
	for (size_t index = 0; index < COUNT; index++) {
		cr_assert(weir_iterator_next(&iterator, NULL, &item));
		weir_print(item, text, sizeof text);
		cr_expect_str_eq(text, rows[index].printed, "row %zu: %s", index, text);
		cr_expect(weir_equal(item, weir_at(document, index)), "row %zu", index);
	}
	cr_expect(!weir_iterator_next(&iterator, NULL, &item));
	cr_expect(weir_is_nil(weir_at(document, COUNT)));
	weir_release(document);
}

Test(packed, a_part_that_is_retained_keeps_the_document)
{
	static const char bytes[] = "\x82\xa4name\xa5weir!\xa5"
				    "items\x92\x81\xa1x\x01\xa3two";
	weir_value document = weir_packed_document(bytes, sizeof bytes - 1);
	weir_value items = weir_retain(weir_get(document, "items"));
	weir_value two = weir_retain(weir_at(items, 1));
	weir_value part = weir_slice(weir_get(document, "name"), WEIR_KIND_STR, 1, 3);

	cr_expect_eq(faults_live_blocks(), 1, "one allocation for all of it");
	weir_release(document);
	cr_expect_eq(weir_as_int(weir_get(weir_at(items, 0), "x")), 1);
	weir_release(items);
	cr_expect(weir_is_string(two, "two"));
	weir_release(two);
	cr_expect(weir_is_string(part, "eir"));
	weir_release(part);
	cr_expect_eq(faults_live_blocks(), 0);
}

Test(packed, equals_what_was_made_by_hand)
{
	static const char bytes[] = "\x82\xa1"
				    "a\x92\x01\xcb\x40\x04\x00\x00\x00\x00\x00\x00\xa1"
				    "b\xc0";
	weir_value document = weir_packed_document(bytes, sizeof bytes - 1);
	weir_value made = weir_make_map(
		(struct weir_member[]){
			{ weir_string("b"), weir_nil() },
			{ weir_string("a"), weir_make_array((weir_value[]){ weir_double(1), weir_double(2.5) }, 2) },
		},
		2);

	cr_expect(weir_equal(document, made));
	cr_expect(weir_equal(made, document));
	cr_expect_eq(weir_hash(document), weir_hash(made));
	cr_expect_eq(weir_compare(document, made), 0);
	weir_release(document);
	weir_release(made);
}

Test(packed, without_memory_is_an_error)
{
	faults_fail_once(1);
	weir_value document = weir_packed_document("\x91\x01", 2);

	faults_stop();
	cr_expect(weir_is_error(document));
	weir_release(document);
}
