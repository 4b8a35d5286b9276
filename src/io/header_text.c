/* Lexical rules shared by the header parsers. See header_text.h. */
#include "io/header_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct weir_header_text weir_header_text_of(const char *string)
{
	return (struct weir_header_text){ string, string ? strlen(string) : 0 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct weir_header_text weir_header_text_trim(struct weir_header_text text)
{
	while (text.length > 0 && is_blank(text.bytes[0])) {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool weir_header_text_equals(struct weir_header_text text, const char *other, size_t other_length)
{
	if (text.length != other_length)
		return false;
	for (size_t i = 0; i < other_length; i++)
		if (lower(text.bytes[i]) != lower(other[i]))
			return false;
	return true;
}

static bool is_digit_at(struct weir_header_text text, size_t at)
{
	return at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

size_t weir_header_text_number(
	struct weir_header_text text, uint64_t maximum, uint64_t *ret_whole, int64_t *ret_nanoseconds)
{
	uint64_t whole = 0;
	int64_t unit = 100000000;
	size_t at = 0;

	*ret_nanoseconds = 0;
	for (; is_digit_at(text, at); at++) {
		whole = whole * 10 + (uint64_t)(text.bytes[at] - '0');
		if (whole > maximum)
			whole = maximum;
	}
	*ret_whole = whole;
	if (at == 0 || at == text.length || text.bytes[at] != '.' || !is_digit_at(text, at + 1))
		return at;
	for (at++; is_digit_at(text, at); at++) {
		*ret_nanoseconds += (text.bytes[at] - '0') * unit;
		unit /= 10;
	}
	return at;
}

int64_t weir_header_nanoseconds(uint64_t seconds, int64_t nanoseconds, int64_t maximum_ns)
{
	const int64_t second_ns = 1000000000;

	if (seconds > (uint64_t)(maximum_ns / second_ns))
		return maximum_ns;
	if (nanoseconds > maximum_ns - (int64_t)seconds * second_ns)
		return maximum_ns;
	return (int64_t)seconds * second_ns + nanoseconds;
}

int weir_header_failure(char *message, const char *problem, struct weir_header_text value)
{
	const size_t shown_at_most = 64;
	char shown[65];
	size_t length = value.length < shown_at_most ? value.length : shown_at_most;

	if (!message)
		return -EBADMSG;
	for (size_t i = 0; i < length; i++)
		shown[i] = value.bytes[i] >= ' ' && value.bytes[i] <= '~' ? value.bytes[i] : '?';
	shown[length] = '\0';
	snprintf(message, WEIR_HEADER_MESSAGE_SIZE, "%s: \"%s\"%s", problem, shown, length < value.length ? "..." : "");
	return -EBADMSG;
}
