/* ref_count: a connectable runs while somebody subscribes. See weir/sharing.h; the engine stands in kit/multicast.c. */
#include <weir/operator.h>
#include <weir/sharing.h>

#include "kit/multicast.h"

static const struct weir_node_class ref_count_class = {
	.name = "ref_count",
	WEIR_MULTICAST_COUNTED_SLOTS,
};

weir_observable *weir_ref_count(weir_connectable *connectable)
{
	if (connectable == NULL)
		return weir_reject(NULL, "ref_count", "the connectable is NULL");
	return weir_multicast_observable(connectable, &ref_count_class);
}
