/* weir_http_fetch: a whole answer as one item. See weir/http.h. */
#include <errno.h>

#include <weir/http.h>
#include <weir/operator.h>

#include "base/byte_buffer.h"
#include "io/http_fetch.h"
#include "io/quota.h"

struct http_fetch {
	struct weir_node node;
	weir_value head;
	bool has_head;
	struct weir_byte_buffer body;
};

static void http_fetch_next(struct weir_node *node, weir_value value)
{
	struct http_fetch *self = WEIR_CONTAINER_OF(node, struct http_fetch, node);
	size_t length;
	const char *bytes;

	if (!self->has_head) {
		self->has_head = true;
		self->head = value;
		return;
	}
	bytes = weir_as_bytes(value, &length);
	if (weir_byte_buffer_append(&self->body, bytes, length) < 0)
		weir_emit_failure(node, ENOMEM, "out of memory");
	weir_release(value);
}

static bool is_success(const struct http_fetch *self)
{
	const enum weir_fetch_policy *config = self->node.config;
	int64_t status = weir_as_int(weir_get(self->head, "status"));

	return status < 300 || (status == 304 && *config == WEIR_FETCH_ACCEPTS_304);
}

static weir_value http_fetch_answer(struct http_fetch *self)
{
	struct weir_member members[16];
	struct weir_iterator iterator = weir_iterate(self->head);
	size_t count = 0;
	weir_value key, item;

	while (weir_iterator_next(&iterator, &key, &item))
		members[count++] = (struct weir_member){ weir_retain(key), weir_retain(item) };
	members[count++] = (struct weir_member){
		weir_string_static("body"),
		weir_bin(self->body.length > 0 ? self->body.bytes : "", self->body.length),
	};
	return weir_make_map(members, count);
}

static void http_fetch_complete(struct weir_node *node)
{
	struct http_fetch *self = WEIR_CONTAINER_OF(node, struct http_fetch, node);

	if (!is_success(self)) {
		weir_emit_error(node, weir_http_failure(node, self->head, self->body.bytes, self->body.length));
		return;
	}
	weir_emit_result(node, http_fetch_answer(self));
	weir_emit_complete(node);
}

/* A failed answer whose body is cut off is a failed answer. */
static void http_fetch_error(struct weir_node *node, weir_error *error)
{
	struct http_fetch *self = WEIR_CONTAINER_OF(node, struct http_fetch, node);

	if (!self->has_head || is_success(self)) {
		weir_emit_error(node, error);
		return;
	}
	weir_error_unref(error);
	weir_emit_error(node, weir_http_failure(node, self->head, self->body.bytes, self->body.length));
}

static void http_fetch_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	weir_request_upstream(node, WEIR_UNBOUNDED);
}

static void http_fetch_finish(struct weir_node *node)
{
	struct http_fetch *self = WEIR_CONTAINER_OF(node, struct http_fetch, node);

	weir_release(self->head);
	weir_byte_buffer_finish(&self->body);
}

static const struct weir_node_class http_fetch_class = {
	.name = "http_fetch",
	.size = sizeof(struct http_fetch),
	.config_size = sizeof(enum weir_fetch_policy),
	.demand = WEIR_DEMAND_COUNTED,
	.next = http_fetch_next,
	.error = http_fetch_error,
	.complete = http_fetch_complete,
	.request = http_fetch_request,
	.finish = http_fetch_finish,
};

weir_observable *weir_http_fetch_from_request(
	struct weir_http_request request, enum weir_fetch_policy policy, weir_limiter *limiter)
{
	weir_observable *answer;

	if (request.options.max_body_size == UINT64_MAX)
		request.options.max_body_size = WEIR_FETCH_MAX_BODY_SIZE;
	answer = weir_http_from_request(request);
	if (limiter != NULL)
		answer = weir_quota_observed(answer, limiter);
	return weir_extend(answer, &http_fetch_class, &policy);
}

weir_observable *weir_http_fetch(const char *url, const struct weir_http_options *options)
{
	weir_observable *rejected = weir_http_request_reject("http_fetch", url, options);

	if (rejected != NULL)
		return rejected;
	return weir_http_fetch_from_request(weir_http_request_copy(url, options, NULL), WEIR_FETCH_ACCEPTS_200, NULL);
}

weir_observable *weir_http_get(const char *url)
{
	return weir_http_fetch(url, NULL);
}
