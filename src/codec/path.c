/* Where in a value an encoder is. See codec/path.h. */
#include "codec/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/codec.h>

struct text {
	char buffer[160];
	size_t length;
};

static void add(struct text *text, const char *part)
{
	size_t length = strlen(part);

	if (length >= sizeof text->buffer - text->length)
		length = sizeof text->buffer - text->length - 1;
	memcpy(text->buffer + text->length, part, length);
	text->length += length;
	text->buffer[text->length] = '\0';
}

/* `.readings[3]`, from the top; of a deep path the beginning and the end. */
static void add_path(struct text *text, const struct weir_path *path, unsigned shown)
{
	char step[48];
	size_t length = 0;

	if (path->parent != NULL && shown == 0)
		add(text, "…");
	else if (path->parent != NULL)
		add_path(text, path->parent, shown - 1);
	if (!path->is_map) {
		snprintf(step, sizeof step, "[%zu]", path->index);
	} else if (weir_kind(path->key) == WEIR_KIND_STR) {
		step[0] = '.';
		length = weir_copy_string(path->key, step + 1, sizeof step - 1);
		if (length == 0)
			strcpy(step, "[\"\"]");
	} else {
		step[0] = '[';
		length = weir_print(path->key, step + 1, sizeof step - 2);
		strcpy(step + 1 + length, "]");
	}
	add(text, step);
}

static void describe_place(struct text *text, const struct weir_path *path)
{
	*text = (struct text){ .length = 0 };
	if (path == NULL)
		return;
	add(text, ", at ");
	add_path(text, path, 4);
}

weir_value weir_no_form(weir_value value, const char *why, const char *format, const struct weir_path *path)
{
	struct text place;

	describe_place(&place, path);
	if (weir_is_error(value))
		return weir_fail(EINVAL, "an error has no form in %s (%s)%s", format,
			weir_error_message(weir_as_error(value)), place.buffer);
	if (why != NULL)
		return weir_fail(EINVAL, "%s has no form in %s%s", why, format, place.buffer);
	return weir_fail(EINVAL, "a value of kind %s has no form in %s%s", weir_kind_name(weir_kind(value)), format,
		place.buffer);
}

weir_value weir_too_deep(const char *format, const struct weir_path *path)
{
	struct text place;

	describe_place(&place, path->parent);
	return weir_fail(WEIR_ELIMIT, "what nests deeper than %d levels has no form in %s%s", WEIR_MAX_DEPTH, format,
		place.buffer);
}
