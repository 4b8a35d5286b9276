/* Replies that are complete at once. See main.c. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feed_server.h"

void add_header(struct evhttp_request *request, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

/* Consumes the body. */
void reply_json(struct evhttp_request *request, int status, const char *reason, json_t *body)
{
	struct evbuffer *out = must(evbuffer_new());
	char *text = dump(must(body));

	evbuffer_add_printf(out, "%s\n", text);
	add_header(request, "Content-Type", status < 400 ? "application/json" : "application/problem+json");
	evhttp_send_reply(request, status, reason, out);
	free(text);
	json_decref(body);
	evbuffer_free(out);
}

void reply_problem(struct evhttp_request *request, int status, const char *title, const char *detail)
{
	char *copy = must(strdup(detail));

	for (char *c = copy; *c; c++) /* it may quote the request, which need not be UTF-8 */
		*c = isascii(*c) ? *c : '?';
	reply_json(request, status, title, json_pack("{ss si ss}", "title", title, "status", status, "detail", copy));
	free(copy);
}

void add_retry_after(struct evhttp_request *request, unsigned seconds, bool as_date)
{
	char text[48];
	time_t when = time(NULL) + (time_t)seconds + 1; /* a date has whole seconds: rather late than early */
	struct tm utc;

	if (as_date)
		strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&when, &utc));
	else
		snprintf(text, sizeof text, "%u", seconds);
	add_header(request, "Retry-After", text);
}
