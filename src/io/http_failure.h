/* An answer that is no success, as an error. */
#ifndef WEIR_IO_HTTP_FAILURE_H
#define WEIR_IO_HTTP_FAILURE_H

#include <weir/operator.h>

/* A hostile server must not park a client for ever: a longer Retry-After is cut to this. */
#define WEIR_RETRY_AFTER_MAX weir_minutes(60)

/* How much of the body is shown in the message. */
#define WEIR_HTTP_SHOWN_BODY 256

/* The field of a head that weir_http() emitted; borrowed, nil if absent. */
weir_value weir_http_field(weir_value head, const char *name);

/* What Retry-After asks for, in nanoseconds, cut to WEIR_RETRY_AFTER_MAX; negative if it is absent or unreadable. */
weir_duration weir_http_retry_after(struct weir_node *node, weir_value head);

/* A WEIR_EHTTP error of this node with the status, the start of the body and the hint. Owned. */
weir_error *weir_http_failure(struct weir_node *node, weir_value head, const char *body, size_t length);

#endif
