/* What a server says about its quotas. See io/quota.h. */
#include "io/quota.h"

#include <weir/loop.h>

#include "io/header_values.h"
#include "io/http_date.h"
#include "io/http_failure.h"
#include "io/rate_limit_headers.h"

/* The limiter has a limit of its own; this one keeps the numbers sane. */
#define MAX_RESET weir_minutes(24 * 60)

struct quota_config {
	weir_limiter *limiter;
};

struct quota {
	struct weir_node node;
	bool has_head;
};

static struct weir_header_text field_of(weir_value head, const char *name)
{
	weir_value value = weir_http_field(head, name);
	struct weir_header_text text = { 0 };

	if (weir_kind(value) == WEIR_KIND_STR)
		text.bytes = weir_as_str(value, &text.length);
	return text;
}

/* The first of two spellings that is there. */
static struct weir_header_text either(weir_value head, const char *name, const char *other)
{
	struct weir_header_text text = field_of(head, name);

	return text.bytes != NULL ? text : field_of(head, other);
}

struct weir_limiter_signal weir_quota_of(struct weir_node *node, weir_value head)
{
	struct weir_limiter_signal signal = { 0 };
	struct weir_rate_limit quota = { 0 };
	int64_t wall_clock = weir_loop_wall_clock(weir_node_loop(node));
	int64_t now = weir_http_response_time(field_of(head, "date"), wall_clock);
	weir_duration retry_after = weir_http_retry_after(node, head);

	/* A field that cannot be read says nothing. */
	weir_rate_limit_parse(field_of(head, "ratelimit"), field_of(head, "ratelimit-policy"), MAX_RESET, &quota, NULL);
	if (!quota.has_remaining && !quota.has_limit)
		weir_x_rate_limit_parse(either(head, "x-ratelimit-limit", "ratelimit-limit"),
			either(head, "x-ratelimit-remaining", "ratelimit-remaining"),
			either(head, "x-ratelimit-reset", "ratelimit-reset"), now, MAX_RESET, &quota, NULL);
	if (retry_after > 0)
		signal.retry_after = retry_after;
	if (quota.has_remaining && quota.has_reset) {
		signal.has_remaining = true;
		signal.remaining = quota.remaining;
		signal.reset = quota.reset_ns;
	}
	if (quota.has_limit && quota.has_window && quota.limit > 0 && quota.window_ns > 0) {
		signal.limit = quota.limit;
		signal.period = quota.window_ns;
	}
	return signal;
}

static void quota_next(struct weir_node *node, weir_value value)
{
	struct quota *self = WEIR_CONTAINER_OF(node, struct quota, node);
	const struct quota_config *config = node->config;

	if (!self->has_head) {
		struct weir_limiter_signal signal = weir_quota_of(node, value);

		self->has_head = true;
		weir_limiter_observe(config->limiter, &signal);
	}
	weir_emit_next(node, value);
}

static void quota_config_destroy(void *config)
{
	weir_limiter_unref(((struct quota_config *)config)->limiter);
}

static const struct weir_node_class quota_class = {
	.name = "quota",
	.size = sizeof(struct quota),
	.config_size = sizeof(struct quota_config),
	.next = quota_next,
	.config_destroy = quota_config_destroy,
};

weir_observable *weir_quota_observed(weir_observable *source, weir_limiter *limiter)
{
	return weir_extend(source, &quota_class, &(struct quota_config){ weir_limiter_ref(limiter) });
}
