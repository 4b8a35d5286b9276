/* behavior_subject: a current value, which newcomers get first. See weir/subject.h. */
#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/subject.h"

static const struct weir_node_class behavior_subject_class = {
	.name = "behavior_subject",
	WEIR_LISTENER_SLOTS,
};

weir_subject *weir_behavior_subject_new(weir_value initial)
{
	weir_subject *subject =
		weir_subject_make(&behavior_subject_class, &(struct weir_hub_options){ .keep = 1, .is_state = true });

	if (subject == NULL)
		weir_release(initial);
	else if (weir_subject_next(subject, initial) < 0) {
		weir_subject_unref(subject);
		return NULL;
	}
	return subject;
}
