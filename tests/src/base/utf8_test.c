/* UTF-8 validation and repair. */
#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define TEXT(literal) (literal), (sizeof(literal) - 1)

static void assert_repaired(const char *bytes, size_t length, const char *expected, size_t expected_length)
{
	size_t repaired_length = weir_utf8_repaired_length(bytes, length);
	char *repaired = malloc(repaired_length + 1);

	cr_assert_eq(repaired_length, expected_length, "%zu bytes instead of %zu", repaired_length, expected_length);
	weir_utf8_repair(repaired, bytes, length);
	cr_assert_arr_eq(repaired, expected, expected_length);
	memcpy(repaired + repaired_length - length, bytes, length);
	weir_utf8_repair(repaired, repaired + repaired_length - length, length);
	cr_assert_arr_eq(repaired, expected, expected_length, "in place");
	free(repaired);
}

/* Straight from the definition: decode the number, then compare with what its encoding must be. */
static bool is_character(const unsigned char *bytes, size_t length)
{
	uint32_t point;

	switch (length) {
	case 1:
		return bytes[0] < 0x80;
	case 2:
		point = (bytes[0] & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
		return bytes[0] >> 5 == 6 && bytes[1] >> 6 == 2 && point >= 0x80;
	case 3:
		point = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
		return bytes[0] >> 4 == 14 && bytes[1] >> 6 == 2 && bytes[2] >> 6 == 2 && point >= 0x800 &&
		       (point < 0xD800 || point > 0xDFFF);
	case 4:
		point = (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3Fu) << 12 | (bytes[2] & 0x3Fu) << 6 |
			(bytes[3] & 0x3Fu);
		return bytes[0] >> 3 == 30 && bytes[1] >> 6 == 2 && bytes[2] >> 6 == 2 && bytes[3] >> 6 == 2 &&
		       point >= 0x10000 && point <= 0x10FFFF;
	default:
		return false;
	}
}

Test(utf8, valid_text_is_its_own_prefix)
{
	cr_assert_eq(weir_utf8_valid_prefix("", 0), 0);
	cr_assert_eq(weir_utf8_valid_prefix(NULL, 0), 0);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("plain text, longer than a word or two")), 37);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("a\0b")), 3);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80")), 12);
}

Test(utf8, boundaries_of_the_encoding_are_valid)
{
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\x7F\xC2\x80\xDF\xBF")), 5);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF")), 12);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")), 8);
}

Test(utf8, overlong_forms_are_refused)
{
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("ok\xC0\x80")), 2);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("ok\xC1\xBF")), 2);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("ok\xE0\x9F\xBF")), 2);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("ok\xF0\x8F\xBF\xBF")), 2);
}

Test(utf8, surrogates_and_what_is_beyond_unicode_are_refused)
{
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xED\xA0\x80")), 0);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xED\xBF\xBF")), 0);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xF4\x90\x80\x80")), 0);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xF5\x80\x80\x80")), 0);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("\xFF")), 0);
}

Test(utf8, character_cut_off_by_the_end_does_not_count)
{
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("a\xC3")), 1);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("a\xE2\x82")), 1);
	cr_assert_eq(weir_utf8_valid_prefix(TEXT("a\xF0\x9F\x98")), 1);
}

Test(utf8, ill_formed_byte_is_found_at_every_offset_of_a_word)
{
	char text[40];

	for (size_t at = 0; at < sizeof text; at++) {
		memset(text, 'a', sizeof text);
		text[at] = '\x80';
		cr_assert_eq(weir_utf8_valid_prefix(text, sizeof text), at);
	}
}

/* Second bytes where rules differ, third and fourth bytes on both sides of the borders. */
Test(utf8, agrees_with_the_definition_on_every_lead_and_second_byte)
{
	static const unsigned char later[] = { 0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF };

	for (unsigned first = 0; first < 256; first++)
		for (unsigned second = 0; second < 256; second++)
			for (size_t i = 0; i < sizeof later * sizeof later; i++) {
				unsigned char bytes[4] = { (unsigned char)first, (unsigned char)second,
					later[i % sizeof later], later[i / sizeof later] };

				for (size_t length = 1; length <= 4; length++) {
					size_t expected = 0;

					for (bool found = true; found && expected < length;) {
						found = false;
						for (size_t n = 1; n <= length - expected && !found; n++)
							if (is_character(bytes + expected, n)) {
								expected += n;
								found = true;
							}
					}
					cr_assert_eq(weir_utf8_valid_prefix((const char *)bytes, length), expected,
						"%02x %02x %02x %02x / %zu", bytes[0], bytes[1], bytes[2], bytes[3],
						length);
				}
			}
}

Test(utf8, repair_leaves_valid_text_alone)
{
	assert_repaired(TEXT(""), TEXT(""));
	assert_repaired(TEXT("a\0\xE2\x82\xAC"), TEXT("a\0\xE2\x82\xAC"));
}

Test(utf8, repair_puts_one_replacement_per_maximal_subpart)
{
	assert_repaired(TEXT("\x80\xBF"), TEXT("\xEF\xBF\xBD\xEF\xBF\xBD"));
	assert_repaired(TEXT("\xE2\x82"
			     "a"),
		TEXT("\xEF\xBF\xBD"
		     "a"));
	assert_repaired(TEXT("\xF0\x9F\x98"), TEXT("\xEF\xBF\xBD"));
	assert_repaired(TEXT("\xED\xA0\x80"), TEXT("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
	/* The Unicode standard's own example, table 3-8. */
	assert_repaired(TEXT("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
		TEXT("a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
		     "b\xEF\xBF\xBD"
		     "c\xEF\xBF\xBD\xEF\xBF\xBD"
		     "d"));
}
