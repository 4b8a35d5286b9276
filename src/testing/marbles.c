/* Reading marble strings. See testing/marbles.h. */
#include "testing/marbles.h"

#include <errno.h>
#include <string.h>

#include "base/allocator.h"

static const char OUT_OF_MEMORY[] = "out of memory";

struct parser {
	const char *text;
	size_t position;
	weir_duration time;
	enum weir_marble_grammar grammar;
	const struct weir_marble_alphabet *alphabet;
	struct weir_marbles *marbles;
	bool in_group;
	bool ended;
	weir_duration zero; /* where `^` stands */
	bool has_zero;
};

bool weir_marbles_add(struct weir_marbles *marbles, weir_duration time, enum weir_marble_type type, weir_value value)
{
	if (marbles->count == marbles->capacity) {
		size_t capacity = marbles->capacity == 0 ? 16 : marbles->capacity * 2;
		struct weir_marble *items = weir_reallocate(marbles->items, capacity * sizeof *items);

		if (items == NULL) {
			weir_release(value);
			return false;
		}
		marbles->items = items;
		marbles->capacity = capacity;
	}
	marbles->items[marbles->count++] = (struct weir_marble){ .time = time, .type = type, .value = value };
	return true;
}

void weir_marbles_finish(struct weir_marbles *marbles)
{
	for (size_t index = 0; index < marbles->count; index++)
		weir_release(marbles->items[index].value);
	weir_deallocate(marbles->items);
	*marbles = (struct weir_marbles){ .next = marbles->next };
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_letter(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static const char *starts_with(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* ` 12ms `: the time it stands for, or -1 when this is none. The blank behind it stays. */
static weir_duration parse_span(const char *text, size_t *ret_length)
{
	static const struct {
		const char *name;
		int64_t nanoseconds;
	} units[] = { { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 }, { "m", 60000000000 } };
	const char *unit = text;
	int64_t count = 0;

	for (; is_digit(*unit); unit++)
		if (count < INT64_MAX / 10 - 9)
			count = count * 10 + (*unit - '0');
	if (unit == text)
		return -1;
	for (size_t index = 0; index < sizeof units / sizeof units[0]; index++) {
		const char *end = starts_with(unit, units[index].name);

		if (end != NULL && (*end == ' ' || *end == '\0')) {
			*ret_length = (size_t)(end - text);
			return weir_duration_scale(count, units[index].nanoseconds);
		}
	}
	return -1;
}

static weir_value letter_value(const struct weir_marble_alphabet *alphabet, char letter)
{
	return alphabet->is_bound[(unsigned char)letter] ? weir_retain(alphabet->values[(unsigned char)letter])
							 : weir_str(&letter, 1);
}

static weir_value error_value(const struct weir_marble_alphabet *alphabet)
{
	const char *message = alphabet->error_message;

	return weir_fail(
		alphabet->error_code, "%s", message != NULL ? message : weir_error_code_text(alphabet->error_code));
}

/* Whether there was memory for what `character` means. */
static bool is_whole(
	const struct weir_marble_alphabet *alphabet, enum weir_marble_type type, char character, weir_value value)
{
	if (type == WEIR_MARBLE_ERROR)
		return weir_error_code(weir_as_error(value)) == alphabet->error_code;
	return !weir_is_error(value) || alphabet->is_bound[(unsigned char)character];
}

/* One notification, without its time line. Returns what is wrong. */
static const char *parse_marble(struct parser *parser, char character)
{
	const struct weir_marble_alphabet *alphabet = parser->alphabet;
	enum weir_marble_type type = WEIR_MARBLE_NEXT;
	weir_value value = weir_nil();

	if (parser->grammar == WEIR_MARBLES_SUBSCRIPTION) {
		if (character == '^' && !parser->has_zero)
			type = WEIR_MARBLE_SUBSCRIBED;
		else if (character == '!' && parser->has_zero)
			type = WEIR_MARBLE_RELEASED;
		else
			return "a subscription is one ^ for its beginning and then one ! for its end, with - for "
			       "frames";
		parser->has_zero = true;
	} else if (is_digit(character)) {
		value = weir_int(character - '0');
	} else if (is_letter(character)) {
		value = letter_value(alphabet, character);
	} else if (character == '|') {
		type = WEIR_MARBLE_COMPLETE;
	} else if (character == '#') {
		type = WEIR_MARBLE_ERROR;
		value = error_value(alphabet);
	} else if (character == '^') {
		return "^ is for hot sources, once, outside a group";
	} else if (character == '!') {
		return "! is for subscriptions";
	} else {
		return "this character means nothing; values are digits and letters";
	}
	if (parser->ended) {
		weir_release(value);
		return "nothing can come after the end";
	}
	parser->ended = type == WEIR_MARBLE_COMPLETE || type == WEIR_MARBLE_ERROR || type == WEIR_MARBLE_RELEASED;
	if (!is_whole(alphabet, type, character, value)) {
		weir_release(value);
		return OUT_OF_MEMORY;
	}
	if (!weir_marbles_add(parser->marbles, parser->time, type, value))
		return OUT_OF_MEMORY;

	struct weir_marble *marble = &parser->marbles->items[parser->marbles->count - 1];

	if (type == WEIR_MARBLE_NEXT && is_letter(character))
		marble->stream = alphabet->streams[(unsigned char)character];
	marble->any_message = type == WEIR_MARBLE_ERROR && alphabet->error_message == NULL;
	return NULL;
}

/* From one `(` to its `)`: the group's own characters pass time only behind it. */
static const char *parse_group(struct parser *parser)
{
	size_t begin = parser->position++;
	size_t characters = 2;
	const char *problem = NULL;

	for (; problem == NULL && parser->text[parser->position] != ')'; parser->position++) {
		char character = parser->text[parser->position];

		if (character == '\0') {
			parser->position = begin;
			return "the group is never closed";
		}
		if (character == ' ')
			continue;
		if (character == '(' || character == '-')
			return "a group holds notifications only: they all happen at its beginning";
		problem = parse_marble(parser, character);
		if (problem != NULL)
			return problem;
		characters++;
	}
	parser->position++;
	parser->time = weir_time_after(parser->time, (weir_duration)characters * WEIR_FRAME);
	return NULL;
}

static const char *parse_step(struct parser *parser)
{
	const char *at = parser->text + parser->position;
	const char *problem;
	size_t length;

	if (*at == ' ') {
		parser->position++;
		return NULL;
	}
	if (parser->position == 0 || at[-1] == ' ') {
		weir_duration span = parse_span(at, &length);

		if (span >= 0) {
			parser->position += length;
			parser->time = weir_time_after(parser->time, span);
			return NULL;
		}
	}
	if (*at == '(')
		return parse_group(parser);
	if (*at == ')')
		return "no group is open here";
	if (*at == '^' && parser->grammar == WEIR_MARBLES_HOT && !parser->has_zero) {
		parser->has_zero = true;
		parser->zero = parser->time;
	} else if (*at != '-') {
		problem = parse_marble(parser, *at);
		if (problem != NULL)
			return problem;
	}
	parser->position++;
	parser->time = weir_time_after(parser->time, WEIR_FRAME);
	return NULL;
}

const char *weir_marbles_parse(struct weir_marbles *marbles, const char *text, enum weir_marble_grammar grammar,
	const struct weir_marble_alphabet *alphabet, size_t *ret_column)
{
	struct parser parser = { .text = text, .grammar = grammar, .alphabet = alphabet, .marbles = marbles };
	const char *problem = NULL;

	*ret_column = 0;
	if (text == NULL)
		return "there are none: NULL";
	while (problem == NULL && text[parser.position] != '\0')
		problem = parse_step(&parser);
	if (problem != NULL) {
		*ret_column = parser.position;
		weir_marbles_finish(marbles);
		return problem;
	}
	for (size_t index = 0; index < marbles->count; index++)
		marbles->items[index].time -= parser.zero;
	return NULL;
}

static bool errors_match(const struct weir_marble *expected, const struct weir_marble *actual)
{
	const weir_error *left = weir_as_error(expected->value);
	const weir_error *right = weir_as_error(actual->value);

	return weir_error_code(left) == weir_error_code(right) &&
	       (expected->any_message || strcmp(weir_error_message(left), weir_error_message(right)) == 0);
}

bool weir_marble_matches(const struct weir_marble *expected, const struct weir_marble *actual)
{
	if (expected->time != actual->time || expected->type != actual->type)
		return false;
	if (expected->type == WEIR_MARBLE_ERROR)
		return errors_match(expected, actual);
	if (expected->stream == NULL)
		return weir_equal(expected->value, actual->value);
	if (actual->stream == NULL || expected->stream->count != actual->stream->count)
		return false;
	for (size_t index = 0; index < expected->stream->count; index++)
		if (!weir_marble_matches(&expected->stream->items[index], &actual->stream->items[index]))
			return false;
	return true;
}

static bool streams_match(const struct weir_marbles *expected, const struct weir_marbles *actual)
{
	struct weir_marble left = { .stream = expected };
	struct weir_marble right = { .stream = actual };

	return weir_marble_matches(&left, &right);
}

char weir_marble_character(const struct weir_marble *marble, const struct weir_marble_alphabet *alphabet)
{
	weir_value value = marble->value;
	size_t length;
	const char *text;

	switch (marble->type) {
	case WEIR_MARBLE_COMPLETE:
		return '|';
	case WEIR_MARBLE_ERROR:
		return '#';
	case WEIR_MARBLE_SUBSCRIBED:
		return '^';
	case WEIR_MARBLE_RELEASED:
		return '!';
	case WEIR_MARBLE_NEXT:
		break;
	}
	for (int letter = 'A'; letter <= 'z'; letter++) {
		if (!is_letter((char)letter))
			continue;
		if (marble->stream != NULL ? alphabet->streams[letter] != NULL &&
						     streams_match(alphabet->streams[letter], marble->stream)
					   : alphabet->is_bound[letter] && weir_equal(alphabet->values[letter], value))
			return (char)letter;
	}
	if (weir_kind(value) == WEIR_KIND_INT && weir_as_int(value) >= 0 && weir_as_int(value) <= 9)
		return (char)('0' + weir_as_int(value));
	text = weir_as_str(value, &length);
	return length == 1 && is_letter(*text) && !alphabet->is_bound[(unsigned char)*text] ? *text : '?';
}
