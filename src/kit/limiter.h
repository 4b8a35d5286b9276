/* Limiters, as stages know them. See weir/limiter.h and weir_permit in weir/operator.h. */
#ifndef WEIR_KIT_LIMITER_H
#define WEIR_KIT_LIMITER_H

#include <weir/limiter.h>
#include <weir/operator.h>

/* As weir_permit_init(), but the stage cancels it itself, at the latest when it stops. */
void weir_permit_init_inside(
	struct weir_permit *permit, struct weir_node *node, void (*granted)(struct weir_permit *permit));

const struct weir_limiter_options *weir_limiter_get_options(const weir_limiter *limiter);

weir_loop *weir_limiter_loop(const weir_limiter *limiter);

#endif
