/* label: name a stage. See weir/observing.h. */
#include <weir/observing.h>
#include <weir/operator.h>

#include "kit/label.h"

weir_observable *weir_label(weir_observable *source, const char *name)
{
	if (name == NULL)
		return weir_reject(source, "label", "the name is NULL");
	return weir_label_new(source, name);
}
