/* weir_http: the head of an answer, then its body. See weir/http.h. */
#include <errno.h>

#include <weir/http.h>
#include <weir/operator.h>

#include "io/http_request.h"
#include "io/transfer.h"

struct http {
	struct weir_node node;
	struct weir_transfer transfer;
	bool is_started;
};

static void http_on_head(struct weir_transfer *transfer, weir_value head)
{
	weir_emit_next(transfer->owner, head);
}

static void http_on_body(struct weir_transfer *transfer, weir_value piece)
{
	weir_emit_next(transfer->owner, piece);
}

static void http_on_done(struct weir_transfer *transfer, weir_error *error)
{
	if (error != NULL)
		weir_emit_error(transfer->owner, error);
	else
		weir_emit_complete(transfer->owner);
}

static const struct weir_transfer_class http_transfer_class = {
	.head = http_on_head,
	.body = http_on_body,
	.done = http_on_done,
};

static void http_start(struct weir_node *node)
{
	struct http *self = WEIR_CONTAINER_OF(node, struct http, node);

	weir_transfer_init(&self->transfer, node, &http_transfer_class);
}

static void http_request(struct weir_node *node, uint64_t count)
{
	struct http *self = WEIR_CONTAINER_OF(node, struct http, node);
	const struct weir_http_request *config = node->config;

	(void)count;
	if (self->is_started) {
		weir_transfer_resume(&self->transfer);
		return;
	}
	self->is_started = true;

	weir_error *error = config->url == NULL ? weir_error_new(ENOMEM, "out of memory")
						: weir_transfer_start(&self->transfer, config);

	if (error != NULL)
		weir_emit_error(node, error);
}

static void http_config_destroy(void *config)
{
	weir_http_request_finish(config);
}

static const struct weir_node_class http_class = {
	.name = "http",
	.size = sizeof(struct http),
	.config_size = sizeof(struct weir_http_request),
	.demand = WEIR_DEMAND_COUNTED,
	.start = http_start,
	.request = http_request,
	.config_destroy = http_config_destroy,
};

weir_observable *weir_http_from_request(struct weir_http_request request)
{
	return weir_create_source(&http_class, &request);
}

weir_observable *weir_http(const char *url, const struct weir_http_options *options)
{
	weir_observable *rejected = weir_http_request_reject("http", url, options);

	return rejected != NULL ? rejected : weir_http_from_request(weir_http_request_copy(url, options, NULL));
}
