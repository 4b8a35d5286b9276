/* Validation and repair of UTF-8. See utf8.h. */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD";
static const size_t replacement_length = sizeof replacement - 1;

static size_t ascii_prefix(const char *bytes, size_t length)
{
	const uint64_t high_bits = 0x8080808080808080u;
	size_t at = 0;

	while (length - at >= sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, bytes + at, sizeof word);
		if (word & high_bits)
			break;
		at += sizeof word;
	}
	while (at < length && (unsigned char)bytes[at] < 0x80)
		at++;
	return at;
}

/* Looks at one character (length > 0) and returns its length if it is well-formed; otherwise the length of the maximal
 * subpart: the longest start of a well-formed sequence, at least one byte. */
static size_t first_sequence(const char *bytes, size_t length, bool *ret_well_formed)
{
	unsigned char lead = (unsigned char)bytes[0];
	unsigned char low = 0x80, high = 0xBF; /* what the second byte may be: narrower after E0, ED, F0, F4 */
	size_t expected, at;

	if (lead < 0x80) {
		expected = 1;
	} else if (lead >= 0xC2 && lead <= 0xDF) {
		expected = 2;
	} else if (lead >= 0xE0 && lead <= 0xEF) {
		expected = 3;
		low = lead == 0xE0 ? 0xA0 : 0x80;
		high = lead == 0xED ? 0x9F : 0xBF;
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		expected = 4;
		low = lead == 0xF0 ? 0x90 : 0x80;
		high = lead == 0xF4 ? 0x8F : 0xBF;
	} else {
		*ret_well_formed = false;
		return 1;
	}
	for (at = 1; at < expected && at < length; at++) {
		unsigned char trail = (unsigned char)bytes[at];

		if (trail < low || trail > high)
			break;
		low = 0x80;
		high = 0xBF;
	}
	*ret_well_formed = at == expected;
	return at;
}

size_t weir_utf8_valid_prefix(const char *bytes, size_t length)
{
	size_t at = 0;

	while (at < length) {
		bool is_well_formed;
		size_t sequence;

		if ((unsigned char)bytes[at] < 0x80) {
			at += ascii_prefix(bytes + at, length - at);
			continue;
		}
		sequence = first_sequence(bytes + at, length - at, &is_well_formed);
		if (!is_well_formed)
			break;
		at += sequence;
	}
	return at;
}

size_t weir_utf8_repaired_length(const char *bytes, size_t length)
{
	size_t repaired = 0;

	while (length > 0) {
		size_t valid = weir_utf8_valid_prefix(bytes, length);
		size_t ill_formed = 0;

		if (valid < length) {
			bool is_well_formed;

			ill_formed = first_sequence(bytes + valid, length - valid, &is_well_formed);
			repaired += replacement_length;
		}
		repaired += valid;
		bytes += valid + ill_formed;
		length -= valid + ill_formed;
	}
	return repaired;
}

/* In place, the writer never overtakes the reader: what is still to be read is never longer than its repaired form. */
void weir_utf8_repair(char *destination, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t valid = weir_utf8_valid_prefix(bytes, length);
		size_t ill_formed = 0;
		bool is_well_formed;

		if (valid < length)
			ill_formed = first_sequence(bytes + valid, length - valid, &is_well_formed);
		memmove(destination, bytes, valid);
		destination += valid;
		if (ill_formed > 0) {
			memcpy(destination, replacement, replacement_length);
			destination += replacement_length;
		}
		bytes += valid + ill_formed;
		length -= valid + ill_formed;
	}
}
