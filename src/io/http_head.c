/* The head of an HTTP answer. See io/http_head.h. */
#include "io/http_head.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/allocator.h"
#include "base/utf8.h"

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* "HTTP/1.1 200 OK", "HTTP/2 200". */
static int begin(struct weir_http_head *head, const char *line, size_t length)
{
	size_t space = 5;

	while (space < length && line[space] != ' ')
		space++;
	if (length < space + 4 || space - 5 >= sizeof head->version)
		goto malformed;
	head->status = 0;
	for (size_t digit = space + 1; digit < space + 4; digit++) {
		if (line[digit] < '0' || line[digit] > '9')
			goto malformed;
		head->status = head->status * 10 + (line[digit] - '0');
	}
	memcpy(head->version, line + 5, space - 5);
	head->version[space - 5] = '\0';
	head->inside = true;
	head->has_location = false;
	head->has_content_length = false;
	head->size = length;
	head->count = 0;
	head->fields.length = 0;
	return 0;
malformed:
	snprintf(head->message, sizeof head->message, "the answer begins with \"%.*s\"", length < 40 ? (int)length : 40,
		line);
	return -EBADMSG;
}

static int end(struct weir_http_head *head)
{
	head->inside = false;
	if (head->status < 200)
		return 0;
	if (head->follows_redirects && head->status >= 300 && head->status < 400 && head->has_location) {
		head->redirects++;
		head->temporary_redirects += head->status != 301 && head->status != 308;
		return 0;
	}
	head->is_complete = true;
	return 0;
}

static bool name_is(const char *line, size_t length, const char *name)
{
	return length == strlen(name) && strncasecmp(line, name, length) == 0;
}

static int check_content_length(struct weir_http_head *head, const char *value, size_t length)
{
	bool is_number = length > 0 && length <= 18; /* far beyond any body, and without overflow */

	for (size_t index = 0; index < length; index++)
		if (value[index] < '0' || value[index] > '9')
			is_number = false;
	if (is_number && !head->has_content_length) {
		head->has_content_length = true;
		return 0;
	}
	snprintf(head->message, sizeof head->message, "%s Content-Length \"%.*s\"",
		is_number ? "the answer has a second" : "the answer has an impossible", length < 40 ? (int)length : 40,
		value);
	return -EBADMSG;
}

static int keep_field(struct weir_http_head *head, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	size_t name_length = colon != NULL ? (size_t)(colon - line) : length;
	const char *value = colon != NULL ? colon + 1 : line + length;
	const char *value_end = line + length;

	while (value < value_end && is_blank(*value))
		value++;
	while (value_end > value && is_blank(value_end[-1]))
		value_end--;

	size_t value_length = (size_t)(value_end - value);

	/* A folded line continues the value before it. */
	if (length > 0 && is_blank(line[0]) && head->fields.length > 0) {
		if (weir_byte_buffer_reserve(&head->fields, length + 1) < 0)
			return -ENOMEM;
		while (length > 0 && is_blank(line[0])) {
			line++;
			length--;
		}
		head->fields.bytes[head->fields.length - 1] = ' ';
		weir_byte_buffer_append(&head->fields, line, length);
		return weir_byte_buffer_append(&head->fields, "", 1);
	}
	if (name_is(line, name_length, "location"))
		head->has_location = value_length > 0;
	if (name_is(line, name_length, "content-length")) {
		int result = check_content_length(head, value, value_length);

		if (result < 0)
			return result;
	}
	if (weir_byte_buffer_reserve(&head->fields, name_length + value_length + 2) < 0)
		return -ENOMEM;
	for (size_t index = 0; index < name_length; index++) {
		char byte = line[index];

		head->fields.bytes[head->fields.length++] =
			(char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
	}
	head->fields.bytes[head->fields.length++] = '\0';
	weir_byte_buffer_append(&head->fields, value, value_length);
	return weir_byte_buffer_append(&head->fields, "", 1);
}

int weir_http_head_line(struct weir_http_head *head, const char *line, size_t length)
{
	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	if (!head->inside && !head->is_complete && length >= 5 && memcmp(line, "HTTP/", 5) == 0)
		return begin(head, line, length);
	if (length == 0)
		return head->inside ? end(head) : 0;
	head->size += length;
	head->count++;
	if (head->size > head->max_size || head->count > head->max_count) {
		snprintf(head->message, sizeof head->message, "the answer's header fields exceed %zu %s",
			head->size > head->max_size ? head->max_size : head->max_count,
			head->size > head->max_size ? "bytes" : "in number");
		return -EMSGSIZE;
	}
	if (memchr(line, '\0', length) != NULL) {
		snprintf(head->message, sizeof head->message, "a header field of the answer holds a NUL");
		return -EBADMSG;
	}
	/* What follows the head are trailer fields: counted, not kept. */
	return head->inside ? keep_field(head, line, length) : 0;
}

static weir_value text_value(const char *bytes, size_t length)
{
	if (weir_utf8_valid_prefix(bytes, length) == length)
		return weir_str(bytes, length);

	size_t repaired_length = weir_utf8_repaired_length(bytes, length);
	char *repaired = weir_allocate(repaired_length);

	if (repaired == NULL)
		return weir_fail(ENOMEM, "out of memory");
	weir_utf8_repair(repaired, bytes, length);

	weir_value value = weir_str(repaired, repaired_length);

	weir_deallocate(repaired);
	return value;
}

/* The values of all fields of this name, from the first on, joined. */
static weir_value joined_value(const struct weir_http_head *head, const char *first, struct weir_byte_buffer *scratch)
{
	const char *end_of_fields = head->fields.bytes + head->fields.length;
	const char *separator = strcmp(first, "set-cookie") == 0 ? "\n" : ", ";

	scratch->length = 0;
	for (const char *name = first; name < end_of_fields;) {
		const char *value = name + strlen(name) + 1;
		size_t length = strlen(value);

		if (strcmp(name, first) == 0 &&
			((name != first && weir_byte_buffer_append(scratch, separator, strlen(separator)) < 0) ||
				weir_byte_buffer_append(scratch, value, length) < 0))
			return weir_fail(ENOMEM, "out of memory");
		name = value + length + 1;
	}
	return text_value(scratch->length > 0 ? scratch->bytes : "", scratch->length);
}

static bool is_repeated(const struct weir_http_head *head, const char *name)
{
	for (const char *before = head->fields.bytes; before < name;) {
		if (strcmp(before, name) == 0)
			return true;
		before += strlen(before) + 1;
		before += strlen(before) + 1;
	}
	return false;
}

static weir_value fields_value(const struct weir_http_head *head)
{
	struct weir_byte_buffer scratch = { 0 };
	struct weir_member *members;
	size_t count = 0;

	if (head->fields.length == 0)
		return weir_make_map(NULL, 0);
	members = weir_allocate(head->count * sizeof *members);
	if (members == NULL)
		return weir_fail(ENOMEM, "out of memory");
	for (const char *name = head->fields.bytes; name < head->fields.bytes + head->fields.length;) {
		if (!is_repeated(head, name))
			members[count++] = (struct weir_member){
				text_value(name, strlen(name)),
				joined_value(head, name, &scratch),
			};
		name += strlen(name) + 1;
		name += strlen(name) + 1;
	}

	weir_value map = weir_make_map(members, count);

	weir_deallocate(members);
	weir_byte_buffer_finish(&scratch);
	return map;
}

weir_value weir_http_head_value(const struct weir_http_head *head, const char *url)
{
	struct weir_member members[] = {
		{ weir_string_static("status"), weir_int(head->status) },
		{ weir_string_static("headers"), fields_value(head) },
		{ weir_string_static("url"), text_value(url, strlen(url)) },
		{ weir_string_static("http_version"), weir_string(head->version) },
		{ weir_string_static("redirects"), weir_int(head->redirects) },
		{ weir_string_static("permanent"), weir_bool(head->redirects > 0 && head->temporary_redirects == 0) },
	};

	return weir_make_map(members, sizeof members / sizeof *members);
}

void weir_http_head_finish(struct weir_http_head *head)
{
	weir_byte_buffer_finish(&head->fields);
}
