/* materialize: the signals as items. See weir/observing.h. */
#include <weir/observing.h>
#include <weir/operator.h>

#include "kit/last.h"
#include "kit/notification.h"

static void materialize_next(struct weir_node *node, weir_value value)
{
	weir_emit_result(node, weir_notification_next(value));
}

static void materialize_error(struct weir_node *node, weir_error *error)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_notification_error(error));
}

static void materialize_complete(struct weir_node *node)
{
	weir_last_decide(WEIR_CONTAINER_OF(node, struct weir_last, node), weir_notification_complete());
}

static const struct weir_node_class materialize_class = {
	.name = "materialize",
	.size = sizeof(struct weir_last),
	.demand = WEIR_DEMAND_COUNTED,
	.next = materialize_next,
	.error = materialize_error,
	.complete = materialize_complete,
	.request = weir_last_pass,
	.finish = weir_last_finish,
};

weir_observable *weir_materialize(weir_observable *source)
{
	return weir_extend(source, &materialize_class, NULL);
}
