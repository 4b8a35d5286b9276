/* An answer that is no success, as an error. See io/http_failure.h. */
#include "io/http_failure.h"

#include <weir/loop.h>

#include "core/error_private.h"
#include "io/header_values.h"
#include "io/http_date.h"

weir_value weir_http_field(weir_value head, const char *name)
{
	return weir_get(weir_get(head, "headers"), name);
}

static struct weir_header_text text_of(weir_value value)
{
	struct weir_header_text text = { 0 };

	if (weir_kind(value) == WEIR_KIND_STR)
		text.bytes = weir_as_str(value, &text.length);
	return text;
}

weir_duration weir_http_retry_after(struct weir_node *node, weir_value head)
{
	struct weir_header_text retry_after = text_of(weir_http_field(head, "retry-after"));
	int64_t wall_clock = weir_loop_wall_clock(weir_node_loop(node));
	int64_t delay = -1;

	if (retry_after.bytes != NULL)
		weir_retry_after_parse(retry_after,
			weir_http_response_time(text_of(weir_http_field(head, "date")), wall_clock),
			WEIR_RETRY_AFTER_MAX, &delay, NULL);
	return delay;
}

/* Control characters would spoil the line that the message is. */
static size_t copy_printable(char *to, size_t size, const char *bytes, size_t length)
{
	size_t count = 0;

	for (size_t index = 0; index < length && count < size; index++)
		to[count++] = (unsigned char)bytes[index] < ' ' || bytes[index] == 0x7f ? ' ' : bytes[index];
	while (count > 0 && to[count - 1] == ' ')
		count--;
	/* Whole characters only. */
	while (count > 0 && count == size && ((unsigned char)to[count - 1] & 0x80) != 0)
		count--;
	return count;
}

weir_error *weir_http_failure(struct weir_node *node, weir_value head, const char *body, size_t length)
{
	char shown[WEIR_HTTP_SHOWN_BODY];
	char url[512];
	size_t shown_length = copy_printable(shown, sizeof shown, body, length);
	weir_duration retry_after = weir_http_retry_after(node, head);
	int status = (int)weir_as_int(weir_get(head, "status"));

	weir_copy_string(weir_get(head, "url"), url, sizeof url);

	weir_error *error = weir_node_error(node, WEIR_EHTTP, "the answer of %s is %d%s%.*s", url, status,
		shown_length > 0 ? ": " : "", (int)shown_length, shown);

	weir_error_set_status(error, status);
	if (retry_after >= 0)
		weir_error_set_retry_after(error, retry_after);
	return error;
}
