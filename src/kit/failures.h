/* Errors that are kept until the end: of the *_delay_error forms, and of a race that nobody wins. */
#ifndef WEIR_KIT_FAILURES_H
#define WEIR_KIT_FAILURES_H

#include <weir/operator.h>

#include "kit/collector.h"

/* Fail with one error that has all of these, borrowed, as its causes. */
void weir_failures_emit(struct weir_node *node, const weir_value *failures, size_t count, const char *message);

/* Keep one, consumed. Without memory the node fails with it. */
void weir_failures_keep(struct weir_node *node, struct weir_collector *failures, weir_error *error);

/* The end: completes without any, fails with the only one, or with one error that has all as its causes. */
void weir_failures_end(struct weir_node *node, struct weir_collector *failures);

#endif
