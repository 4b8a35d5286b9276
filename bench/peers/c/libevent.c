/* libevent: W9 inside a callback, where libevent reads its clock only once: its best case. */
#include <event2/event.h>
#include <event2/event_struct.h>

#include "peer.h"

static struct event_base *base;
static uint64_t wanted;
static uint64_t checksum;

static void expired(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	abort();
}

static void schedule_and_cancel(evutil_socket_t fd, short what, void *context)
{
	static struct event *timers;
	static uint64_t *dues;
	uint64_t random = BENCH_RANDOM_SEED;

	(void)fd;
	(void)what;
	(void)context;
	if (timers == NULL) {
		timers = peer_checked(calloc(wanted, sizeof *timers));
		dues = peer_checked(calloc(wanted, sizeof *dues));
		for (uint64_t item = 0; item < wanted; item++)
			evtimer_assign(&timers[item], base, expired, NULL);
	}
	for (uint64_t item = 0; item < wanted; item++) {
		uint64_t due = bench_random_due(&random);
		struct timeval delay = { .tv_sec = (time_t)(due / 1000), .tv_usec = (suseconds_t)(due % 1000 * 1000) };

		dues[item] = due;
		event_add(&timers[item], &delay);
	}
	for (uint64_t item = 0; item < wanted; item++) {
		checksum += dues[item];
		event_del(&timers[item]);
	}
}

static uint64_t run(uint64_t items)
{
	wanted = items;
	checksum = 0;
	if (base == NULL)
		base = peer_checked(event_base_new());
	event_base_once(base, -1, EV_TIMEOUT, schedule_and_cancel, NULL, NULL);
	event_base_dispatch(base);
	return checksum;
}

int main(int argc, char **argv)
{
	return peer_main(argc, argv, "libevent", event_get_version(), run);
}
