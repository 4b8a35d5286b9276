/* Values to JSON text. See weir/codec.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>

#include "base/utf8.h"
#include "codec/output.h"
#include "codec/path.h"

struct formatter {
	struct weir_output output;
	struct weir_json_format_options options;
};

static void put(struct formatter *formatter, const char *text, size_t length)
{
	weir_output_put(&formatter->output, text, length);
}

static void fail(struct formatter *formatter, weir_value failure)
{
	weir_output_fail(&formatter->output, failure);
}

static void put_natural(struct formatter *formatter, uint64_t natural, bool is_negative)
{
	char buffer[24];
	char *at = buffer + sizeof buffer;

	do
		*--at = (char)('0' + natural % 10);
	while ((natural /= 10) > 0);
	if (is_negative)
		*--at = '-';
	put(formatter, at, (size_t)(buffer + sizeof buffer - at));
}

static void put_escape(struct formatter *formatter, unsigned char byte)
{
	static const char letters[32] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
	static const char hex[] = "0123456789abcdef";

	if (byte >= 0x20)
		put(formatter, (char[]){ '\\', (char)byte }, 2);
	else if (letters[byte] != 0)
		put(formatter, (char[]){ '\\', letters[byte] }, 2);
	else
		put(formatter, (char[]){ '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] }, 6);
}

static void put_string(struct formatter *formatter, weir_value string, const struct weir_path *parent)
{
	size_t length;
	const char *text = weir_as_str(string, &length);
	size_t done = 0;

	if (weir_utf8_valid_prefix(text, length) < length) {
		fail(formatter, weir_no_form(string, "a str that is not UTF-8", "JSON", parent));
		return;
	}
	put(formatter, "\"", 1);
	for (size_t at = 0; at < length; at++) {
		unsigned char byte = (unsigned char)text[at];

		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		put(formatter, text + done, at - done);
		put_escape(formatter, byte);
		done = at + 1;
	}
	put(formatter, text + done, length - done);
	put(formatter, "\"", 1);
}

static void put_base64(struct formatter *formatter, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	put(formatter, "\"", 1);
	for (size_t at = 0; at < length; at += 3) {
		size_t count = length - at < 3 ? length - at : 3;
		unsigned group = (unsigned)bytes[at] << 16 | (count > 1 ? (unsigned)bytes[at + 1] << 8 : 0) |
				 (count > 2 ? (unsigned)bytes[at + 2] : 0);
		char four[4] = { digits[group >> 18], digits[group >> 12 & 63], '=', '=' };

		if (count > 1)
			four[2] = digits[group >> 6 & 63];
		if (count > 2)
			four[3] = digits[group & 63];
		put(formatter, four, 4);
	}
	put(formatter, "\"", 1);
}

/*
 * The few decimals that most measurements have: if real is the quotient of two integers that doubles hold exactly, so
 * is what a reader makes of the digits, as both round once. False: it takes more.
 */
static bool put_decimals(struct formatter *formatter, double real)
{
	double magnitude = fabs(real);
	double power = 10;
	char decimals[24];

	for (int count = 1; count < 16 && magnitude * power < 9007199254740992.0; count++, power *= 10) {
		double scaled = nearbyint(magnitude * power);

		if (scaled / power != magnitude)
			continue;

		uint64_t fraction = (uint64_t)scaled % (uint64_t)power;

		put_natural(formatter, (uint64_t)scaled / (uint64_t)power, signbit(real));
		for (int index = count; index > 0; index--, fraction /= 10)
			decimals[index] = (char)('0' + fraction % 10);
		decimals[0] = '.';
		put(formatter, decimals, (size_t)count + 1);
		return true;
	}
	return false;
}

/* The shortest of 15, 16 or 17 digits that reads as the same number again, whatever the locale's decimal point is. */
static size_t print_digits(char *buffer, size_t size, double real)
{
	size_t length = 0;
	size_t kept = 0;
	bool looks_real = false;

	for (int precision = 15; precision <= 17; precision++) {
		length = (size_t)snprintf(buffer, size, "%.*g", precision, real);
		if (strtod(buffer, NULL) == real)
			break;
	}
	for (size_t at = 0; at < length; at++) {
		bool is_point = strchr("0123456789+-e", buffer[at]) == NULL;

		/* A point may take several bytes. */
		if (is_point && kept > 0 && buffer[kept - 1] == '.')
			continue;
		buffer[kept++] = is_point ? '.' : buffer[at];
		looks_real |= is_point || buffer[at] == 'e';
	}
	if (!looks_real) {
		memcpy(buffer + kept, ".0", 2);
		kept += 2;
	}
	return kept;
}

static void put_double(struct formatter *formatter, weir_value value, const struct weir_path *parent)
{
	char buffer[64];
	double real = value.as.real;

	if (isfinite(real)) {
		if (!put_decimals(formatter, real))
			put(formatter, buffer, print_digits(buffer, sizeof buffer, real));
	} else if (formatter->options.non_finite_as_null) {
		put(formatter, "null", 4);
	} else {
		fail(formatter, weir_no_form(value, isnan(real) ? "NaN" : "infinity", "JSON", parent));
	}
}

static void put_value(struct formatter *formatter, weir_value value, const struct weir_path *parent);

static void put_container(struct formatter *formatter, weir_value container, const struct weir_path *parent)
{
	struct weir_path path = {
		.parent = parent,
		.depth = parent != NULL ? parent->depth + 1 : 1,
		.is_map = weir_kind(container) == WEIR_KIND_MAP,
	};
	struct weir_iterator items = weir_iterate(container);
	weir_value item;

	if (path.depth > WEIR_MAX_DEPTH) {
		fail(formatter, weir_too_deep("JSON", &path));
		return;
	}
	put(formatter, path.is_map ? "{" : "[", 1);
	while (!weir_output_has_failed(&formatter->output) && weir_iterator_next(&items, &path.key, &item)) {
		if (path.index > 0)
			put(formatter, ",", 1);
		if (path.is_map && weir_kind(path.key) != WEIR_KIND_STR) {
			fail(formatter, weir_no_form(path.key, "a key that is no str", "JSON", &path));
			return;
		}
		if (path.is_map) {
			put_string(formatter, path.key, &path);
			put(formatter, ":", 1);
		}
		if (!weir_output_has_failed(&formatter->output))
			put_value(formatter, item, &path);
		path.index++;
	}
	put(formatter, path.is_map ? "}" : "]", 1);
}

static void put_value(struct formatter *formatter, weir_value value, const struct weir_path *parent)
{
	size_t length;
	const void *bytes;

	switch (weir_kind(value)) {
	case WEIR_KIND_NIL:
		put(formatter, "null", 4);
		break;
	case WEIR_KIND_BOOL:
		put(formatter, weir_as_bool(value) ? "true" : "false", weir_as_bool(value) ? 4 : 5);
		break;
	case WEIR_KIND_INT:
		put_natural(
			formatter, value.as.integer < 0 ? -value.as.natural : value.as.natural, value.as.integer < 0);
		break;
	case WEIR_KIND_UINT:
		put_natural(formatter, value.as.natural, false);
		break;
	case WEIR_KIND_DOUBLE:
		put_double(formatter, value, parent);
		break;
	case WEIR_KIND_STR:
		put_string(formatter, value, parent);
		break;
	case WEIR_KIND_ARRAY:
	case WEIR_KIND_MAP:
		put_container(formatter, value, parent);
		break;
	case WEIR_KIND_BIN:
		if (formatter->options.bin_as_base64) {
			bytes = weir_as_bytes(value, &length);
			put_base64(formatter, bytes, length);
			break;
		}
		__attribute__((fallthrough));
	default:
		fail(formatter, weir_no_form(value, NULL, "JSON", parent));
	}
}

weir_value weir_format_json(weir_value value, const struct weir_json_format_options *options)
{
	struct formatter formatter;

	weir_output_init(&formatter.output);
	formatter.options = options != NULL ? *options : (struct weir_json_format_options){ 0 };
	put_value(&formatter, value, NULL);
	if (formatter.options.ends_line)
		put(&formatter, "\n", 1);
	return weir_output_take_str(&formatter.output);
}
