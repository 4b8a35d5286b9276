/* subject: values go to those who listen. See weir/subject.h; what all kinds share stands in kit/subject.c. */
#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/subject.h"

static const struct weir_node_class subject_class = {
	.name = "subject",
	WEIR_LISTENER_SLOTS,
};

weir_subject *weir_subject_new(void)
{
	return weir_subject_make(&subject_class, NULL);
}
