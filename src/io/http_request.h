/* What to ask for: the checked and copied arguments of weir/http.h. Immutable; belongs to a recipe. */
#ifndef WEIR_IO_HTTP_REQUEST_H
#define WEIR_IO_HTTP_REQUEST_H

#include <weir/http.h>

struct weir_http_request {
	char *url; /* NULL: there was no memory */
	struct weir_http_options
		options; /* defaults are filled in; its pointers lead into one block, which begins with the headers */
};

/* NULL, or the observable that says what is wrong with the arguments. */
weir_observable *weir_http_request_reject(const char *stage, const char *url, const struct weir_http_options *options);

/*
 * A copy of checked arguments. `more` are header fields that take the place of those of the same name in the options;
 * ended by one without name, or NULL. Without memory `url` is NULL.
 */
struct weir_http_request weir_http_request_copy(
	const char *url, const struct weir_http_options *options, const struct weir_http_header *more);

/* An observable of head and body. Consumes the request. */
weir_observable *weir_http_from_request(struct weir_http_request request);

void weir_http_request_finish(struct weir_http_request *request);

/* Whether one of the header fields has this name. */
bool weir_http_headers_have(const struct weir_http_header *headers, const char *name);

/* Prints a URL without user and password. Returns the length of the whole, as snprintf does. */
size_t weir_http_print_url(const char *url, char *buffer, size_t size);

#endif
