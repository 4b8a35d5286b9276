/* Marble strings, and messages that are queued before the clock starts: FORMAT.md §3, §4. */
#include "vectors.h"

#include <ctype.h>
#include <string.h>

/* "12ms " at the start of the string or behind a space; 0 when there is none here. */
static size_t span_at(const char *text, size_t position, int64_t *ret_frames)
{
	size_t end = position;
	int64_t count = 0;

	if (position > 0 && text[position - 1] != ' ')
		return 0;
	while (isdigit((unsigned char)text[end]))
		count = count * 10 + (text[end++] - '0');
	if (end == position || strncmp(text + end, "ms ", 3) != 0)
		return 0;
	*ret_frames = count;
	return end + 3 - position;
}

static weir_value message_value(struct run *run, weir_value values, char character)
{
	weir_value key = run_keep(run, weir_str(&character, 1));
	bool found = false;
	weir_value value;

	if (isdigit((unsigned char)character))
		return weir_int(character - '0');
	value = weir_get_value(values, key, &found);
	return found ? run_keep(run, weir_retain(value)) : key;
}

struct marbles marbles_parse(struct run *run, weir_value text, weir_value values, weir_value error)
{
	size_t length = weir_length(text);
	char *characters = run_allocate(run, length + 1);
	struct marbles marbles = { run_allocate(run, length * sizeof(struct message)), 0 };
	weir_value error_text = run_keep(run, weir_is_nil(error) ? weir_string_static("error") : weir_retain(error));
	int64_t frame = 0, group = -1, zero = 0, frames = 0;

	weir_copy_string(text, characters, length + 1);
	for (size_t i = 0, skipped; i < length; i++) {
		char character = characters[i];
		struct message message = { .frame = group >= 0 ? group : frame, .kind = 'N' };

		skipped = span_at(characters, i, &frames);
		if (skipped > 0) {
			frame += frames;
			i += skipped - 2; /* the space stays: it may stand before another span */
			continue;
		}
		if (character == ' ')
			continue;
		frame++;
		if (character == '(')
			group = frame - 1;
		else if (character == ')')
			group = -1;
		else if (character == '^')
			zero = frame - 1;
		if (strchr("-()^", character) != NULL)
			continue;
		if (character == '|') {
			message.kind = 'C';
		} else if (character == '#') {
			message.kind = 'E';
			message.value = error_text;
		} else {
			message.value = message_value(run, values, character);
		}
		marbles.messages[marbles.count++] = message;
	}
	for (size_t i = 0; i < marbles.count; i++)
		marbles.messages[i].frame -= zero;
	return marbles;
}

/* Playbacks */

void playback_add(struct run *run, struct marbles marbles, void (*play)(const struct message *message, void *context),
	void *context)
{
	struct playback *playback = run_allocate(run, sizeof *playback);

	*playback = (struct playback){ .run = run, .marbles = marbles, .play = play, .context = context };
	*run->playbacks_end = playback;
	run->playbacks_end = &playback->next;
}

weir_duration message_lateness(const struct message *message, const struct message *previous, weir_duration late)
{
	weir_duration own = lateness();

	return previous != NULL && previous->frame == message->frame && own < late ? late : own;
}

struct playback_entry {
	const struct playback *playback;
	const struct message *message;
};

static void play_entry(void *context)
{
	struct playback_entry *entry = context;

	entry->playback->play(entry->message, entry->playback->context);
}

void playback_queue_all(struct run *run)
{
	for (struct playback *playback = run->playbacks; playback != NULL; playback = playback->next) {
		weir_duration late = 0;

		for (size_t i = 0; i < playback->marbles.count; i++) {
			struct playback_entry *entry = run_allocate(run, sizeof *entry);

			*entry = (struct playback_entry){ playback, &playback->marbles.messages[i] };
			late = message_lateness(entry->message, i == 0 ? NULL : entry->message - 1, late);
			if (entry->message->frame < 0)
				play_entry(entry); /* before the clock starts: nobody listens */
			else
				run_at(run, entry->message->frame, late, play_entry, entry);
		}
	}
}
