/* Items of a stage that wait for a limiter's leave. See kit/turnstile.h. */
#include "kit/turnstile.h"

#include <errno.h>

#include "base/allocator.h"

struct weir_turnstile_item {
	struct weir_permit permit;
	struct weir_turnstile_item *next;
	weir_value value;
};

/* The oldest, which is the one the limiter grants first. */
static weir_value take_first(struct weir_turnstile *turnstile)
{
	struct weir_turnstile_item *item = turnstile->first;
	weir_value value = item->value;

	turnstile->first = item->next;
	if (turnstile->first == NULL)
		turnstile->last = NULL;
	weir_permit_cancel(&item->permit);
	weir_pool_return(item, sizeof *item);
	return value;
}

static void on_granted(struct weir_permit *permit)
{
	struct weir_turnstile *turnstile = permit->context;

	turnstile->passed(turnstile, take_first(turnstile));
}

static void turnstile_stop(struct weir_resource *resource)
{
	struct weir_turnstile *turnstile = WEIR_CONTAINER_OF(resource, struct weir_turnstile, resource);

	while (turnstile->first != NULL)
		weir_release(take_first(turnstile));
}

void weir_turnstile_init(struct weir_turnstile *turnstile, struct weir_node *node, struct weir_limiter *limiter,
	void (*passed)(struct weir_turnstile *turnstile, weir_value value))
{
	*turnstile = (struct weir_turnstile){ .node = node, .limiter = limiter, .passed = passed };
	weir_attach(node, &turnstile->resource, turnstile_stop);
}

int weir_turnstile_enter(struct weir_turnstile *turnstile, weir_value value, uint64_t cost)
{
	struct weir_turnstile_item *item = weir_pool_take(sizeof *item);

	if (item == NULL)
		return -ENOMEM;
	weir_permit_init_inside(&item->permit, turnstile->node, on_granted);
	item->permit.context = turnstile;
	item->next = NULL;
	item->value = value;

	int granted = weir_permit_ask(&item->permit, turnstile->limiter, cost);

	if (granted != 0) {
		weir_pool_return(item, sizeof *item);
		return granted;
	}
	if (turnstile->last != NULL)
		turnstile->last->next = item;
	else
		turnstile->first = item;
	turnstile->last = item;
	return 0;
}
