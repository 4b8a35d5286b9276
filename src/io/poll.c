/* weir_poll: a resource whenever it has changed. See weir/pages.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/pages.h>

#include "io/page_request.h"
#include "kit/inner.h"

enum {
	MAX_POLL_SECONDS = 3600,
};

struct poll_config {
	struct weir_http_request request;
	struct weir_page_policy policy;
	weir_duration interval;
	bool decodes_json;
};

struct poll {
	struct weir_node node;
	struct weir_inner request;
	struct weir_timer again;
	weir_value answer; /* the one that names what is known: its ETag and Last-Modified; nil: none */
	weir_time due; /* of the next request */
};

static struct poll *poll_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct poll, node);
}

static void poll_ask(struct poll *self)
{
	const struct poll_config *config = self->node.config;
	weir_value tag = weir_http_field(self->answer, "etag");
	weir_value date = weir_http_field(self->answer, "last-modified");
	char tag_text[512], date_text[64];
	struct weir_http_header more[3] = { 0 };
	size_t count = 0;

	/* Too long to be sent back is as good as none. */
	if (weir_length(tag) > 0 && weir_copy_string(tag, tag_text, sizeof tag_text) < sizeof tag_text)
		more[count++] = (struct weir_http_header){ "If-None-Match", tag_text };
	if (weir_length(date) > 0 && weir_copy_string(date, date_text, sizeof date_text) < sizeof date_text)
		more[count++] = (struct weir_http_header){ "If-Modified-Since", date_text };
	self->due = weir_time_after(weir_loop_now(weir_node_loop(&self->node)), config->interval);
	weir_inner_switch_to(&self->request,
		weir_page_request(weir_http_request_copy(config->request.url, &config->request.options, more),
			WEIR_FETCH_ACCEPTS_304, &config->policy));
}

/* Asks now if it may. */
static void poll_run(struct poll *self)
{
	if (!weir_is_open(&self->node) || self->node.demand == 0 || weir_inner_is_active(&self->request) ||
		weir_timer_is_active(&self->again))
		return;
	if (self->due > weir_loop_now(weir_node_loop(&self->node)))
		weir_timer_start_at(&self->again, self->due);
	else
		poll_ask(self);
}

static void poll_again(struct weir_timer *timer)
{
	poll_run(WEIR_CONTAINER_OF(timer, struct poll, again));
}

/* GitHub's way to ask for patience. */
static void poll_respect_interval(struct poll *self, weir_value answer)
{
	char text[16];
	weir_value field = weir_http_field(answer, "x-poll-interval");

	if (weir_length(field) == 0 || weir_copy_string(field, text, sizeof text) >= sizeof text)
		return;

	long seconds = strtol(text, NULL, 10);

	if (seconds <= 0)
		return;

	const struct poll_config *config = self->node.config;
	weir_duration asked = weir_s(seconds < MAX_POLL_SECONDS ? seconds : MAX_POLL_SECONDS);

	if (asked > config->interval)
		self->due = weir_time_after(self->due, asked - config->interval);
}

/* Whether the two answers have the same entity tag; weak comparison (RFC 9110 §8.8.3.2). */
static bool same_tag(weir_value left, weir_value right)
{
	size_t left_length, right_length;
	const char *left_text = weir_as_str(weir_http_field(left, "etag"), &left_length);
	const char *right_text = weir_as_str(weir_http_field(right, "etag"), &right_length);

	if (left_length > 2 && memcmp(left_text, "W/", 2) == 0) {
		left_text += 2;
		left_length -= 2;
	}
	if (right_length > 2 && memcmp(right_text, "W/", 2) == 0) {
		right_text += 2;
		right_length -= 2;
	}
	return left_length > 0 && left_length == right_length && memcmp(left_text, right_text, left_length) == 0;
}

/* The answer with its body decoded; an error if it is not JSON. `answer` is borrowed. */
static weir_value decoded(weir_value answer)
{
	struct weir_member members[16];
	struct weir_iterator iterator = weir_iterate(answer);
	size_t length, count = 0;
	const char *text = weir_as_bytes(weir_get(answer, "body"), &length);
	struct weir_json_options json = { .max_size = length > WEIR_DEFAULT_MAX_SIZE ? length : 0 };
	weir_value body = weir_parse_json(text != NULL ? text : "", length, &json);
	weir_value key, item;

	if (weir_is_error(body))
		return body;
	while (weir_iterator_next(&iterator, &key, &item))
		members[count++] = (struct weir_member){
			weir_retain(key),
			weir_is_string(key, "body") ? body : weir_retain(item),
		};
	return weir_make_map(members, count);
}

static void poll_on_answer(struct weir_inner *inner, weir_value answer)
{
	struct poll *self = WEIR_CONTAINER_OF(inner, struct poll, request);
	const struct poll_config *config = self->node.config;
	bool is_known = weir_as_int(weir_get(answer, "status")) == 304 || same_tag(self->answer, answer);

	poll_respect_interval(self, answer);
	if (is_known) {
		weir_release(answer);
		return;
	}
	weir_release(self->answer);
	self->answer = weir_make_map(
		&(struct weir_member){ weir_string_static("headers"), weir_retain(weir_get(answer, "headers")) }, 1);

	weir_value item = config->decodes_json ? decoded(answer) : weir_retain(answer);

	weir_release(answer);
	weir_emit_result(&self->node, item);
}

static void poll_on_completed(struct weir_inner *inner)
{
	poll_run(WEIR_CONTAINER_OF(inner, struct poll, request));
}

static const struct weir_inner_class poll_request_class = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = poll_on_answer,
	.completed = poll_on_completed,
};

static void poll_start(struct weir_node *node)
{
	struct poll *self = poll_of(node);
	const struct poll_config *config = node->config;

	weir_inner_init(&self->request, node, &poll_request_class);
	weir_timer_init(&self->again, node, poll_again);
	if (config->request.url == NULL)
		weir_emit_failure(node, ENOMEM, "out of memory");
}

static void poll_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	poll_run(poll_of(node));
}

static void poll_finish(struct weir_node *node)
{
	struct poll *self = poll_of(node);

	weir_release(self->answer);
	self->answer = weir_nil();
}

static void poll_config_destroy(void *config)
{
	struct poll_config *self = config;

	weir_http_request_finish(&self->request);
	weir_page_policy_finish(&self->policy);
}

static const struct weir_node_class poll_class = {
	.name = "poll",
	.size = sizeof(struct poll),
	.config_size = sizeof(struct poll_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = poll_start,
	.request = poll_request,
	.finish = poll_finish,
	.config_destroy = poll_config_destroy,
};

weir_observable *weir_poll(const char *url, weir_duration interval, const struct weir_poll_options *options)
{
	static const struct weir_poll_options defaults;
	weir_observable *rejected;

	if (options == NULL)
		options = &defaults;
	rejected = weir_http_request_reject("poll", url, &options->http);
	if (rejected != NULL)
		return rejected;
	if (interval <= 0)
		return weir_reject(NULL, "poll", "the interval is %lld ns; it must be positive", (long long)interval);

	struct poll_config config = {
		.request = weir_http_request_copy(url, &options->http, NULL),
		.policy = weir_page_policy_copy(options->limiter, options->retry),
		.interval = interval,
		.decodes_json = options->decodes_json,
	};

	return weir_create_source(&poll_class, &config);
}
