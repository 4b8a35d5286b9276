/* async_subject: the last value, on completion, to all who listen and to all who come later. See weir/subject.h. */
#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/subject.h"

static const struct weir_node_class async_subject_class = {
	.name = "async_subject",
	WEIR_LISTENER_SLOTS,
};

weir_subject *weir_async_subject_new(void)
{
	return weir_subject_make(&async_subject_class, &(struct weir_hub_options){ .keep = 1, .emits_last = true });
}
