/* replay_subject: the newest values are kept for newcomers. See weir/subject.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/subject.h"

static const struct weir_node_class replay_subject_class = {
	.name = "replay_subject",
	WEIR_LISTENER_SLOTS,
};

weir_subject *weir_replay_subject_new(const weir_replay_subject_options *options)
{
	static const weir_replay_subject_options defaults = { 0 };
	const weir_replay_subject_options *given = options != NULL ? options : &defaults;
	bool is_valid = given->window >= 0 && (given->window == 0 || given->loop != NULL);
	weir_subject *subject =
		weir_subject_make(&replay_subject_class, &(struct weir_hub_options){
								 .keep = given->count > 0 ? given->count : SIZE_MAX,
								 .window = is_valid ? given->window : 0,
								 .loop = given->loop,
							 });

	if (subject != NULL && !is_valid)
		weir_subject_error(subject, weir_error_new(EINVAL,
						    "the window is %lld ns and the loop %s; a window is not negative, "
						    "and needs a loop as its clock",
						    (long long)given->window, given->loop != NULL ? "given" : "NULL"));
	return subject;
}
