/* weir_http_body: the body of a successful answer, as it comes. See weir/http.h. */
#include <string.h>

#include <weir/http.h>
#include <weir/operator.h>

#include "io/http_failure.h"
#include "io/http_request.h"

struct http_body {
	struct weir_node node;
	weir_value head; /* of a failed answer */
	bool has_head;
	bool is_failing; /* the body is collected for the message */
	size_t shown_length;
	char shown[WEIR_HTTP_SHOWN_BODY];
};

static void http_body_fail(struct http_body *self)
{
	weir_emit_error(&self->node, weir_http_failure(&self->node, self->head, self->shown, self->shown_length));
}

static void http_body_next(struct weir_node *node, weir_value value)
{
	struct http_body *self = WEIR_CONTAINER_OF(node, struct http_body, node);

	if (!self->has_head) {
		self->has_head = true;
		self->is_failing = weir_as_int(weir_get(value, "status")) >= 300;
		if (self->is_failing)
			self->head = value;
		else
			weir_release(value);
		weir_request_replacement(node);
		return;
	}
	if (!self->is_failing) {
		weir_emit_next(node, value);
		return;
	}

	size_t length;
	const char *bytes = weir_as_bytes(value, &length);
	size_t room = sizeof self->shown - self->shown_length;

	if (length > room)
		length = room;
	memcpy(self->shown + self->shown_length, bytes, length);
	self->shown_length += length;
	weir_release(value);
	if (length == room)
		http_body_fail(self);
	else
		weir_request_replacement(node);
}

static void http_body_error(struct weir_node *node, weir_error *error)
{
	struct http_body *self = WEIR_CONTAINER_OF(node, struct http_body, node);

	if (!self->is_failing) {
		weir_emit_error(node, error);
		return;
	}
	weir_error_unref(error);
	http_body_fail(self);
}

static void http_body_complete(struct weir_node *node)
{
	struct http_body *self = WEIR_CONTAINER_OF(node, struct http_body, node);

	if (self->is_failing)
		http_body_fail(self);
	else
		weir_emit_complete(node);
}

static void http_body_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct http_body, node)->head);
}

static const struct weir_node_class http_body_class = {
	.name = "http_body",
	.size = sizeof(struct http_body),
	.next = http_body_next,
	.error = http_body_error,
	.complete = http_body_complete,
	.finish = http_body_finish,
};

weir_observable *weir_http_body(const char *url, const struct weir_http_options *options)
{
	weir_observable *rejected = weir_http_request_reject("http_body", url, options);

	if (rejected != NULL)
		return rejected;
	return weir_extend(weir_http_from_request(weir_http_request_copy(url, options, NULL)), &http_body_class, NULL);
}
