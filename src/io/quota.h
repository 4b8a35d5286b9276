/* What a server says about its quotas, shown to a limiter. */
#ifndef WEIR_IO_QUOTA_H
#define WEIR_IO_QUOTA_H

#include <weir/limiter.h>
#include <weir/operator.h>

/* Passes on the items of weir_http(), and tells the limiter what the head says. Consumes `source`; `limiter` is borrowed
 * and referenced. */
weir_observable *weir_quota_observed(weir_observable *source, weir_limiter *limiter);

/* What a head says; all zero: nothing. */
struct weir_limiter_signal weir_quota_of(struct weir_node *node, weir_value head);

#endif
