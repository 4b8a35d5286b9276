/* Timers: the wheel of core/loop.h. */
#include "core/loop.h"
#include "core/subscription.h"

static unsigned level_of(uint64_t difference)
{
	return difference < WEIR_WHEEL_SLOTS ? 0 : (63 - (unsigned)__builtin_clzll(difference)) / WEIR_WHEEL_BITS;
}

static void wheel_insert(struct weir_wheel *wheel, struct weir_timer *timer)
{
	/* A timer that is overdue fires as soon as anything does. */
	uint64_t due = (uint64_t)(timer->due > wheel->elapsed ? timer->due : wheel->elapsed);
	unsigned level = level_of(due ^ (uint64_t)wheel->elapsed);
	unsigned slot = (due >> (level * WEIR_WHEEL_BITS)) % WEIR_WHEEL_SLOTS;
	struct weir_timer_list *list = &wheel->slots[level][slot];

	timer->slot = 1 + (uint64_t)level * WEIR_WHEEL_SLOTS + slot;
	timer->next = NULL;
	timer->previous = list->last;
	if (list->last != NULL)
		list->last->next = timer;
	else
		list->first = timer;
	list->last = timer;
	wheel->occupied[level] |= UINT64_C(1) << slot;
}

static void wheel_remove(struct weir_wheel *wheel, struct weir_timer *timer)
{
	unsigned level = (unsigned)(timer->slot - 1) / WEIR_WHEEL_SLOTS;
	unsigned slot = (unsigned)(timer->slot - 1) % WEIR_WHEEL_SLOTS;
	struct weir_timer_list *list = &wheel->slots[level][slot];

	if (timer->previous != NULL)
		timer->previous->next = timer->next;
	else
		list->first = timer->next;
	if (timer->next != NULL)
		timer->next->previous = timer->previous;
	else
		list->last = timer->previous;
	if (list->first == NULL)
		wheel->occupied[level] &= ~(UINT64_C(1) << slot);
	timer->slot = 0;
}

/* The lowest level with a timer, and its first slot; -1 for an empty wheel. */
static int first_occupied(const struct weir_wheel *wheel, unsigned *ret_slot)
{
	for (int level = 0; level < WEIR_WHEEL_LEVELS; level++) {
		unsigned current = ((uint64_t)wheel->elapsed >> (level * WEIR_WHEEL_BITS)) % WEIR_WHEEL_SLOTS;
		/* Of the higher levels the current slot has moved down already. */
		uint64_t ahead = wheel->occupied[level] & (~UINT64_C(0) << current);

		if (ahead != 0) {
			*ret_slot = (unsigned)__builtin_ctzll(ahead);
			return level;
		}
	}
	return -1;
}

static weir_time slot_start(const struct weir_wheel *wheel, unsigned level, unsigned slot)
{
	unsigned shift = level * WEIR_WHEEL_BITS;
	unsigned above = shift + WEIR_WHEEL_BITS;
	uint64_t base = above < 64 ? (uint64_t)wheel->elapsed >> above << above : 0;

	return (weir_time)(base | (uint64_t)slot << shift);
}

enum {
	NEXT_DUE_LOOK = 16, /* timers looked at to tell the exact time; beyond it the slot's beginning must do */
};

weir_time weir_wheel_next_due(const struct weir_wheel *wheel)
{
	unsigned slot;
	int level = first_occupied(wheel, &slot);
	weir_time due = WEIR_FOREVER;
	int looked = 0;

	if (level < 0)
		return WEIR_FOREVER;
	for (const struct weir_timer *timer = wheel->slots[level][slot].first; timer != NULL; timer = timer->next) {
		if (++looked > NEXT_DUE_LOOK)
			return slot_start(wheel, (unsigned)level, slot);
		if (timer->due < due)
			due = timer->due;
	}
	return due;
}

static void cascade(struct weir_wheel *wheel, unsigned level, unsigned slot)
{
	struct weir_timer *timer = wheel->slots[level][slot].first;

	wheel->slots[level][slot] = (struct weir_timer_list){ 0 };
	wheel->occupied[level] &= ~(UINT64_C(1) << slot);
	while (timer != NULL) {
		struct weir_timer *next = timer->next;

		wheel_insert(wheel, timer);
		timer = next;
	}
}

struct weir_timer *weir_wheel_pop(struct weir_wheel *wheel, weir_time until)
{
	for (;;) {
		unsigned slot;
		int level = first_occupied(wheel, &slot);

		if (level < 0)
			return NULL;

		weir_time start = slot_start(wheel, (unsigned)level, slot);

		if (start > until)
			return NULL;
		wheel->elapsed = start;
		if (level == 0) {
			struct weir_timer *timer = wheel->slots[0][slot].first;

			wheel_remove(wheel, timer);
			wheel->count--;
			return timer;
		}
		cascade(wheel, (unsigned)level, slot);
	}
}

static void timer_resource_stop(struct weir_resource *resource)
{
	weir_timer_stop(WEIR_CONTAINER_OF(resource, struct weir_timer, resource));
}

void weir_timer_init(struct weir_timer *timer, struct weir_node *node, void (*expired)(struct weir_timer *))
{
	timer->slot = 0;
	timer->expired = expired;
	timer->subscription = node->subscription;
	timer->loop = node->subscription->loop;
	weir_attach(node, &timer->resource, timer_resource_stop);
}

void weir_timer_init_on(struct weir_timer *timer, weir_loop *loop, void (*expired)(struct weir_timer *))
{
	timer->slot = 0;
	timer->expired = expired;
	timer->subscription = NULL;
	timer->loop = loop;
}

void weir_timer_start_at(struct weir_timer *timer, weir_time due)
{
	weir_loop *loop = timer->loop;

	if (timer->slot != 0)
		wheel_remove(&loop->wheel, timer);
	else
		loop->wheel.count++;
	timer->due = due;
	if (due == WEIR_FOREVER) {
		loop->wheel.count--;
		return;
	}
	wheel_insert(&loop->wheel, timer);
	if (due < loop->armed)
		loop->driver->arm(loop, due);
}

void weir_timer_start(struct weir_timer *timer, weir_duration delay)
{
	weir_timer_start_at(timer, weir_time_after(weir_loop_now(timer->loop), delay));
}

void weir_timer_stop(struct weir_timer *timer)
{
	if (timer->slot == 0)
		return;
	wheel_remove(&timer->loop->wheel, timer);
	timer->loop->wheel.count--;
}
