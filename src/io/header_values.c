/* Link, Retry-After, Content-Type. See header_values.h. */
#include "io/header_values.h"

#include <errno.h>
#include <string.h>

#include "io/http_date.h"

struct link {
	struct weir_header_text target;
	struct weir_header_text relations; /* as written, quoted pairs included */
	bool has_relations;
	bool has_anchor;
};

static void advance(struct weir_header_text *rest, size_t count)
{
	rest->bytes += count;
	rest->length -= count;
}

static bool starts_with(struct weir_header_text rest, char c)
{
	return rest.length > 0 && rest.bytes[0] == c;
}

static void skip_blanks(struct weir_header_text *rest)
{
	while (starts_with(*rest, ' ') || starts_with(*rest, '\t'))
		advance(rest, 1);
}

/* Up to the first of the delimiters, or the end. */
static struct weir_header_text take_until(struct weir_header_text *rest, const char *delimiters)
{
	struct weir_header_text taken = { rest->bytes, 0 };

	/* memchr() rather than strchr(): that would find its own terminator in a value with NUL. */
	while (rest->length > 0 && !memchr(delimiters, rest->bytes[0], strlen(delimiters))) {
		advance(rest, 1);
		taken.length++;
	}
	return weir_header_text_trim(taken);
}

/* The rest starts with a quote. False if no quote ends it. */
static bool take_quoted(struct weir_header_text *rest, struct weir_header_text *ret_inside)
{
	advance(rest, 1);
	*ret_inside = (struct weir_header_text){ rest->bytes, 0 };
	while (rest->length > 0 && !starts_with(*rest, '"')) {
		size_t step = starts_with(*rest, '\\') && rest->length > 1 ? 2 : 1;

		advance(rest, step);
		ret_inside->length += step;
	}
	if (rest->length == 0)
		return false;
	advance(rest, 1);
	return true;
}

/* The rest starts behind a semicolon. False if a quoted value does not end. */
static bool take_parameter(struct weir_header_text *rest, struct link *link)
{
	struct weir_header_text name, parameter = { "", 0 };

	skip_blanks(rest);
	name = take_until(rest, "=;,");
	if (starts_with(*rest, '=')) {
		advance(rest, 1);
		skip_blanks(rest);
		if (!starts_with(*rest, '"'))
			parameter = take_until(rest, ";,");
		else if (!take_quoted(rest, &parameter))
			return false;
	}
	if (weir_header_text_equals(name, "rel", strlen("rel")) && !link->has_relations) {
		link->has_relations = true;
		link->relations = parameter;
	}
	if (weir_header_text_equals(name, "anchor", strlen("anchor")))
		link->has_anchor = true;
	return true;
}

/* The rest starts with "<"; what follows the link is its comma or the end. Returns NULL, or the problem. */
static const char *take_link(struct weir_header_text *rest, struct link *link)
{
	const char *close = memchr(rest->bytes, '>', rest->length);

	if (!close)
		return "Link target without \">\"";
	*link = (struct link){ .target = { rest->bytes + 1, (size_t)(close - rest->bytes) - 1 } };
	link->target = weir_header_text_trim(link->target);
	advance(rest, (size_t)(close - rest->bytes) + 1);
	for (skip_blanks(rest); starts_with(*rest, ';'); skip_blanks(rest)) {
		advance(rest, 1);
		if (!take_parameter(rest, link))
			return "Link parameter without closing quote";
	}
	if (rest->length > 0 && !starts_with(*rest, ','))
		return "Link field with something other than \";\" or \",\" behind a target or parameter";
	return NULL;
}

/* Compares as if quoted pairs were undone first. */
static bool has_relation(const struct link *link, const char *relation)
{
	struct weir_header_text rest = link->relations;
	size_t relation_length = strlen(relation);
	size_t matched = 0;
	bool is_match = true;

	for (; rest.length > 0; advance(&rest, 1)) {
		if (starts_with(rest, '\\') && rest.length > 1)
			advance(&rest, 1);
		if (starts_with(rest, ' ') || starts_with(rest, '\t')) {
			if (is_match && matched == relation_length)
				return true;
			matched = 0;
			is_match = true;
			continue;
		}
		is_match = is_match && matched < relation_length &&
			   weir_header_text_equals((struct weir_header_text){ rest.bytes, 1 }, relation + matched, 1);
		matched++;
	}
	return is_match && matched == relation_length;
}

int weir_link_find(
	struct weir_header_text value, const char *relation, struct weir_header_text *ret_target, char *message)
{
	struct weir_header_text rest = value;

	for (;;) {
		struct link link;
		const char *problem;

		skip_blanks(&rest);
		if (rest.length == 0)
			return 0;
		if (starts_with(rest, ',')) { /* empty list elements are allowed: RFC 9110 §5.6.1.2 */
			advance(&rest, 1);
			continue;
		}
		if (!starts_with(rest, '<'))
			return weir_header_failure(message, "Link field without \"<\" where a link begins", rest);
		problem = take_link(&rest, &link);
		if (problem)
			return weir_header_failure(message, problem, value);
		if (link.has_relations && !link.has_anchor && has_relation(&link, relation)) {
			*ret_target = link.target;
			return 1;
		}
	}
}

/* What lies from one moment to the other, each in seconds and nanoseconds since 1970; 0 if it is past. */
static int64_t delay_until(int64_t seconds, int64_t now_ns, int64_t maximum_ns)
{
	const int64_t second_ns = 1000000000;
	int64_t now_seconds = now_ns / second_ns, now_rest_ns = now_ns % second_ns;
	int64_t delay_ns;

	if (now_rest_ns < 0) {
		now_seconds--;
		now_rest_ns += second_ns;
	}
	if (seconds <= now_seconds)
		return 0;
	if (now_rest_ns == 0)
		return weir_header_nanoseconds((uint64_t)(seconds - now_seconds), 0, maximum_ns);
	delay_ns = second_ns - now_rest_ns;
	return weir_header_nanoseconds((uint64_t)(seconds - now_seconds - 1), delay_ns, maximum_ns);
}

int weir_retry_after_parse(
	struct weir_header_text value, int64_t now_ns, int64_t maximum_ns, int64_t *ret_delay_ns, char *message)
{
	struct weir_header_text text = weir_header_text_trim(value), number = text;
	uint64_t seconds;
	int64_t nanoseconds, date;
	size_t digits;

	if (starts_with(number, '-'))
		advance(&number, 1);
	digits = weir_header_text_number(number, INT64_MAX / 10, &seconds, &nanoseconds);
	if (digits > 0 && digits == number.length) {
		bool is_negative = number.length < text.length;

		*ret_delay_ns = is_negative ? 0 : weir_header_nanoseconds(seconds, nanoseconds, maximum_ns);
		return 0;
	}
	if (weir_http_date_parse(text, now_ns / 1000000000, &date)) {
		*ret_delay_ns = delay_until(date, now_ns, maximum_ns);
		return 0;
	}
	return weir_header_failure(message, "Retry-After is neither seconds nor an HTTP date", value);
}

bool weir_media_type_is(struct weir_header_text value, const char *type)
{
	struct weir_header_text rest = weir_header_text_trim(value);

	return weir_header_text_equals(take_until(&rest, ";"), type, strlen(type));
}
