/* What went wrong with a case: marbles side by side, and the lists that differ. */
#include "vectors.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_LENGTH = 400 };

/* A line of marbles: what happens at a frame stands at its column, as far as there is room. */
struct line {
	char text[LINE_MAX_LENGTH + 1];
	size_t length;
};

/* The values that have no character of their own; both lines share them. */
struct legend {
	weir_value values[26];
	size_t count;
};

static void put(struct line *line, char character)
{
	if (line->length < LINE_MAX_LENGTH)
		line->text[line->length++] = character;
}

static char marble_of(weir_value event, struct legend *legend)
{
	weir_value kind = weir_at(event, 1), value = weir_at(event, 2);
	size_t i = 0;

	if (weir_is_string(kind, "C"))
		return '|';
	if (weir_is_string(kind, "E"))
		return '#';
	if (weir_kind(value) == WEIR_KIND_INT && weir_as_int(value) >= 0 && weir_as_int(value) < 10)
		return (char)('0' + weir_as_int(value));
	if (weir_kind(value) == WEIR_KIND_STR && weir_length(value) == 1)
		return weir_as_str(value, NULL)[0];
	while (i < legend->count && !weir_equal(legend->values[i], value))
		i++;
	if (i == LENGTH_OF(legend->values))
		return '?';
	if (i == legend->count)
		legend->values[legend->count++] = value;
	return (char)('A' + i);
}

static void draw(struct line *line, weir_value events, struct legend *legend)
{
	size_t count = weir_length(events);

	for (size_t i = 0, same; i < count; i += same) {
		weir_value frame = weir_at(weir_at(events, i), 0);

		for (same = 1; i + same < count && weir_equal(weir_at(weir_at(events, i + same), 0), frame);)
			same++;
		while (line->length < (size_t)weir_as_int(frame) && line->length < LINE_MAX_LENGTH)
			put(line, '-');
		if (same > 1)
			put(line, '(');
		for (size_t k = 0; k < same; k++)
			put(line, marble_of(weir_at(events, i + k), legend));
		if (same > 1)
			put(line, ')');
	}
}

static void print_json(const char *title, weir_value value)
{
	weir_value text = weir_format_json(value, NULL);
	size_t length = 0;
	const char *bytes = weir_as_str(text, &length);

	printf("    %-10s%.*s\n", title, (int)length, bytes);
	weir_release(text);
}

static void print_marbles(weir_value expected, weir_value received)
{
	struct legend legend = { .count = 0 };
	struct line lines[2] = { { .length = 0 }, { .length = 0 } };

	draw(&lines[0], expected, &legend);
	draw(&lines[1], received, &legend);
	printf("    expected  %s\n    received  %s\n", lines[0].text, lines[1].text);
	for (size_t i = 0; i < legend.count; i++) {
		char text[160];

		weir_print(legend.values[i], text, sizeof text);
		printf("              %c = %s\n", (char)('A' + i), text);
	}
}

/* Of a scripted case each subscriber's; of another one the only one's. */
static void print_all_marbles(weir_value expected, weir_value received)
{
	struct weir_iterator iterator = weir_iterate(expected);
	weir_value name, events;

	if (weir_kind(expected) == WEIR_KIND_ARRAY) {
		print_marbles(expected, received);
		return;
	}
	while (weir_iterator_next(&iterator, &name, &events)) {
		char text[64];

		weir_copy_string(name, text, sizeof text);
		printf("    subscriber %s\n", text);
		print_marbles(events, weir_get_value(received, name, NULL));
	}
}

static void print_difference(const char *what, weir_value expected, weir_value received)
{
	if (weir_equal(expected, received) || (weir_is_nil(expected) && weir_length(received) == 0))
		return;
	printf("  %s\n", what);
	print_json("expected", expected);
	print_json("received", received);
}

void report_case(weir_value document, const struct outcome *outcome, bool verbose)
{
	static const char *const orders[] = { "", " (reordered within a frame)",
		" (steered by the order within a frame)", " (steered by the order within a frame, step by step)",
		" (unexplained)" };
	char id[64];

	if (outcome->passed && !outcome->is_remark)
		return;
	weir_copy_string(weir_get(document, "id"), id, sizeof id);
	printf("%s %s%s%s%s\n", outcome->passed ? "remark" : "FAILED", id, orders[outcome->order],
		outcome->problem[0] != '\0' ? ": " : "", outcome->problem);
	if (!verbose)
		return;
	print_json("expr", weir_get(document, "expr"));
	if (!weir_is_nil(weir_get(document, "sources")))
		print_json("sources", weir_get(document, "sources"));
	if (!weir_is_nil(weir_get(document, "steps")))
		print_json("steps", weir_get(document, "steps"));
	if (!weir_is_nil(weir_get(document, "unsub")))
		print_json("unsub", weir_get(document, "unsub"));
	print_all_marbles(weir_get(document, "expect"), outcome->expect);
	print_difference("events differ", weir_get(document, "expect"), outcome->expect);
	print_difference("subscriptions differ", weir_get(document, "subs"), outcome->subs);
	print_difference("logs differ", weir_get(document, "log"), outcome->log);
}
