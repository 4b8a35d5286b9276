/* What differs, drawn for people. See weir/testing.h. */
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "testing/test.h"

enum {
	DIFFERENCES_SHOWN = 20,
	GAP_DRAWN = 12, /* frames in which nothing happens; a longer gap is drawn as a span of time */
};

void weir_report_add(struct weir_report *report, const char *format, ...)
{
	va_list arguments;
	va_list again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length >= 0 && report->length + (size_t)length + 1 > report->capacity) {
		size_t capacity = 2 * report->capacity + (size_t)length + 256;
		char *text = weir_reallocate(report->text, capacity);

		if (text != NULL) {
			report->text = text;
			report->capacity = capacity;
		} else {
			report->is_cut = true;
		}
	}
	if (length >= 0 && report->length + (size_t)length + 1 <= report->capacity) {
		vsnprintf(report->text + report->length, (size_t)length + 1, format, arguments);
		report->length += (size_t)length;
	}
	va_end(arguments);
}

bool weir_test_parse(weir_test *test, struct weir_marbles *marbles, const char *text, enum weir_marble_grammar grammar)
{
	size_t column;
	const char *problem = weir_marbles_parse(marbles, text, grammar, &test->alphabet, &column);

	if (problem == NULL)
		return true;
	weir_report_add(&test->report, "malformed marbles: %s\n", problem);
	if (text != NULL)
		weir_report_add(&test->report, "  %s\n  %*s\n", text, (int)column + 1, "^");
	return false;
}

/* "4 ms", or with as many digits as it takes. */
static void add_time(struct weir_report *report, weir_duration time)
{
	int64_t whole = time / WEIR_FRAME;
	int64_t rest = time % WEIR_FRAME;

	if (rest == 0)
		weir_report_add(report, "%lld ms", (long long)whole);
	else
		weir_report_add(report, "%lld.%06lld ms", (long long)whole, (long long)(rest < 0 ? -rest : rest));
}

static void add_marble(struct weir_report *report, const struct weir_marble *marble)
{
	char text[256];

	switch (marble->type) {
	case WEIR_MARBLE_COMPLETE:
		weir_report_add(report, "completion");
		return;
	case WEIR_MARBLE_ERROR:
		if (marble->any_message)
			snprintf(text, sizeof text, "(%s)",
				weir_error_code_name(weir_error_code(weir_as_error(marble->value))));
		else
			weir_error_print(weir_as_error(marble->value), text, sizeof text);
		weir_report_add(report, "the error %s", text);
		return;
	case WEIR_MARBLE_SUBSCRIBED:
		weir_report_add(report, "a subscription");
		return;
	case WEIR_MARBLE_RELEASED:
		weir_report_add(report, "its release");
		return;
	case WEIR_MARBLE_NEXT:
		break;
	}
	if (marble->stream == NULL) {
		weir_print(marble->value, text, sizeof text);
		weir_report_add(report, "%s", text);
		return;
	}
	weir_report_add(report, "an observable [");
	for (size_t index = 0; index < marble->stream->count; index++) {
		weir_report_add(report, index == 0 ? "" : ", ");
		add_marble(report, &marble->stream->items[index]);
		weir_report_add(report, " at +");
		add_time(report, marble->stream->items[index].time);
	}
	weir_report_add(report, "]");
}

static int64_t frame_of(const struct weir_marble *marble)
{
	int64_t frame = marble->time / WEIR_FRAME;

	return marble->time % WEIR_FRAME < 0 ? frame - 1 : frame;
}

/* The marbles of one frame from `*index` on, as text: "", "a" or "(ab)". */
static void draw_frame(char *cell, size_t size, const struct weir_marbles *marbles, size_t *index, int64_t frame,
	const struct weir_marble_alphabet *alphabet)
{
	size_t length = 1;

	while (*index < marbles->count && frame_of(&marbles->items[*index]) == frame) {
		if (length + 2 < size)
			cell[length++] = weir_marble_character(&marbles->items[*index], alphabet);
		(*index)++;
	}
	if (length > 2) {
		cell[0] = '(';
		cell[length++] = ')';
		cell[length] = '\0';
	} else {
		cell[0] = length == 2 ? cell[1] : '\0';
		cell[1] = '\0';
	}
}

/*
 * Two time lines, one column a frame in both. The characters of a group stand for the frames behind it, as in marbles,
 * unless something happens there in either line: then the other one gets blanks.
 */
static void draw(weir_test *test, const struct weir_marbles *expected, const struct weir_marbles *actual)
{
	const struct weir_marbles *lines[2] = { expected, actual };
	struct weir_report drawn[2] = { { 0 }, { 0 } };
	size_t index[2] = { 0, 0 };
	int64_t frame = 0;
	size_t room = 0; /* columns that a group has used of the frames to come */

	while (index[0] < lines[0]->count || index[1] < lines[1]->count) {
		int64_t next = INT64_MAX;

		for (int line = 0; line < 2; line++)
			if (index[line] < lines[line]->count && frame_of(&lines[line]->items[index[line]]) < next)
				next = frame_of(&lines[line]->items[index[line]]);

		int64_t gap = next - frame;

		if (gap > 0) {
			gap = (size_t)gap < room ? 0 : gap - (int64_t)room;
			for (int line = 0; line < 2; line++) {
				if (gap > GAP_DRAWN)
					weir_report_add(&drawn[line], " %lldms ", (long long)gap);
				else
					weir_report_add(&drawn[line], "%.*s", (int)gap, "------------");
			}
		}

		char cell[2][64];
		size_t width = 1;

		for (int line = 0; line < 2; line++) {
			draw_frame(cell[line], sizeof cell[line], lines[line], &index[line], next, &test->alphabet);
			if (strlen(cell[line]) > width)
				width = strlen(cell[line]);
		}
		/* As many of the group's frames as pass without anything happening. */
		for (int line = 0; line < 2; line++) {
			const char *text = cell[line][0] != '\0' ? cell[line] : "-";

			weir_report_add(&drawn[line], "%s", text);
			for (size_t column = strlen(text); column < width; column++)
				weir_report_add(&drawn[line], "-");
		}
		room = width - 1;
		frame = next + 1;
	}
	for (int line = 0; line < 2; line++)
		while (drawn[line].length > 0 && drawn[line].text[drawn[line].length - 1] == '-')
			drawn[line].text[--drawn[line].length] = '\0';
	weir_report_add(&test->report, "  expected: %s\n  actual:   %s\n", drawn[0].text != NULL ? drawn[0].text : "",
		drawn[1].text != NULL ? drawn[1].text : "");
	weir_deallocate(drawn[0].text);
	weir_deallocate(drawn[1].text);
}

/* Side by side, time by time; within one moment by position. Returns the number of differences. */
static size_t list_differences(
	struct weir_report *report, const struct weir_marbles *expected, const struct weir_marbles *actual)
{
	size_t differences = 0;
	size_t left = 0;
	size_t right = 0;

	while (left < expected->count || right < actual->count) {
		const struct weir_marble *wanted = left < expected->count ? &expected->items[left] : NULL;
		const struct weir_marble *came = right < actual->count ? &actual->items[right] : NULL;

		if (wanted != NULL && came != NULL && wanted->time != came->time) {
			if (wanted->time < came->time)
				came = NULL;
			else
				wanted = NULL;
		}
		left += wanted != NULL;
		right += came != NULL;
		if (wanted != NULL && came != NULL && weir_marble_matches(wanted, came))
			continue;
		if (report != NULL && differences == DIFFERENCES_SHOWN)
			weir_report_add(report, "  …\n");
		if (report != NULL && differences < DIFFERENCES_SHOWN) {
			weir_report_add(report, "  at ");
			add_time(report, (wanted != NULL ? wanted : came)->time);
			weir_report_add(report, ": expected ");
			if (wanted != NULL)
				add_marble(report, wanted);
			else
				weir_report_add(report, "nothing");
			weir_report_add(report, ", got ");
			if (came != NULL)
				add_marble(report, came);
			else
				weir_report_add(report, "nothing");
			weir_report_add(report, "\n");
		}
		differences++;
	}
	return differences;
}

void weir_test_compare(weir_test *test, const struct weir_expectation *expectation, size_t number)
{
	const struct weir_recording *recording = &expectation->recording;

	if (recording->is_endless)
		weir_report_add(&test->report,
			"expectation %zu: it emits without end (%llu items); use weir_test_expect_cancelled()\n",
			number, (unsigned long long)recording->received);
	if (recording->overfed)
		weir_report_add(&test->report, "expectation %zu: more items came than were requested (%llu of %llu)\n",
			number, (unsigned long long)recording->received, (unsigned long long)recording->requested);
	if (list_differences(NULL, &expectation->expected, &recording->marbles) == 0)
		return;
	weir_report_add(&test->report, "expectation %zu \"%s\" is not met:\n", number, expectation->text);
	draw(test, &expectation->expected, &recording->marbles);
	list_differences(&test->report, &expectation->expected, &recording->marbles);
}

void weir_test_compare_subscriptions(weir_test *test, const struct weir_test_source *source)
{
	size_t row = 0;
	size_t number = 0;

	if (!source->is_checked)
		return;
	for (size_t index = 0; index < source->expected.count || row < source->log_count; row++) {
		struct weir_marbles expected = { 0 };
		struct weir_marbles actual = { 0 };
		struct weir_marble rows[2] = { { .type = WEIR_MARBLE_SUBSCRIBED }, { .type = WEIR_MARBLE_RELEASED } };

		number++;
		expected.items = source->expected.items + index;
		for (; index < source->expected.count; index++) {
			if (expected.count > 0 && source->expected.items[index].type == WEIR_MARBLE_SUBSCRIBED)
				break;
			expected.count++;
		}
		actual.items = rows;
		if (row < source->log_count) {
			rows[0].time = source->log[row].subscribed;
			rows[1].time = source->log[row].released;
			actual.count = source->log[row].released < 0 ? 1 : 2;
		}
		if (list_differences(NULL, &expected, &actual) == 0)
			continue;
		weir_report_add(&test->report, "subscription %zu of the source \"%s\" is not as expected:\n", number,
			source->text);
		draw(test, &expected, &actual);
		list_differences(&test->report, &expected, &actual);
	}
}
