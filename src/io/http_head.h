/*
 * The head of an HTTP answer, line by line as libcurl hands it out: heads of interim answers (1xx) and of redirects
 * come first, trailer fields last. Limits are enforced before anything is kept.
 */
#ifndef WEIR_IO_HTTP_HEAD_H
#define WEIR_IO_HTTP_HEAD_H

#include <weir/value.h>

#include "base/byte_buffer.h"

struct weir_http_head {
	size_t max_size;
	size_t max_count;
	bool follows_redirects;

	int status;
	char version[4]; /* "1.1" */
	bool inside; /* between a status line and its blank line */
	bool is_complete; /* the final head's blank line has come */
	bool has_location;
	bool has_content_length;
	int redirects;
	int temporary_redirects;
	size_t size;
	size_t count;
	struct weir_byte_buffer fields; /* name NUL value NUL …, names in lower case */
	char message[160]; /* what the last negative return code means */
};

/* 0, -ENOMEM, -EMSGSIZE (over a limit), -EBADMSG (no line of a head). */
int weir_http_head_line(struct weir_http_head *head, const char *line, size_t length);

/* The map of weir_http(); `url` is what redirects led to, without user and password. Owned; an error without memory. */
weir_value weir_http_head_value(const struct weir_http_head *head, const char *url);

void weir_http_head_finish(struct weir_http_head *head);

#endif
