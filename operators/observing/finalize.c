/* finalize: call back once at the end, whatever it was. See weir/observing.h. */
#include <weir/observing.h>
#include <weir/operator.h>

struct finalize_config {
	weir_finalizer finalizer;
	void *context;
};

struct finalize {
	struct weir_node node;
	enum weir_end end; /* WEIR_END_CANCEL until a terminal comes */
};

static void finalize_error(struct weir_node *node, weir_error *error)
{
	WEIR_CONTAINER_OF(node, struct finalize, node)->end = WEIR_END_ERROR;
	weir_emit_error(node, error);
}

static void finalize_complete(struct weir_node *node)
{
	WEIR_CONTAINER_OF(node, struct finalize, node)->end = WEIR_END_COMPLETE;
	weir_emit_complete(node);
}

static void finalize_finish(struct weir_node *node)
{
	const struct finalize_config *config = node->config;

	config->finalizer(WEIR_CONTAINER_OF(node, struct finalize, node)->end, config->context);
}

static const struct weir_node_class finalize_class = {
	.name = "finalize",
	.size = sizeof(struct finalize),
	.config_size = sizeof(struct finalize_config),
	.error = finalize_error,
	.complete = finalize_complete,
	.finish = finalize_finish,
};

weir_observable *weir_finalize(weir_observable *source, weir_finalizer finalizer, void *context)
{
	if (finalizer == NULL)
		return weir_reject(source, "finalize", "the callback is NULL");
	return weir_extend(source, &finalize_class, &(struct finalize_config){ finalizer, context });
}
