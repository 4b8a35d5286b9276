/* Handles of connectables. The functions stand in weir/sharing.h. */
#include <errno.h>

#include "kit/multicast.h"

weir_connectable *weir_connectable_ref(weir_connectable *connectable)
{
	return connectable != NULL ? weir_multicast_own(connectable) : NULL;
}

void weir_connectable_unref(weir_connectable *connectable)
{
	if (connectable != NULL)
		weir_multicast_disown(connectable);
}

int weir_connectable_connect(weir_connectable *connectable, weir_loop *loop)
{
	return connectable != NULL && loop != NULL ? weir_multicast_connect(connectable, loop, true) : -EINVAL;
}

void weir_connectable_disconnect(weir_connectable *connectable)
{
	if (connectable != NULL)
		weir_multicast_disconnect(connectable);
}

bool weir_connectable_is_connected(const weir_connectable *connectable)
{
	return connectable != NULL && weir_multicast_is_connected(connectable);
}
