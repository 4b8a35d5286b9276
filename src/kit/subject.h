/* A hub that users hold: what the kinds of subject share. The functions stand in weir/subject.h. */
#ifndef WEIR_KIT_SUBJECT_H
#define WEIR_KIT_SUBJECT_H

#include <weir/subject.h>

#include "kit/hub.h"

struct weir_subject {
	struct weir_hub hub; /* the handles have one reference together */
	uint32_t handles; /* atomic */
	weir_error *failure; /* how it had ended when it was closed; NULL otherwise */
	const struct weir_node_class *listener_class;
};

/* A new subject with one handle, or NULL. @param options  NULL for a hub that keeps nothing */
weir_subject *weir_subject_make(const struct weir_node_class *listener_class, const struct weir_hub_options *options);

#endif
