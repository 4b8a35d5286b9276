/* Values to JSON text. See weir/codec.h. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>

#include "base/byte_buffer.h"
#include "base/utf8.h"
#include "codec/path.h"
#include "core/block.h"

struct formatter {
	struct weir_byte_buffer text;
	struct weir_json_format_options options;
	weir_value failure; /* nil, or an error */
};

static void put(struct formatter *formatter, const char *text, size_t length)
{
	if (weir_byte_buffer_append(&formatter->text, text, length) < 0 && !weir_is_error(formatter->failure))
		formatter->failure = weir_no_memory();
}

static void put_string(struct formatter *formatter, weir_value string, const struct weir_path *parent)
{
	static const char short_escapes[32] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
	size_t length;
	const char *text = weir_as_str(string, &length);
	size_t done = 0;

	if (weir_utf8_valid_prefix(text, length) < length) {
		formatter->failure = weir_no_form(string, "a str that is not UTF-8", "JSON", parent);
		return;
	}
	put(formatter, "\"", 1);
	for (size_t at = 0; at < length; at++) {
		unsigned char byte = (unsigned char)text[at];
		char escape[8];

		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		put(formatter, text + done, at - done);
		done = at + 1;
		if (byte >= 0x20)
			put(formatter, escape, (size_t)snprintf(escape, sizeof escape, "\\%c", byte));
		else if (short_escapes[byte] != 0)
			put(formatter, escape, (size_t)snprintf(escape, sizeof escape, "\\%c", short_escapes[byte]));
		else
			put(formatter, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", byte));
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
 * The few decimals that most measurements have: if real is the quotient of two exact doubles, then so is what a reader
 * makes of the digits, as both round once. Returns the length, or 0.
 */
static size_t print_decimals(char *buffer, size_t size, double real)
{
	static const double powers[] = { 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
	double magnitude = fabs(real);

	if (!(magnitude < 1e9))
		return 0;
	for (size_t index = 0; index < sizeof powers / sizeof *powers; index++) {
		double scaled = nearbyint(magnitude * powers[index]);
		uint64_t digits = (uint64_t)scaled;
		uint64_t power = (uint64_t)powers[index];

		if (scaled / powers[index] == magnitude)
			return (size_t)snprintf(buffer, size, "%s%" PRIu64 ".%0*" PRIu64, signbit(real) ? "-" : "",
				digits / power, (int)index + 1, digits % power);
	}
	return 0;
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
	size_t length;

	if (isfinite(real)) {
		length = print_decimals(buffer, sizeof buffer, real);
		if (length == 0)
			length = print_digits(buffer, sizeof buffer, real);
		put(formatter, buffer, length);
	} else if (formatter->options.non_finite_as_null) {
		put(formatter, "null", 4);
	} else {
		formatter->failure = weir_no_form(value, isnan(real) ? "NaN" : "infinity", "JSON", parent);
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
		formatter->failure = weir_too_deep("JSON", &path);
		return;
	}
	put(formatter, path.is_map ? "{" : "[", 1);
	while (!weir_is_error(formatter->failure) && weir_iterator_next(&items, &path.key, &item)) {
		if (path.index > 0)
			put(formatter, ",", 1);
		if (path.is_map && weir_kind(path.key) != WEIR_KIND_STR) {
			formatter->failure = weir_no_form(path.key, "a key that is no str", "JSON", &path);
			return;
		}
		if (path.is_map) {
			put_string(formatter, path.key, &path);
			put(formatter, ":", 1);
		}
		if (!weir_is_error(formatter->failure))
			put_value(formatter, item, &path);
		path.index++;
	}
	put(formatter, path.is_map ? "}" : "]", 1);
}

static void put_value(struct formatter *formatter, weir_value value, const struct weir_path *parent)
{
	char buffer[32];
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
		put(formatter, buffer, (size_t)snprintf(buffer, sizeof buffer, "%" PRId64, value.as.integer));
		break;
	case WEIR_KIND_UINT:
		put(formatter, buffer, (size_t)snprintf(buffer, sizeof buffer, "%" PRIu64, value.as.natural));
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
		formatter->failure = weir_no_form(value, NULL, "JSON", parent);
	}
}

weir_value weir_format_json(weir_value value, const struct weir_json_format_options *options)
{
	struct formatter formatter = { .failure = weir_nil() };
	weir_value result;

	if (options != NULL)
		formatter.options = *options;
	put_value(&formatter, value, NULL);
	if (formatter.options.ends_line)
		put(&formatter, "\n", 1);
	if (weir_is_error(formatter.failure))
		result = formatter.failure;
	else
		result = weir_str(formatter.text.bytes, formatter.text.length);
	weir_byte_buffer_finish(&formatter.text);
	return result;
}
