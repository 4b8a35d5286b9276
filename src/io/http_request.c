/* What to ask for. See io/http_request.h. */
#include "io/http_request.h"

#include <weir/operator.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/allocator.h"

/* The characters of methods and field names (RFC 9110 §5.6.2). */
static bool is_token(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
						    "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* Without what would end the field and begin another. */
static bool is_field_value(const char *text)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

bool weir_http_headers_have(const struct weir_http_header *headers, const char *name)
{
	for (; headers != NULL && headers->name != NULL; headers++)
		if (strcasecmp(headers->name, name) == 0)
			return true;
	return false;
}

size_t weir_http_print_url(const char *url, char *buffer, size_t size)
{
	const char *host = strstr(url, "://");
	size_t scheme_length = host != NULL ? (size_t)(host - url) + 3 : 0;
	const char *authority = url + scheme_length;
	const char *end = authority + strcspn(authority, "/?#");

	/* The last @ ends the user's part. */
	for (const char *at = end; at > authority; at--)
		if (at[-1] == '@') {
			authority = at;
			break;
		}
	return (size_t)snprintf(buffer, size, "%.*s%s", (int)scheme_length, url, authority);
}

weir_observable *weir_http_request_reject(const char *stage, const char *url, const struct weir_http_options *options)
{
	char shown[200];

	if (url == NULL)
		return weir_reject(NULL, stage, "the URL is NULL");
	weir_http_print_url(url, shown, sizeof shown);
	if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
		return weir_reject(NULL, stage, "the URL is \"%s\"; it must begin with http:// or https://", shown);
	for (const char *at = shown; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return weir_reject(NULL, stage,
				"the URL holds the byte 0x%02x behind \"%.*s\"; it must be percent-encoded",
				(unsigned char)*at, (int)(at - shown), shown);
	for (const char *at = url; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return weir_reject(NULL, stage, "the URL holds the byte 0x%02x; it must be percent-encoded",
				(unsigned char)*at);
	if (options == NULL)
		return NULL;
	if (options->method != NULL && !is_token(options->method))
		return weir_reject(
			NULL, stage, "the method is \"%s\"; it must be a token such as GET", options->method);
	if (options->body == NULL && options->body_length > 0)
		return weir_reject(NULL, stage, "body is NULL and body_length is %zu", options->body_length);
	if (options->connect_timeout < 0 || options->total_timeout < 0 || options->idle_timeout < 0)
		return weir_reject(NULL, stage, "a time limit is negative; 0 stands for the default");
	if (options->user_agent != NULL && !is_field_value(options->user_agent))
		return weir_reject(NULL, stage, "the user agent holds a control character");
	for (const struct weir_http_header *header = options->headers; header != NULL && header->name != NULL;
		header++) {
		if (!is_token(header->name))
			return weir_reject(NULL, stage, "\"%s\" is no name of a header field", header->name);
		if (header->value != NULL && !is_field_value(header->value))
			return weir_reject(NULL, stage, "the header field %s holds a control character", header->name);
	}
	return NULL;
}

static size_t room(const char *text)
{
	return text != NULL ? strlen(text) + 1 : 0;
}

static const char *copy(char **at, const char *text)
{
	char *start = *at;

	if (text == NULL)
		return NULL;
	*at = stpcpy(start, text) + 1;
	return start;
}

/* Walks the fields that count: those of the options that `more` does not replace, then `more`. */
static const struct weir_http_header *next_header(const struct weir_http_header **at,
	const struct weir_http_header **more, const struct weir_http_header *all_more)
{
	while (*at != NULL && (*at)->name != NULL) {
		const struct weir_http_header *header = (*at)++;

		if (!weir_http_headers_have(all_more, header->name))
			return header;
	}
	return *more != NULL && (*more)->name != NULL ? (*more)++ : NULL;
}

static void fill_in_defaults(struct weir_http_options *options)
{
	if (options->connect_timeout == 0)
		options->connect_timeout = weir_s(30);
	if (options->total_timeout == 0)
		options->total_timeout = WEIR_FOREVER;
	if (options->idle_timeout == 0)
		options->idle_timeout = weir_s(60);
	if (options->max_redirects == 0)
		options->max_redirects = 10;
	if (options->max_body_size == 0)
		options->max_body_size = UINT64_MAX;
	if (options->max_header_size == 0)
		options->max_header_size = 64 * 1024;
	if (options->max_header_count == 0)
		options->max_header_count = 256;
}

struct weir_http_request weir_http_request_copy(
	const char *url, const struct weir_http_options *options, const struct weir_http_header *more)
{
	static const struct weir_http_options defaults;
	struct weir_http_request request = { .options = options != NULL ? *options : defaults };
	struct weir_http_options *copied = &request.options;
	const struct weir_http_header *header, *given = copied->headers, *added = more;
	size_t header_count = 1;
	size_t size = room(url) + room(copied->method) + room(copied->user_agent) + room(copied->proxy) +
		      room(copied->ca_file) + copied->body_length;

	while ((header = next_header(&given, &added, more)) != NULL) {
		size += room(header->name) + room(header->value);
		header_count++;
	}

	struct weir_http_header *headers = weir_allocate(header_count * sizeof *headers + size);

	if (headers == NULL)
		return request;

	char *at = (char *)(headers + header_count);

	given = copied->headers;
	added = more;
	copied->headers = headers;
	while ((header = next_header(&given, &added, more)) != NULL)
		*headers++ = (struct weir_http_header){ copy(&at, header->name), copy(&at, header->value) };
	*headers = (struct weir_http_header){ 0 };
	request.url = (char *)copy(&at, url);
	copied->method = copy(&at, copied->method);
	copied->user_agent = copy(&at, copied->user_agent);
	copied->proxy = copy(&at, copied->proxy);
	copied->ca_file = copy(&at, copied->ca_file);
	if (copied->body != NULL)
		copied->body = memcpy(at, copied->body, copied->body_length);
	fill_in_defaults(copied);
	return request;
}

void weir_http_request_finish(struct weir_http_request *request)
{
	if (request->url != NULL)
		weir_deallocate((void *)request->options.headers);
}
