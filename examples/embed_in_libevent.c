/*
 * embed_in_libevent: pipelines inside a program that has an event loop of its own.
 *
 * The program owns the base, its events and its end; weir adds a timer and a wake-up to it, and never runs or frees it.
 */
#include <stdio.h>

#include <event2/event.h>

#include <weir/weir.h>

struct program {
	struct event_base *base;
	int own_ticks;
	int items;
};

/* The program's own timer: an ordinary libevent event. */
static void on_own_tick(evutil_socket_t descriptor, short events, void *context)
{
	struct program *program = context;

	(void)descriptor;
	(void)events;
	program->own_ticks++;
}

static void on_item(weir_value value, void *context)
{
	struct program *program = context;

	program->items++;
	printf("item %lld\n", (long long)weir_as_int(value));
}

/* The pipeline is over: the program decides that it is, too. */
static void on_complete(void *context)
{
	event_base_loopbreak(((struct program *)context)->base);
}

int main(void)
{
	struct program program = { .base = event_base_new() };
	struct event *own_timer = event_new(program.base, -1, EV_PERSIST, on_own_tick, &program);
	struct timeval every = { .tv_usec = 5000 };
	weir_loop *loop = weir_loop_from_event_base(program.base);

	event_add(own_timer, &every);
	weir_subscribe(weir_take(weir_interval(weir_ms(20)), 5), loop,
		&(weir_observer){ .next = on_item, .complete = on_complete, .context = &program });
	event_base_dispatch(program.base);
	printf("%d items, and the program's own timer went on beside them%s\n", program.items,
		program.own_ticks >= 10 ? "" : " (hardly)");

	weir_loop_free(loop);
	event_free(own_timer);
	event_base_free(program.base);
	return program.items == 5 && program.own_ticks > 0 ? 0 : 1;
}
