/* A resource of a subscription. See kit/lease.h. */
#include "kit/lease.h"

bool weir_lease_open(struct weir_lease *lease, struct weir_node *node, const struct weir_lease_callbacks *callbacks)
{
	weir_value resource = callbacks->open(callbacks->context);

	if (weir_is_error(resource)) {
		weir_emit_failed_value(node, resource);
		return false;
	}
	*lease = (struct weir_lease){ resource, true };
	/* The callback has cancelled, and `finish` came before there was anything to close. */
	if (!weir_is_open(node))
		weir_lease_close(lease, callbacks);
	return lease->is_open;
}

void weir_lease_close(struct weir_lease *lease, const struct weir_lease_callbacks *callbacks)
{
	if (!lease->is_open)
		return;
	lease->is_open = false;
	if (callbacks->close != NULL)
		callbacks->close(lease->resource, callbacks->context);
	weir_release(lease->resource);
}
