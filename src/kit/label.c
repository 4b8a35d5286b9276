/* Names of stages. See kit/label.h; what reads them stands in core/label.c. */
#include "kit/label.h"

#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/subscription.h"
#include "kit/failed.h"

weir_observable *weir_label_new(weir_observable *source, const char *name)
{
	size_t size = strlen(name) + 1;
	char *copy = weir_allocate(size);

	if (copy == NULL)
		return weir_failed(source, weir_no_memory());
	memcpy(copy, name, size);
	return weir_extend(source, &weir_label_class, &(struct weir_label_config){ copy });
}
