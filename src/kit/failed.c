/* Observables that fail with a given error. See kit/failed.h. */
#include "kit/failed.h"

#include <errno.h>

#include "core/subscription.h"

struct failed_config {
	weir_value failure;
};

/* The error is passed on as it is: it may have an origin and several owners. */
static void failed_start(struct weir_node *node)
{
	const struct failed_config *config = node->config;

	weir_emit_error(node, weir_error_ref(weir_as_error(config->failure)));
}

static const struct weir_node_class failed_class = {
	.name = "throw_error",
	.config_size = sizeof(struct failed_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = failed_start,
	.config_holds = { WEIR_HOLDS_VALUE(struct failed_config, failure) },
};

weir_observable *weir_failed(weir_observable *source, weir_value failure)
{
	weir_unref(source);
	return weir_create_source(&failed_class, &(struct failed_config){ failure });
}

weir_error *weir_callback_failure(weir_observable *result)
{
	weir_error *error;

	if (result == NULL)
		return weir_error_new(EINVAL, "a callback returned NULL instead of an observable");
	if (result->node_class != &failed_class)
		return NULL;
	error = weir_error_ref(weir_as_error(((const struct failed_config *)(const void *)result->config)->failure));
	weir_unref(result);
	return error;
}
