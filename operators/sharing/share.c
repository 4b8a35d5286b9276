/* share: one run of the source for all who subscribe. See weir/sharing.h; the engine stands in kit/multicast.c. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/failed.h"
#include "kit/multicast.h"

struct share_config {
	struct weir_multicast *multicast;
};

static void share_start(struct weir_node *node)
{
	const struct share_config *config = node->config;

	weir_multicast_join(config->multicast, WEIR_CONTAINER_OF(node, struct weir_listener, node));
}

static void share_config_destroy(void *config)
{
	weir_multicast_destroy(((struct share_config *)config)->multicast);
}

static const struct weir_node_class share_class = {
	.name = "share",
	.size = sizeof(struct weir_listener),
	.config_size = sizeof(struct share_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = share_start,
	.request = weir_listener_request,
	.finish = weir_listener_finish,
	.config_destroy = share_config_destroy,
};

weir_observable *weir_share(weir_observable *source, const weir_share_options *options)
{
	static const weir_share_options defaults = { 0 };
	const weir_share_options *given = options != NULL ? options : &defaults;
	struct weir_multicast_options own = {
		.keep_after_error = given->keep_after_error,
		.keep_after_complete = given->keep_after_complete,
		.keep_at_zero = given->keep_at_zero,
		.stop_delay = given->stop_delay,
		.initial = weir_nil(),
	};

	if (source == NULL)
		return weir_reject(NULL, "share", "the source is NULL");
	if (given->window < 0 || given->stop_delay < 0)
		return weir_reject(source, "share",
			"the window is %lld ns and the stop delay %lld ns; neither can be negative",
			(long long)given->window, (long long)given->stop_delay);
	switch (given->kind) {
	case WEIR_SHARE_SUBJECT:
		break;
	case WEIR_SHARE_REPLAY:
		own.keep = given->count > 0 ? given->count : given->window > 0 ? SIZE_MAX : 1;
		own.window = given->window;
		break;
	case WEIR_SHARE_BEHAVIOR:
		if (weir_is_error(given->initial))
			return weir_failed(source, weir_retain(given->initial));
		own.keep = 1;
		own.is_state = true;
		own.initial = weir_retain(given->initial);
		break;
	case WEIR_SHARE_ASYNC:
		own.keep = 1;
		own.emits_last = true;
		break;
	default:
		return weir_reject(source, "share", "%d is no kind of sharing", (int)given->kind);
	}

	struct weir_multicast *multicast = weir_multicast_new(source, &own);

	if (multicast == NULL)
		return weir_failed(NULL, weir_fail(ENOMEM, "out of memory"));
	return weir_create_source(&share_class, &(struct share_config){ multicast });
}
